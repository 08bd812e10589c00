/** What a new list takes away: at once, held, or not at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Held } from "./held.ts";

const HOLD_MS = 1000;

function keys(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `key-${from + index}`);
}

function list(held: Held, present: readonly string[], now: number) {
  held.beginList();
  for (const key of present) held.present(key);
  return held.endList(now);
}

function holding(count: number, holdMs = HOLD_MS): Held {
  const held = new Held({ holdMs });
  list(held, keys(0, count), 0);
  return held;
}

test("what a list lacks is gone", () => {
  const held = holding(30);
  assert.deepEqual(list(held, keys(15, 30), 1).gone, keys(0, 15));
  assert.equal(held.size, 15);
});

test("more than half of 20 or more is held until a list after the hold agrees", () => {
  const held = holding(20);
  assert.deepEqual(list(held, keys(11, 20), 5), { gone: [], held: 11, until: 5 + HOLD_MS });
  assert.deepEqual(list(held, keys(11, 20), 500), { gone: [], held: 11, until: 5 + HOLD_MS });
  assert.deepEqual(list(held, keys(11, 20), 5 + HOLD_MS).gone, keys(0, 11));
});

test("objects that come in the same list do not hide a mass deletion", () => {
  const held = holding(20);
  assert.equal(list(held, keys(100, 200), 0).held, 20);
});

test("a list that has them again ends the hold, and the next one begins anew", () => {
  const held = holding(20);
  list(held, [], 0);
  assert.deepEqual(list(held, keys(0, 20), 10), { gone: [], held: 0, until: undefined });
  assert.equal(list(held, [], HOLD_MS + 1).until, HOLD_MS + 1 + HOLD_MS);
});

test("few objects, or a hold of 0, are not guarded", () => {
  assert.equal(list(holding(19), [], 0).gone.length, 19);
  assert.equal(list(holding(100, 0), [], 0).gone.length, 100);
});

test("what an event says is gone during a list is gone, once", () => {
  const held = holding(3);
  held.beginList();
  held.present("key-0");
  assert.equal(held.gone("key-0"), true);
  assert.equal(held.gone("key-0"), false);
  held.present("key-1");
  assert.deepEqual(held.endList(0).gone, ["key-2"]);
});
