/** Columns and units. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { age, bytes, count, percent, table } from "./table.ts";

test("columns are as wide as their widest cell, control characters are harmless", () => {
  assert.equal(
    table(
      ["A", "B"],
      [
        ["long", "\u001b[2J"],
        ["x", ""],
      ],
    ),
    "A     B\nlong  ?[2J\nx\n",
  );
});

test("units", () => {
  assert.deepEqual([0, 1023, 1536, 12 * 2 ** 20].map(bytes), [
    "0 B",
    "1023 B",
    "1.5 KiB",
    "12 MiB",
  ]);
  assert.deepEqual([percent(1, 3), percent(0, 0)], ["33%", "-"]);
  assert.deepEqual([count(1, "map"), count(2, "map")], ["1 map", "2 maps"]);
});

test("ages take the two largest units", () => {
  const start = "2026-01-01T00:00:00Z";
  const after = (seconds: number) => new Date(Date.parse(start) + seconds * 1000).toISOString();
  const ages = [0, 59, 60, 3700, 90_000, -5].map((seconds) => age(start, after(seconds)));
  assert.deepEqual(ages, ["0s", "59s", "1m", "1h1m", "1d1h", "0s"]);
  assert.equal(age("", start), "");
});
