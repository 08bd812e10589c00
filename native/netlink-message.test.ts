/** Netlink's framing, byte by byte; what lies about its length is read no further. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  NLM_F,
  numberOf,
  stringOf,
} from "./netlink-message.ts";

const BODY = Uint8Array.of(1, 2, 3, 4);

test("a message is its head, its body and its attributes, each on a border of 4", () => {
  const bytes = encodeMessage(44, NLM_F.ACK, BODY, [
    [1, "bpf"],
    [2, [[6, 258]]],
    [3, Uint8Array.of(9)],
  ]);
  const expected = [
    "300000002c0005000000000000000000",
    "01020304",
    "0800010062706600",
    "0c0002000800060002010000",
    "0500030009000000",
  ];
  assert.equal(Buffer.from(bytes).toString("hex"), expected.join(""));
});

test("what was encoded is decoded", () => {
  const first = encodeMessage(16, 0, BODY, [
    [3, "eth0"],
    [10, 7],
  ]);
  const second = encodeMessage(20, 0, BODY);
  const messages = decodeMessages(Buffer.concat([first, second]));
  assert.deepEqual(
    messages.map(({ type }) => type),
    [16, 20],
  );
  const attributes = decodeAttributes(messages[0]?.payload.subarray(4) ?? BODY);
  assert.equal(stringOf(attributes.get(3)), "eth0");
  assert.equal(numberOf(attributes.get(10)), 7);
  assert.equal(numberOf(attributes.get(3)), undefined, "of another size");
  assert.equal(attributes.get(4), undefined);
});

test("the kernel's mark of nested attributes is no part of their type", () => {
  const bytes = Uint8Array.of(8, 0, 18, 0x80, 1, 2, 3, 4);
  assert.deepEqual(decodeAttributes(bytes).get(18), bytes.subarray(4));
});

test("a message or attribute that lies about its length ends the reading", () => {
  const message = encodeMessage(16, 0, BODY);
  for (const length of [0, 15, message.length + 1, 0xffff_ffff]) {
    const lying = message.slice();
    new DataView(lying.buffer).setUint32(0, length, true);
    assert.deepEqual(decodeMessages(lying), []);
  }
  for (const length of [0, 3, 9]) {
    const attribute = Uint8Array.of(length, 0, 1, 0, 1, 2, 3, 4);
    assert.equal(decodeAttributes(attribute).size, 0);
  }
});

test("any bytes are read to an end, within their bounds", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const size = decodeMessages(bytes).reduce((sum, { payload }) => sum + payload.length, 0);
      assert.ok(size <= bytes.length);
      const values = [...decodeAttributes(bytes).values()];
      assert.ok(values.reduce((sum, value) => sum + value.length, 0) <= bytes.length);
    }),
  );
});
