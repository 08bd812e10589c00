/** Problems: told when they begin, change and end, not at each repetition. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../lib/log.ts";
import { Problems } from "./problems.ts";

function create() {
  const lines: string[] = [];
  const write = (line: string) =>
    void lines.push((JSON.parse(line) as { message: string }).message);
  const log = createLogger({ name: "operator", write });
  let time = 0;
  return { problems: new Problems({ log, now: () => ++time }), lines };
}

test("a problem is told once, again when it changes, and when it is over", () => {
  const { problems, lines } = create();
  problems.set("Service a/b", []);
  problems.set("Service a/b", ["x"]);
  problems.set("Service a/b", ["x"]);
  problems.set("Service a/b", ["x", "y"]);
  assert.deepEqual(problems.list(), [{ thing: "Service a/b", reasons: ["x", "y"], since: 2 }]);
  problems.set("Service a/b", []);
  problems.set("Service a/b", []);
  assert.deepEqual(problems.list(), []);
  assert.deepEqual(lines, ["a problem", "a problem", "no longer a problem"]);
  assert.equal(problems.told, 2);
});

test("the list is sorted and bounded; what it has no room for is still told", () => {
  const { problems, lines } = create();
  for (let index = 0; index < 10_050; index++) problems.set(`thing ${index}`, ["x"]);
  assert.equal(problems.size, 10_000);
  assert.equal(lines.length, 10_050);
  assert.equal(problems.list()[0]?.thing, "thing 0");
});
