/** Ids and extents: each is given once, and what is given back is whole again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";

import { classOf, Extents, type Run } from "./extents.ts";
import { Ids } from "./ids.ts";

test("ids are given once, never 0, and none is left over", () => {
  const ids = new Ids(4);
  assert.deepEqual([ids.take(), ids.take(), ids.take(), ids.take()], [1, 2, 3, undefined]);
  assert.equal(ids.free, 0);
  ids.give(2);
  assert.equal(ids.free, 1);
  assert.equal(ids.take(), 2);
});

test("the id that has been free for the longest goes first", () => {
  const ids = new Ids(10);
  const [a = 0, b = 0] = [ids.take(), ids.take()];
  ids.give(b);
  ids.give(a);
  assert.deepEqual([ids.take(), ids.take(), ids.take()], [b, a, 3]);
});

test("ids that are held already are not given", () => {
  const ids = new Ids(6, [2, 4]);
  assert.equal(ids.free, 3);
  assert.deepEqual([ids.take(), ids.take(), ids.take(), ids.take()], [1, 3, 5, undefined]);
});

test("many takes and gives keep the count", () => {
  const ids = new Ids(100_000);
  for (let round = 0; round < 5000; round++) {
    ids.give(ids.take() ?? assert.fail());
  }
  assert.equal(ids.free, 99_999);
});

test("size classes grow with the size and hold what they say", () => {
  for (let size = 1; size < 5000; size++) {
    assert.ok(classOf(size + 1) >= classOf(size));
  }
  assert.ok(classOf(2 ** 31) > classOf(2 ** 30));
});

test("runs never overlap, join when given back, and fit wherever a free run is as long", () => {
  const commands = fc.array(
    fc.oneof(fc.record({ take: fc.integer({ min: 1, max: 90 }) }), fc.record({ give: fc.nat() })),
    { maxLength: 120 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), commands, (words, commands) => {
      const extents = new Extents(words);
      const held: Run[] = [];
      for (const command of commands) {
        if ("take" in command) {
          takeRun(extents, held, words, command.take);
        } else if (held.length > 0) {
          const [run] = held.splice(command.give % held.length, 1);
          extents.give(run ?? assert.fail());
        }
        assert.equal(extents.free, words - 1 - held.reduce((sum, { size }) => sum + size, 0));
      }
      held.splice(0).forEach((run) => extents.give(run));
      assert.equal(extents.take(words - 1), 1);
    }),
  );
});

function takeRun(extents: Extents, held: Run[], words: number, size: number): void {
  const base = extents.take(size);
  if (base === undefined) {
    assert.ok(longestGap(held, words) < size);
    return;
  }
  assert.ok(base >= 1 && base + size <= words);
  for (const run of held) {
    assert.ok(base + size <= run.base || run.base + run.size <= base);
  }
  held.push({ base, size });
}

function longestGap(held: readonly Run[], words: number): number {
  let from = 1;
  let longest = 0;
  for (const { base, size } of held.toSorted((a, b) => a.base - b.base)) {
    longest = Math.max(longest, base - from);
    from = base + size;
  }
  return Math.max(longest, words - from);
}

test("runs that are held already are not given", () => {
  const extents = new Extents(20, [
    { base: 10, size: 5 },
    { base: 1, size: 3 },
  ]);
  assert.equal(extents.free, 11);
  assert.deepEqual([extents.take(6), extents.take(5), extents.take(1)], [4, 15, undefined]);
});
