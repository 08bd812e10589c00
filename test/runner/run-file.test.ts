/**
 * The runner itself: whatever is wrong with a test file shows as a failure, and
 * nothing outlives it.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type FileResult, runFile } from "./run-file.ts";

const root = mkdtempSync(join(tmpdir(), `leat-runner-${process.pid}-`));
after(() => rmSync(root, { recursive: true, force: true }));

const HEAD = `import assert from "node:assert/strict";
  import { describe, test } from "node:test";\n`;
const PASSING = `test("passes", () => {});\n`;

async function runText(body: string, deadlineMs = 60_000): Promise<FileResult> {
  const file = `f${Math.random().toString(36).slice(2)}.test.ts`;
  writeFileSync(join(root, file), HEAD + body);
  const { signal } = new AbortController();
  return runFile({ root, file, logDir: join(root, "log"), deadlineMs, signal });
}

describe("a test file", () => {
  test("that passes", async () => {
    const result = await runText(`${PASSING}describe("d", () => test("too", () => {}));\n`);
    assert.deepEqual([result.passed, result.skipped, result.failures], [2, 0, []]);
  });

  test("that fails is named with its place and error, its parent not again", async () => {
    const inner = `test("inner", () => assert.equal(1, 2, "one is not two"));`;
    const result = await runText(`describe("outer", () => { ${inner} });\n${PASSING}`);
    assert.deepEqual(
      result.failures.map(({ name }) => name),
      ["outer > inner"],
    );
    assert.match(result.failures[0]?.error ?? "", /one is not two/);
    assert.equal(result.passed, 1);
  });

  test("without tests fails", async () => {
    const result = await runText("export {};\n");
    assert.equal(result.failures[0]?.error, "ran no test");
  });

  test("that crashes while loading fails", async () => {
    const result = await runText(`throw new Error("boom");\n`);
    assert.equal(result.failures.length, 1);
    assert.match(result.output + (result.failures[0]?.error ?? ""), /boom|exit code 1/);
  });

  test("that ends itself before it is done fails", async () => {
    const result = await runText(`${PASSING}test("exits", () => process.exit(3));\n`);
    assert.match(result.failures[0]?.error ?? "", /exit code 3/);
  });

  test("with a skip counts it", async () => {
    const result = await runText(`test("later", { skip: true }, () => {});\n${PASSING}`);
    assert.deepEqual([result.passed, result.skipped], [1, 1]);
  });

  test("that does not end is ended at its deadline", async () => {
    const result = await runText(`${PASSING}setInterval(() => {}, 1000);\n`, 1500);
    assert.match(result.failures[0]?.error ?? "", /not done after 1.5 s/);
  });

  test("that leaves a process is told, and the process is ended", async () => {
    const spawning = `import { spawn } from "node:child_process";
      const child = spawn("sleep", ["600"], { stdio: "ignore" });
      child.unref();
      console.log(child.pid);\n`;
    const result = await runText(spawning + PASSING);
    assert.match(result.failures[0]?.error ?? "", /left processes/);
    const pid = Number(result.output.trim());
    assert.ok(pid > 0);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
});
