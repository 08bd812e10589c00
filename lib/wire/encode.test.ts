/** Any rows arrive as they were, in messages of at most 256 KiB. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import * as arbitrary from "../../test/stream/arbitrary.ts";
import { content, serviceChange, serviceRow } from "../../test/stream/content.ts";
import { BUCKETS } from "../model/digest.ts";
import type { Rows, ServiceRow, TableName } from "../model/rows.ts";
import { decodeAnswer, decodeWord } from "./decode.ts";
import * as encode from "./encode.ts";
import { FAILURES_MOST, MESSAGE_BYTES_MOST, WireError } from "./limits.ts";

/** What arrives of the rows, with the number of messages that it took. */
function carry<T extends TableName>(table: T, rows: readonly Rows[T][]) {
  const messages = [...encode.encodeRows(table, rows)];
  const arrived = messages.flatMap((message) => {
    assert.ok(message.length <= MESSAGE_BYTES_MOST, `${message.length} bytes`);
    const word = decodeWord(message);
    assert.ok(word.kind === "set" && word.table === table);
    return word.rows as Rows[T][];
  });
  return { arrived, messages: messages.length };
}

const TABLES = {
  services: arbitrary.service,
  endpoints: arbitrary.endpoint,
  nodes: arbitrary.node,
  settings: arbitrary.settings,
} as const;

for (const [table, row] of Object.entries(TABLES)) {
  test(`any rows of ${table} arrive as they were`, () => {
    const lengths = table === "settings" ? { minLength: 1, maxLength: 1 } : { maxLength: 20 };
    fc.assert(
      fc.property(fc.array<Rows[TableName]>(row, lengths), (rows) => {
        assert.deepEqual(carry(table as TableName, rows).arrived, rows);
      }),
    );
  });
}

test("many rows are cut into messages of at most 256 KiB", () => {
  const rows = content(2_000, 10).flatMap(({ row }) => (row && "address" in row ? [row] : []));
  const { arrived, messages } = carry("endpoints", rows);
  assert.deepEqual(arrived, rows);
  assert.ok(messages >= 2 && messages <= 6, `${messages} messages`);
});

test("large rows are cut off the batch that they would burst", () => {
  const refusals = Array.from({ length: 100 }, (_, index) => `${index} ${"é".repeat(600)}`);
  const rows = Array.from({ length: 9 }, (_, index) => serviceRow(index, { refusals }));
  const { arrived, messages } = carry<"services">("services", rows);
  assert.deepEqual(arrived, rows);
  assert.ok(messages >= 5, `${messages} messages`);
});

test("a row that fits no message is refused by name, before it is sent and then", () => {
  const refusals = ["x".repeat(MESSAGE_BYTES_MOST)];
  assert.match(encode.rowRefusal(serviceChange(1, { refusals })) ?? "", /^takes 262\d+ bytes/);
  const rows = encode.encodeRows<"services">("services", [serviceRow(1, { refusals })]);
  assert.throws(() => [...rows], WireError);
});

test("a row that has no form on the wire is refused with the reason", () => {
  const cases: [Partial<ServiceRow>, RegExp][] = [
    [{ clusterIPs: ["10.0.0"] }, /"10\.0\.0" is no IPv4 or IPv6 address/],
    [{ affinitySeconds: -1 }, /-1 is no unsigned/],
    [{ type: "Headless" as ServiceRow["type"] }, /Headless is none of ClusterIP/],
    [{ ports: [{ name: "", protocol: "TCP", port: 1.5, nodePort: 0 }] }, /1\.5 is no unsigned/],
  ];
  for (const [change, reason] of cases) {
    assert.match(encode.rowRefusal(serviceChange(1, change)) ?? "", reason);
  }
  assert.equal(encode.rowRefusal(serviceChange(1)), undefined);
  assert.equal(encode.rowRefusal({ ...serviceChange(1), row: undefined }), undefined);
});

test("keys of deleted rows are cut into messages too", () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => `namespace/service-name-${index}`);
  const messages = [...encode.encodeKeys("services", keys)];
  assert.ok(messages.length > 1);
  const arrived = messages.flatMap((message) => {
    assert.ok(message.length <= MESSAGE_BYTES_MOST);
    const word = decodeWord(message);
    assert.ok(word.kind === "delete" && word.table === "services");
    return word.keys;
  });
  assert.deepEqual(arrived, keys);
});

test("Reset and Sync arrive as they were", () => {
  for (const buckets of ["all", [], [0, 5, BUCKETS - 1]] as const) {
    const word = { kind: "reset", epoch: "e1", buckets } as const;
    assert.deepEqual(decodeWord(encode.encodeReset(word)), word);
  }
  const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.maxSafeNat(), hash, (revision, contentHash) => {
      const word = { kind: "sync", revision, contentHash } as const;
      assert.deepEqual(decodeWord(encode.encodeSync(word)), word);
    }),
  );
});

test("Open arrives as it was", () => {
  const buckets = new BigUint64Array(BUCKETS).fill(2n ** 64n - 1n);
  const open = { node: "node-1.example", version: "0.1.0", epoch: "e1", revision: 7, refused: "" };
  for (const held of [buckets, new BigUint64Array(BUCKETS), undefined]) {
    const sent = { kind: "open", ...open, buckets: held } as const;
    const bytes = encode.encodeOpen(sent);
    assert.deepEqual(decodeAnswer(bytes), sent);
    assert.ok(bytes.length < 9_000);
  }
});

test("Applied names as many failures as fit, cut to their bounds, and counts all", () => {
  const one = { table: "services", key: "a/b", code: "map-full", message: "no room" } as const;
  const applied = { revision: 7, contentHash: 2n ** 63n, failures: [one] };
  const arrived = decodeAnswer(encode.encodeApplied(applied));
  assert.deepEqual(arrived, { kind: "applied", ...applied, failuresTotal: 1 });

  const wide = { ...one, key: "é".repeat(5_000), message: "\u{1f600}".repeat(5_000) };
  const failures = Array.from({ length: 5_000 }, () => wide);
  const bytes = encode.encodeApplied({ ...applied, failures });
  assert.ok(bytes.length <= MESSAGE_BYTES_MOST);
  const many = decodeAnswer(bytes);
  assert.ok(many.kind === "applied");
  assert.equal(many.failuresTotal, 5_000);
  assert.ok(many.failures.length > 50 && many.failures.length <= FAILURES_MOST);
  assert.equal(many.failures[0]?.key, "é".repeat(512));
});

test("any failures arrive", () => {
  fc.assert(
    fc.property(fc.array(arbitrary.failure, { maxLength: 5 }), (failures) => {
      const applied = decodeAnswer(
        encode.encodeApplied({ revision: 1, contentHash: 0n, failures }),
      );
      assert.ok(applied.kind === "applied");
      const wellFormed = failures.map((failure) => ({
        ...failure,
        key: failure.key.toWellFormed(),
        message: failure.message.slice(0, 256).toWellFormed(),
      }));
      assert.deepEqual(applied.failures, wellFormed);
    }),
  );
});
