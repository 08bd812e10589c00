/**
 * Runs one test file in a process group of its own. In: the file and its deadline. Out: FileResult.
 * Nothing of the group outlives the call, and what would have is a failure, as are a skip, a crash
 * and a file without tests.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestLine } from "./reporter.ts";

/** What a process may still take to clean up after SIGTERM. */
const CLEAN_UP_MS = 20_000;
/** Output shown of a failed file: its end says most. */
const OUTPUT_TAIL = 20_000;

export interface FileRun {
  readonly root: string;
  /** Relative to root. */
  readonly file: string;
  /** Where the process's output and report go. */
  readonly logDir: string;
  readonly deadlineMs: number;
  /** Aborted: the group is asked to end. */
  readonly signal: AbortSignal;
}

export interface FileResult {
  readonly file: string;
  readonly seconds: number;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** The end of what it printed. */
  readonly output: string;
}

export interface Failure {
  readonly name: string;
  readonly error: string;
}

interface Ending {
  readonly code: number | null;
  readonly killedBy: string | null;
  readonly overdue: boolean;
  readonly leftProcesses: boolean;
}

export async function runFile(run: FileRun): Promise<FileResult> {
  const began = performance.now();
  mkdirSync(run.logDir, { recursive: true });
  const stem = join(run.logDir, run.file.replaceAll("/", "-"));
  const report = `${stem}.report`;
  const log = `${stem}.log`;
  const logFd = openSync(log, "w");
  closeSync(openSync(report, "w"));
  const child = spawn(process.execPath, nodeArguments(run, report), {
    cwd: run.root,
    detached: true,
    stdio: ["ignore", logFd, logFd],
    env: { ...process.env, NODE_COMPILE_CACHE: join(run.logDir, "compiled"), NO_COLOR: "1" },
  });
  closeSync(logFd);
  const ending = await endOf(child, run);
  const lines = readLines(report);
  return {
    file: run.file,
    seconds: (performance.now() - began) / 1000,
    passed: lines.filter((line) => line.outcome === "passed").length,
    skipped: lines.filter((line) => line.outcome === "skipped").length,
    failures: failuresOf(lines, ending, run),
    output: readFileSync(log, "utf8").slice(-OUTPUT_TAIL),
  };
}

function nodeArguments(run: FileRun, report: string): string[] {
  const reporter = join(import.meta.dirname, "reporter.ts");
  return [`--test-reporter=${reporter}`, `--test-reporter-destination=${report}`, run.file];
}

async function endOf(child: ChildProcess, { deadlineMs, signal }: FileRun): Promise<Ending> {
  const { pid } = child;
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    void endGroup(pid);
  }, deadlineMs);
  const abort = () => void endGroup(pid);
  signal.addEventListener("abort", abort);
  const [code, killedBy] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (...how) => resolve(how));
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", abort);
  const leftProcesses = groupExists(pid);
  if (leftProcesses) await endGroup(pid);
  return { code, killedBy, overdue, leftProcesses };
}

async function endGroup(pid: number | undefined): Promise<void> {
  signalGroup(pid, "SIGTERM");
  const until = performance.now() + CLEAN_UP_MS;
  while (groupExists(pid) && performance.now() < until) await sleep(50);
  signalGroup(pid, "SIGKILL");
}

function groupExists(pid: number | undefined): boolean {
  return signalGroup(pid, 0);
}

/** False where the group is gone already. */
function signalGroup(pid: number | undefined, what: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, what);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function readLines(report: string): TestLine[] {
  const lines = readFileSync(report, "utf8").split("\n");
  // A killed process may have left half a line.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as TestLine);
}

function failuresOf(lines: readonly TestLine[], ending: Ending, run: FileRun): Failure[] {
  const failures = lines
    .filter((line) => line.outcome === "failed")
    .map(({ name, error }) => ({ name, error }));
  const whole = wholeFileFailure(lines, ending, run);
  if (whole !== undefined && (failures.length === 0 || ending.overdue)) {
    failures.push({ name: "(the file)", error: whole });
  }
  if (ending.leftProcesses) {
    failures.push({ name: "(the file)", error: "left processes of its group running; ended them" });
  }
  return failures;
}

function wholeFileFailure(
  lines: readonly TestLine[],
  { code, killedBy, overdue }: Ending,
  { deadlineMs, signal }: FileRun,
): string | undefined {
  if (overdue) return `not done after ${deadlineMs / 1000} s: ended`;
  if (signal.aborted) return "interrupted";
  if (killedBy !== null) return `ended by ${killedBy}`;
  if (code !== 0) return `exit code ${code}`;
  if (lines.length === 0) return "ran no test";
  return undefined;
}
