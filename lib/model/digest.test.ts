/** Digests tell rows apart, add up, are spread, and stay what they were. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import * as arbitrary from "../../test/stream/arbitrary.ts";
import { endpointChange, serviceRow } from "../../test/stream/content.ts";
import { BUCKETS, bucketOf, ContentDigest, rowDigest } from "./digest.ts";
import { rowsEqual } from "./equal.ts";

test("equal rows have equal digests, and other rows others", () => {
  fc.assert(
    fc.property(arbitrary.service, arbitrary.service, (left, right) => {
      const same = rowDigest("services", "key", left) === rowDigest("services", "key", right);
      assert.equal(same, rowsEqual<"services">(left, right));
      assert.equal(
        rowDigest("services", "key", left),
        rowDigest("services", "key", structuredClone(left)),
      );
    }),
  );
});

test("every field of an endpoint that its key leaves out counts", () => {
  const { key, row } = endpointChange(1, 1);
  assert.ok(row !== undefined && "address" in row);
  const variants = [
    row,
    { ...row, node: "" },
    { ...row, zone: "" },
    { ...row, node: row.zone, zone: row.node },
    { ...row, ready: false },
    { ...row, serving: false },
    { ...row, terminating: true },
    { ...row, zoneHints: ["a"] },
    { ...row, nodeHints: ["a"] },
    { ...row, zoneHints: ["a", "b"] },
    { ...row, zoneHints: ["ab"] },
    { ...row, zoneHints: ["a"], nodeHints: ["b"] },
  ];
  const digests = new Set(variants.map((variant) => rowDigest("endpoints", key, variant)));
  assert.equal(digests.size, variants.length);
  assert.notEqual(rowDigest("endpoints", "other", row), rowDigest("endpoints", key, row));
});

test("no ranges and an empty list of ranges differ", () => {
  const none = rowDigest("services", "a", serviceRow(1));
  assert.notEqual(none, rowDigest("services", "a", serviceRow(1, { sourceRanges: [] })));
});

test("digests of 100,000 rows are spread: none twice, buckets even, every bit in use", () => {
  const seen = new Set<bigint>();
  const buckets = new Uint32Array(BUCKETS);
  const ones = new Uint32Array(64);
  for (let index = 0; index < 10_000; index++) {
    for (let position = 0; position < 10; position++) {
      const { key, row } = endpointChange(index, position);
      assert.ok(row !== undefined && "address" in row);
      const digest = rowDigest("endpoints", key, row);
      seen.add(digest);
      const bucket = bucketOf("endpoints", key);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      for (let bit = 0; bit < 64; bit++) {
        ones[bit] = (ones[bit] ?? 0) + Number((digest >> BigInt(bit)) & 1n);
      }
    }
  }
  assert.equal(seen.size, 100_000);
  // About 98 a bucket and 50,000 a bit are expected; these bounds are six standard deviations away.
  assert.ok(buckets.every((count) => count > 38 && count < 158));
  assert.ok(ones.every((count) => count > 49_000 && count < 51_000));
});

test("a content's digest depends on its rows alone, not on the way to them", () => {
  fc.assert(
    fc.property(fc.uniqueArray(arbitrary.node, { selector: (row) => row.name }), (rows) => {
      const straight = new ContentDigest();
      const detour = new ContentDigest();
      for (const row of rows) {
        straight.add("nodes", row.name, row);
        detour.add("nodes", row.name, { ...row, zone: "elsewhere" });
      }
      for (const row of rows.toReversed()) {
        detour.remove("nodes", row.name, { ...row, zone: "elsewhere" });
        detour.add("nodes", row.name, row);
      }
      assert.equal(detour.hash, straight.hash);
      assert.deepEqual(detour.buckets(), straight.buckets());
      const sum = straight.buckets().reduce((total, digest) => total + digest, 0n);
      assert.equal(BigInt.asUintN(64, sum), straight.hash);
      const { hash } = straight;
      new ContentDigest(straight).add("services", "more", serviceRow(1));
      assert.equal(straight.hash, hash);
    }),
  );
});

test("the digest is what it was: both ends of a stream may be of different releases", () => {
  const { key, row } = endpointChange(7, 3);
  assert.ok(row !== undefined && "address" in row);
  const digests = [
    rowDigest("endpoints", key, row),
    rowDigest("services", "team-7/service-7", serviceRow(7)),
    BigInt(bucketOf("endpoints", key)),
  ];
  assert.deepEqual(digests.map(String), ["8940147155858341363", "9726817325584914372", "708"]);
});
