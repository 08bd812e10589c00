/** Every rule that a message can break is refused by name; what is newer is passed over. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";
import protobuf from "protobufjs/minimal.js";

import { endpointRow, serviceRow } from "../../test/stream/content.ts";
import { BUCKETS } from "../model/digest.ts";
import { decodeAnswer, decodeWord } from "./decode.ts";
import * as encode from "./encode.ts";
import { leat } from "./gen/leat.js";
import { FAILURES_MOST, MESSAGE_BYTES_MOST, WireError } from "./limits.ts";

const { FromAgent, FromOperator } = leat.v1;

/** Of a release to come. */
const LATER_TABLE: leat.v1.Table = JSON.parse("50");

type Batches = Record<string, Record<string, unknown>>;

const SERVICE = serviceRow(1, {
  externalIPs: ["fd00::1"],
  loadBalancerIPs: ["192.0.2.1"],
  sourceRanges: [{ address: "10.0.0.0", prefix: 8 }],
  refusals: ["spec.ports[1]: refused"],
});
const CIDRS = [{ address: "10.0.0.0", prefix: 8 }];
const ENDPOINT = endpointRow(1, 1, { zoneHints: ["zone-a"], nodeHints: ["node-a"] });
const NODE = {
  name: "node-1",
  zone: "a",
  internalIPs: ["172.30.0.1"],
  externalIPs: ["192.0.2.9"],
  podCIDRs: CIDRS,
};
const SETTINGS = { podCIDRs: CIDRS, serviceCIDRs: CIDRS, masqueradeAll: true };

/** One valid message a table, of two rows where the table has more than one. */
const SETS: Buffer[] = [
  ...encode.encodeRows<"services">("services", [SERVICE, { ...SERVICE, name: "second" }]),
  ...encode.encodeRows<"endpoints">("endpoints", [ENDPOINT, { ...ENDPOINT, port: 81 }]),
  ...encode.encodeRows<"nodes">("nodes", [NODE, { ...NODE, name: "node-2" }]),
  ...encode.encodeRows<"settings">("settings", [SETTINGS]),
];

/** The message with one column of its batch replaced. */
function withColumn(message: Buffer, column: string, value: unknown): Uint8Array {
  const { set } = FromOperator.decode(message);
  const [entry] = Object.entries(set as Batches);
  assert.ok(entry !== undefined);
  const changed = { [entry[0]]: { ...entry[1], [column]: value } };
  return FromOperator.encode({ set: changed }).finish();
}

function columnsOf(message: Buffer): [string, unknown[]][] {
  const { set } = FromOperator.decode(message);
  const [batch = {}] = Object.values(set as Batches);
  return Object.entries(batch).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
}

function refuses(bytes: Uint8Array, reason: RegExp, decode = decodeWord): void {
  assert.throws(
    () => decode(bytes),
    (error) => {
      assert.ok(error instanceof WireError, String(error));
      assert.equal(error.code, "wire-malformed");
      assert.match(error.message, reason);
      return true;
    },
  );
}

test("a column that is longer or shorter than the others is refused by its table and name", () => {
  let tried = 0;
  for (const message of SETS) {
    for (const [column, values] of columnsOf(message)) {
      refuses(
        withColumn(message, column, values.slice(0, -1)),
        /^(services|endpoints|nodes|settings): column /,
      );
      if (column !== "strings") {
        refuses(
          withColumn(message, column, [...values, values[0]]),
          /: column \w+ (has|names|holds)/,
        );
      }
      tried++;
    }
  }
  assert.ok(tried > 40, `${tried} columns`);
});

test("values out of range are refused by their column", () => {
  const [services, endpoints, nodes] = SETS as [Buffer, Buffer, Buffer];
  const address = (length: number) => new Uint8Array(length);
  const mapped = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1]);
  const cases: [Buffer, string, unknown, RegExp][] = [
    [services, "type", [0, 3], /services: column type holds 3/],
    [services, "internalPolicy", [2, 0], /internal_policy holds 2/],
    [services, "namespace", [99, 0], /namespace names string 99 of/],
    [services, "portProtocol", [0, 6], /port_protocol holds 0/],
    [services, "portPort", [65_536, 1], /port_port holds 65536/],
    [services, "sourceRangePrefix", [33, 8], /source_range holds 10\.0\.0\.0\/33/],
    [services, "sourceRangePrefix", [4, 8], /source_range holds 10\.0\.0\.0\/4/],
    [services, "clusterIpCount", [0xffff_ffff, 0], /cluster_ip has 2 entries, fewer/],
    [services, "clusterIpCount", [0, 0], /cluster_ip has 2 entries, but 0 are counted/],
    [endpoints, "conditions", [8, 0], /conditions holds 8, more than 7/],
    [endpoints, "address", [address(5), address(4)], /endpoints: column address holds no/],
    [endpoints, "address", [mapped, address(4)], /column address holds no/],
    [nodes, "internalIp", [address(0), address(4)], /nodes: column internal_ip holds no/],
  ];
  for (const [message, column, value, reason] of cases) {
    refuses(withColumn(message, column, value), reason);
  }
});

test("a Reset, Delete or Sync that makes no sense is refused", () => {
  const word = (message: leat.v1.FromOperator.$Properties) => FromOperator.encode(message).finish();
  refuses(word({ reset: { epoch: "" } }), /names no epoch/);
  refuses(word({ reset: { epoch: "e".repeat(257) } }), /epoch is longer than 256/);
  const partial = (buckets: number[]) => word({ reset: { epoch: "e", partial: true, buckets } });
  refuses(partial([BUCKETS]), /bucket 1024 out of range/);
  refuses(partial([5, 5]), /bucket 5 out of range or order/);
  refuses(partial([5, 4]), /bucket 4 out of range or order/);
  refuses(word({ delete: { keys: ["a"] } }), /no table is named/);
  refuses(word({ sync: { revision: 2 ** 60 } }), /beyond 2\^53/);
});

test("an Open that makes no sense is refused", () => {
  const open = (change: leat.v1.Open.$Properties) =>
    FromAgent.encode({ open: { node: "n1", epoch: "e", ...change } }).finish();
  const names = ["", "Node", "a_b", "-a", "a-", "a..b", ".a", "a/b", "a\n", "../x", "é"];
  for (const node of names) {
    refuses(open({ node }), /is no name of a node/, decodeAnswer as typeof decodeWord);
  }
  const wrong: [leat.v1.Open.$Properties, RegExp][] = [
    [{ node: "a".repeat(254) }, /node is longer than 253/],
    [{ version: "v".repeat(257) }, /version is longer/],
    [{ buckets: [1, 2, 3] }, /holds 3 buckets, not 1024/],
    [{ buckets: Array.from({ length: BUCKETS + 1 }, () => 1) }, /holds 1025 buckets/],
  ];
  for (const [change, reason] of wrong) {
    refuses(open(change), reason, decodeAnswer as typeof decodeWord);
  }
});

test("an Applied that names too much is refused", () => {
  const applied = (count: number, key = "a") => {
    const failures = Array.from({ length: count }, () => ({ table: 1, key }));
    return FromAgent.encode({ applied: { failures } }).finish();
  };
  const decode = decodeAnswer as typeof decodeWord;
  refuses(applied(FAILURES_MOST + 1), /names 257 failures/, decode);
  refuses(applied(1, "k".repeat(513)), /key is longer than 512/, decode);
});

test("fields, words and tables of a newer peer are passed over", () => {
  const { Writer } = protobuf;
  const extra = (bytes: Uint8Array, field: number) =>
    Writer.create()
      .raw(bytes)
      .uint32((field << 3) | 2)
      .string("of a later release")
      .finish();
  for (const message of SETS) {
    assert.deepEqual(decodeWord(extra(message, 99)), decodeWord(message));
  }
  const batch = FromOperator.decode(SETS[1] as Buffer).set?.endpoints ?? {};
  const inner = extra(leat.v1.EndpointBatch.encode(batch).finish(), 60);
  const set = Writer.create()
    .uint32((2 << 3) | 2)
    .bytes(inner)
    .finish();
  const nested = Writer.create()
    .uint32((2 << 3) | 2)
    .bytes(set)
    .finish();
  assert.deepEqual(decodeWord(nested), decodeWord(SETS[1] as Buffer));

  assert.deepEqual(decodeWord(extra(new Uint8Array(), 50)), { kind: "unknown" });
  assert.deepEqual(decodeAnswer(extra(new Uint8Array(), 50)), { kind: "unknown" });
  const unknownTable = FromOperator.encode({
    delete: { table: LATER_TABLE, keys: ["a"] },
  }).finish();
  assert.deepEqual(decodeWord(unknownTable), { kind: "unknown" });
  const unknownSet = Writer.create()
    .uint32((2 << 3) | 2)
    .bytes(extra(new Uint8Array(), 40))
    .finish();
  assert.deepEqual(decodeWord(unknownSet), { kind: "unknown" });
  const failures = [{ table: LATER_TABLE, key: "a" }];
  const applied = decodeAnswer(FromAgent.encode({ applied: { failures } }).finish());
  assert.ok(applied.kind === "applied" && applied.failures.length === 0);
  assert.equal(applied.failuresTotal, 1);
});

test("a message over the bound is refused before it is decoded", () => {
  const giant = new Uint8Array(MESSAGE_BYTES_MOST + 1);
  for (const decode of [decodeWord, decodeAnswer]) {
    assert.throws(() => decode(giant), { code: "wire-too-large" });
  }
});

test("any bytes, and any damage to a valid message, give a value or a WireError", () => {
  const damaged = fc
    .record({ message: fc.constantFrom(...SETS), at: fc.nat(), byte: fc.nat(255), cut: fc.nat(9) })
    .map(({ message, at, byte, cut }) => {
      const bytes = Uint8Array.from(message);
      bytes[at % bytes.length] = byte;
      return cut === 0 ? bytes.subarray(0, at % bytes.length) : bytes;
    });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged);
  fc.assert(
    fc.property(bytes, (given) => {
      for (const decode of [decodeWord, decodeAnswer]) {
        try {
          decode(given);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
