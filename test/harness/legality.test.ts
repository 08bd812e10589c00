/** Which answers of a service may be given when, judged on histories made by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Epoch, violations, worstStaleness } from "./legality.ts";
import type { Window } from "./tally.ts";

function window(at: number, ...servers: string[]): Window {
  const counts = Object.fromEntries(servers.map((server) => [server, 1]));
  return { at, ok: servers.length, failed: 0, servers: counts };
}

const EPOCHS: Epoch[] = [
  { at: 0, servers: new Set(["a", "b"]) },
  { at: 1000, servers: new Set(["b"]) },
  { at: 5000, servers: new Set(["b", "c"]) },
];

test("a backend of the time is legal", () => {
  assert.deepEqual(violations([window(500, "a", "b"), window(6000, "b", "c")], EPOCHS, 0), []);
});

test("a server that ceased to be a backend is legal for the grace only", () => {
  assert.deepEqual(violations([window(1900, "a")], EPOCHS, 1000), []);
  const found = violations([window(2100, "a")], EPOCHS, 1000);
  assert.deepEqual(found, [{ at: 2100, server: "a", answers: 1, staleMs: 1100 }]);
  assert.equal(worstStaleness([window(1900, "a"), window(2100, "a")], EPOCHS), 1100);
});

test("a server that was never a backend, or not yet, is a violation", () => {
  assert.equal(violations([window(500, "stranger")], EPOCHS, 1000).length, 1);
  assert.equal(violations([window(3000, "c")], EPOCHS, 1000).length, 1);
  assert.deepEqual(violations([window(4000, "c")], EPOCHS, 1000), []);
});
