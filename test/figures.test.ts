/** Figures: recorded by any process, gathered once, told with their misses. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { discardFigures, figure, figureTable, gatherFigures } from "./figures.ts";

const suite = `figures-test-${process.pid}`;
const file = join(import.meta.dirname, "..", "out", `${suite}.json`);
after(() => {
  discardFigures(suite);
  rmSync(file, { force: true });
});

const LOST = { id: "lost", value: 0, unit: "packets", goal: "0", ok: true };
const SLOW = { id: "sync-seconds", value: 12.3456, unit: "s", goal: "<= 10", ok: false };

test("the last figure of an id counts, and is written as a list", () => {
  figure({ suite, ...LOST, value: 7, ok: false });
  figure({ suite, ...SLOW });
  figure({ suite, ...LOST });
  assert.deepEqual(gatherFigures(suite), [LOST, SLOW]);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), [LOST, SLOW]);
});

test("what was gathered or discarded is not gathered again", () => {
  figure({ suite, ...LOST });
  discardFigures(suite);
  assert.deepEqual(gatherFigures(suite), []);
});

test("the table marks a missed goal", () => {
  const lines = figureTable([LOST, SLOW]).split("\n");
  assert.match(lines[0] ?? "", /lost +0 +packets +goal 0$/);
  assert.match(lines[1] ?? "", /sync-seconds +12\.35 +s +goal <= 10 +MISSED$/);
});
