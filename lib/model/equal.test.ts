/** Rows are equal by their whole value. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import * as arbitrary from "../../test/stream/arbitrary.ts";
import { rowsEqual } from "./equal.ts";

test("a copy is equal", () => {
  fc.assert(
    fc.property(arbitrary.service, (row) => {
      assert.ok(rowsEqual<"services">(row, structuredClone(row)));
    }),
  );
});

test("equality is that of the whole value", () => {
  fc.assert(
    fc.property(arbitrary.endpoint, arbitrary.endpoint, (left, right) => {
      const same = JSON.stringify(left) === JSON.stringify(right);
      assert.equal(rowsEqual<"endpoints">(left, right), same);
    }),
  );
});

test("no ranges and an empty list of ranges differ, absent and undefined do not", () => {
  fc.assert(
    fc.property(arbitrary.service, (row) => {
      const none = { ...row, sourceRanges: undefined };
      const { sourceRanges: _, ...absent } = none;
      assert.ok(!rowsEqual<"services">(none, { ...row, sourceRanges: [] }));
      assert.ok(!rowsEqual<"services">({ ...row, sourceRanges: [] }, none));
      assert.ok(rowsEqual<"services">(none, absent as typeof none));
      assert.ok(rowsEqual<"services">(absent as typeof none, none));
    }),
  );
});

test("the order of a list counts", () => {
  const row = { podCIDRs: [], serviceCIDRs: [], masqueradeAll: false };
  const a = { address: "10.0.0.0", prefix: 8 };
  const b = { address: "fd00::", prefix: 8 };
  const left = { ...row, podCIDRs: [a, b] };
  assert.ok(!rowsEqual<"settings">(left, { ...row, podCIDRs: [b, a] }));
  assert.ok(!rowsEqual<"settings">(left, { ...row, podCIDRs: [a] }));
  assert.ok(rowsEqual<"settings">(left, { ...row, podCIDRs: [{ ...a }, { ...b }] }));
});
