/** Delays double, are bounded and jittered, and end with their signal. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff, delay } from "./backoff.ts";

const OPTIONS = { firstMs: 100, mostMs: 1_000 };

function delays(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

test("delays double up to the bound", () => {
  const backoff = new Backoff({ ...OPTIONS, random: () => 0.999_999 });
  assert.deepEqual(delays(backoff, 6), [100, 200, 400, 800, 1_000, 1_000]);
});

test("jitter takes up to half away", () => {
  const backoff = new Backoff({ ...OPTIONS, random: () => 0 });
  assert.deepEqual(delays(backoff, 5), [50, 100, 200, 400, 500]);
});

test("a reset starts anew", () => {
  const backoff = new Backoff({ ...OPTIONS, random: () => 0 });
  delays(backoff, 3);
  assert.equal(backoff.failures, 3);
  backoff.reset();
  assert.equal(backoff.failures, 0);
  assert.equal(backoff.next(), 50);
});

test("what the peer asks for is a floor", () => {
  const backoff = new Backoff({ ...OPTIONS, random: () => 0 });
  assert.equal(backoff.next(5_000), 5_000);
  assert.equal(backoff.next(5), 100);
});

test("many failures stay at the bound", () => {
  const backoff = new Backoff({ ...OPTIONS, random: () => 0.999_999 });
  assert.equal(delays(backoff, 5_000).at(-1), 1_000);
});

test("a delay ends with its signal", async () => {
  const stopping = new AbortController();
  const waiting = delay(3_600_000, stopping.signal);
  stopping.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  await delay(1);
});
