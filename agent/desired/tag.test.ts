/** Vectors computed apart from the code, by the definition in bpf/include/tag.h. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { tagOf } from "./tag.ts";

/** Keys of both families in hexadecimal; the last has the hash 0, which no tag is. */
const VECTORS = [
  { key: "0a60000101bb0600", tag: 0x85bb6e },
  { key: "0a60000a00351100", tag: 0xe3de92 },
  { key: "0000000075800600", tag: 0x539335 },
  { key: "ffffffffffff8400", tag: 0xd8b186 },
  { key: "fd00009600000000000000000000000101bb060000000000", tag: 0x388ab5 },
  { key: "000000000000000000000000000000007580110000000000", tag: 0x2188d5 },
  { key: "20010db800000000000000000000ffff0001840000000000", tag: 0x99f989 },
  { key: "0000000000000000", tag: 0x000001 },
];

test("tags are those of the vectors", () => {
  for (const { key, tag } of VECTORS) {
    assert.equal(tagOf(Uint8Array.from(Buffer.from(key, "hex"))), tag, key);
  }
});

test("a key within larger memory has the same tag", () => {
  const [first] = VECTORS;
  const bytes = Buffer.from(`ffffff${first?.key}`, "hex");
  assert.equal(tagOf(bytes.subarray(3)), first?.tag);
});
