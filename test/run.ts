/**
 * The test runner: `node test/run.ts [SUITE...]`. Each file runs as a process of its own, with a
 * deadline; a line a file tells how it went, failures follow in full, and the last line is "N
 * passed, N failed" (", N skipped" where any was: a skip fails the run too). What a suite leaves on
 * the machine is a failure. Figures go to out/SUITE.json.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { discardFigures, figureTable, gatherFigures } from "./figures.ts";
import { deadLabels, residue } from "./harness/residue.ts";
import { type FileResult, runFile } from "./runner/run-file.ts";
import { SUITES, type Suite, suiteFiles } from "./runner/suites.ts";

const ROOT = join(import.meta.dirname, "..");
const LOG_DIR = join(ROOT, "out", "test");
/** The closing line again, for a caller whose own last words would hide it. */
const CLOSING = join(LOG_DIR, "closing");
/** How often a file that is still running says so. */
const PATIENCE_MS = 30_000;

interface Options {
  readonly suites: readonly Suite[];
  readonly filter: string;
  readonly jobs: number;
  readonly deadlineMs: number;
}

const USAGE = `node test/run.ts [--filter TEXT] [--jobs N] [--deadline SECONDS] [SUITE...]

Without a suite all run but long. --filter: only files whose path has TEXT in it.

${SUITES.map(({ name, about }) => `  ${name.padEnd(8)}  ${about}`).join("\n")}
`;

function parseOptions(): Options | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      filter: { type: "string", default: "" },
      jobs: { type: "string", default: "0" },
      deadline: { type: "string", default: "600" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `no such suite: ${unknown.join(", ")}\n\n${USAGE}` : USAGE);
    process.exitCode = values.help ? 0 : 2;
    return undefined;
  }
  return {
    suites: SUITES.filter(({ name }) =>
      positionals.length === 0 ? name !== "long" : positionals.includes(name),
    ),
    filter: values.filter,
    jobs: Number(values.jobs),
    deadlineMs: Number(values.deadline) * 1000,
  };
}

async function runSuite(
  suite: Suite,
  options: Options,
  signal: AbortSignal,
): Promise<FileResult[]> {
  const files = suiteFiles(suite, ROOT).filter((file) => file.includes(options.filter));
  if (files.length === 0) return [];
  console.log(`\n${suite.name}: ${suite.about}`);
  discardFigures(suite.name);
  const before = leftBehind();
  const results: FileResult[] = [];
  const waiting = files.entries();
  const worker = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      if (signal.aborted) return;
      const place = `[${String(index + 1).padStart(String(files.length).length)}/${files.length}]`;
      results.push(await runOne(file, place, options, signal));
    }
  };
  const jobs = options.jobs || suite.jobs || availableParallelism();
  await Promise.all(Array.from({ length: jobs }, worker));
  results.push(...residueResult(suite, before));
  return results;
}

async function runOne(
  file: string,
  place: string,
  { deadlineMs }: Options,
  signal: AbortSignal,
): Promise<FileResult> {
  const began = performance.now();
  const patience = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${place} ... ${file} has run for ${seconds} s`);
  }, PATIENCE_MS);
  const result = await runFile({ root: ROOT, file, logDir: LOG_DIR, deadlineMs, signal });
  clearInterval(patience);
  const { length: failed } = result.failures;
  const verdict = failed > 0 || result.skipped > 0 ? "FAILED" : "ok    ";
  const counts = `${result.passed} passed${failed > 0 ? `, ${failed} failed` : ""}`;
  console.log(`${place} ${verdict} ${result.seconds.toFixed(1).padStart(6)} s  ${file}  ${counts}`);
  return result;
}

/** Lines that name what labs left whose makers no longer run. */
function leftBehind(): string[] {
  return deadLabels().flatMap(residue);
}

function residueResult(suite: Suite, before: readonly string[]): FileResult[] {
  const found = leftBehind().filter((line) => !before.includes(line));
  if (found.length === 0) return [];
  const file = `(after ${suite.name})`;
  const failure = { name: "nothing is left behind", error: found.join("\n") };
  console.log(`FAILED ${file}: left behind: ${found.length}`);
  return [{ file, seconds: 0, passed: 0, skipped: 0, failures: [failure], output: "" }];
}

function printFailures(results: readonly FileResult[]): void {
  for (const { file, failures, skipped, output } of results) {
    if (failures.length === 0 && skipped === 0) continue;
    console.log(`\n${"-".repeat(100)}\nFAILED ${file}`);
    if (skipped > 0) console.log(`${skipped} skipped: a test that does not run proves nothing`);
    for (const { name, error } of failures) console.log(`\n* ${name}\n${error}`);
    if (output !== "") console.log(`\noutput of ${file}:\n${output.trimEnd()}`);
  }
}

function printFigures(suites: readonly Suite[]): void {
  for (const { name } of suites) {
    const figures = gatherFigures(name);
    if (figures.length > 0) console.log(`\nfigures, ${name}\n${figureTable(figures)}`);
  }
}

function close(results: readonly FileResult[]): void {
  const total = (count: (result: FileResult) => number): number =>
    results.reduce((sum, result) => sum + count(result), 0);
  const passed = total((result) => result.passed);
  const failed = total((result) => result.failures.length);
  const skipped = total((result) => result.skipped);
  if (passed === 0 && failed === 0) console.log("\nno test ran");
  const closing = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  writeFileSync(CLOSING, `${closing}\n`);
  console.log(`\n${closing}`);
  process.exitCode = failed > 0 || skipped > 0 || passed === 0 ? 1 : 0;
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options === undefined) return;
  mkdirSync(LOG_DIR, { recursive: true });
  rmSync(CLOSING, { force: true });
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());
  const results: FileResult[] = [];
  for (const suite of options.suites) {
    if (interrupt.signal.aborted) break;
    results.push(...(await runSuite(suite, options, interrupt.signal)));
  }
  printFailures(results);
  printFigures(options.suites);
  close(results);
  if (interrupt.signal.aborted) process.exitCode = 130;
}

await main();
