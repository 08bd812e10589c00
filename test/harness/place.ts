/**
 * Where a process of the lab runs: a network namespace and a control group, and where its output is
 * kept.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inNetns } from "./command.ts";
import { within } from "./deadline.ts";

export interface Place {
  readonly name: string;
  /** The name of its network namespace. */
  readonly netns: string;
  /** The folder of its control group. */
  readonly cgroup: string;
  /** Standard error of its processes goes to files here. */
  readonly logs: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process in a place. It joins the place's control group before it is what it becomes. */
export class PlacedProcess {
  readonly name: string;
  readonly logFile: string;
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** How the process ended; undefined while it runs. */
  exit: Exit | undefined;

  constructor(name: string, logFile: string, child: ChildProcess) {
    this.name = name;
    this.logFile = logFile;
    this.child = child;
    this.exited = once(child, "exit").then(([code, signal]) => {
      this.exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
      return this.exit;
    });
    this.exited.catch(() => {});
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error(`${this.name} was never started`);
    return pid;
  }

  /** Sends a signal and waits for the end. A process that ended already is a success. */
  async stop(signal: NodeJS.Signals = "SIGTERM", timeoutMs = 30_000): Promise<Exit> {
    if (this.exit === undefined) this.child.kill(signal);
    return within({ what: `${this.name} ends after ${signal}`, timeoutMs }, this.exited);
  }

  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** The last lines of the log, for an error message. */
  logTail(lines = 15): string {
    return this.log().trimEnd().split("\n").slice(-lines).join("\n");
  }
}

const JOIN_GROUP = 'echo $$ > "$1"; shift; exec "$@"';

export interface PlacedCommand {
  readonly name: string;
  readonly command: readonly string[];
  /** "log": standard output goes into the log; "pipe": to the caller, as does standard input. */
  readonly output: "log" | "pipe";
}

/** A command with flags: {name: "value"} as --name value. */
export function flagged(
  command: readonly string[],
  flags: Readonly<Record<string, string>>,
): string[] {
  return [...command, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])];
}

/**
 * Starts a command in a place, in a process group of its own: an interrupt of the test is not its
 * own. The log file of an earlier process of the same name is appended to.
 */
export function startIn(place: Place, { name, command, output }: PlacedCommand): PlacedProcess {
  const logFile = join(place.logs, `${place.name}.${name}.log`);
  const log = openSync(logFile, "a");
  try {
    const entered = inNetns(place.netns, command);
    const child = spawn(
      "sh",
      ["-c", JOIN_GROUP, "sh", join(place.cgroup, "cgroup.procs"), ...entered],
      {
        stdio: output === "pipe" ? ["pipe", "pipe", log] : ["ignore", log, log],
        detached: true,
      },
    );
    return new PlacedProcess(`${name} of ${place.name}`, logFile, child);
  } finally {
    closeSync(log);
  }
}
