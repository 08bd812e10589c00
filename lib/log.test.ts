/** What a line of the log holds, for machines and for people. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { LeatError } from "./errors.ts";
import type { LogFormat, LogLevel } from "./log.ts";
import { createLogger } from "./log.ts";

function capture(format: LogFormat, level: LogLevel = "info") {
  const lines: string[] = [];
  const log = createLogger({ name: "agent", level, format, write: (line) => lines.push(line) });
  return { log, lines };
}

test("JSON lines carry time, level, name, message and fields", () => {
  const { log, lines } = capture("json");
  log.child({ node: "n1" }).warn({ revision: 7 }, "behind");
  const line: Record<string, unknown> = JSON.parse(lines[0] ?? "");
  const { time, ...rest } = line;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  const expected = { level: "warn", name: "agent", message: "behind", node: "n1", revision: 7 };
  assert.deepEqual(rest, expected);
  assert.ok(lines[0]?.endsWith("\n"));
});

test("an error is told with its causes, its code and its stack", () => {
  const { log, lines } = capture("json");
  const error = new LeatError("map-full", "not written", { cause: new Error("no space") });
  log.error({ error }, "failed");
  const line: { error: Record<string, unknown> } = JSON.parse(lines[0] ?? "");
  assert.equal(line.error["message"], "not written: no space");
  assert.equal(line.error["code"], "map-full");
  assert.match(String(line.error["stack"]), /log\.test\.ts/);
});

test("text lines are for people", () => {
  const { log, lines } = capture("text");
  log.error({ node: "n1", why: "two words", error: new Error("no space"), list: [1] }, "failed");
  const expected = 'failed node=n1 why="two words" error="no space" list=[1]';
  assert.match(lines[0] ?? "", /^\S+ error agent: /);
  assert.ok(lines[0]?.endsWith(`${expected}\n`), lines[0]);
});

test("lines below the level are left out", () => {
  const { log, lines } = capture("json", "warn");
  log.debug({}, "a");
  log.info({}, "b");
  log.warn({}, "c");
  assert.equal(lines.length, 1);
  const silent = capture("json", "silent");
  silent.log.error({}, "d");
  assert.equal(silent.lines.length, 0);
});
