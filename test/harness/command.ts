/**
 * Runs the system's own tools. In: fixed argument lists, never a shell line made of input. Out:
 * what the tool printed; a failure carries the command and its standard error.
 */
import { execFile, execFileSync } from "node:child_process";

class CommandError extends Error {
  readonly code = "command-failed";
  readonly exitCode: number | undefined;

  constructor(command: string, stderr: string, exitCode: number | undefined) {
    super(`${command}: ${stderr.trim() || `exit ${exitCode ?? "by a signal"}`}`);
    this.exitCode = exitCode;
  }
}

const OUTPUT_BYTES_MAX = 64 << 20;

/** Runs a tool to its end; input, if any, is its standard input. */
export function run(file: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(commandError(file, args, stderr || error.message, error.code));
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

/** The same, blocking: for the last steps of a process that is going away. */
export function runSync(file: string, args: readonly string[]): string {
  return execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function commandError(file: string, args: readonly string[], stderr: string, code: unknown) {
  const exitCode = typeof code === "number" ? code : undefined;
  return new CommandError([file, ...args].join(" "), stderr, exitCode);
}

/** Runs lines of iproute2 in one process, in a network namespace (undefined: the one we are in). */
export async function ipBatch(netns: string | undefined, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const where = netns === undefined ? [] : ["-n", netns];
  await run("ip", [...where, "-batch", "-"], `${lines.join("\n")}\n`);
}

/**
 * The arguments that put a command into a network namespace, and leave all other namespaces alone.
 */
export function inNetns(netns: string, command: readonly string[]): string[] {
  return ["nsenter", `--net=/run/netns/${netns}`, "--", ...command];
}

/** Runs a command inside a network namespace. */
export function enter(netns: string, command: readonly string[], input?: string): Promise<string> {
  const [file = "", ...args] = inNetns(netns, command);
  return run(file, args, input);
}

/** Writes settings below /proc/sys/net, as ["ipv4/ip_forward", "1"], inside a network namespace. */
export async function setSysctls(
  netns: string,
  settings: readonly (readonly [string, string])[],
): Promise<void> {
  const script = 'while [ $# -gt 0 ]; do echo "$2" > "/proc/sys/net/$1" || exit 1; shift 2; done';
  await enter(netns, ["sh", "-c", script, "sh", ...settings.flat()]);
}
