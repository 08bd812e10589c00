/** The golden packets against bytes that were worked out elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { goldenFrame } from "./golden.ts";

const ENDS = { sourcePort: 40_000, destinationPort: 53, hopLimit: 64 };

test("a datagram over IPv4, byte by byte", () => {
  const ends = { ...ENDS, source: "198.51.100.7", destination: "192.0.2.10" };
  const frame = Buffer.from(goldenFrame({ ...ends, protocol: "UDP" })).toString("hex");
  const expected = [
    "0200000000020200000000010800",
    "4500002e0000000040118e7ac6336407c000020a",
    "9c400035001a0d8b",
    Buffer.from("leat golden packet").toString("hex"),
  ];
  assert.equal(frame, expected.join(""));
});

test("a SYN over IPv6 has its flag and the length of all that follows", () => {
  const ends = { ...ENDS, source: "2001:db8::7", destination: "2001:db8::10" };
  const frame = Buffer.from(goldenFrame({ ...ends, protocol: "TCP" }));
  assert.equal(frame.readUInt16BE(12), 0x86dd);
  assert.equal(frame.readUInt16BE(14 + 4), 20 + 18);
  assert.equal(frame[14 + 40 + 13], 2);
  assert.equal(sumOf(frame), 0xffff);
});

/** A right checksum makes the sum over pseudo-header and transport all ones. */
function sumOf(frame: Buffer): number {
  const transport = frame.subarray(14 + 40);
  const pseudo = Buffer.from([0, transport.length, 0, 6]);
  const parts = Buffer.concat([frame.subarray(14 + 8, 14 + 40), pseudo, transport]);
  let sum = 0;
  for (let at = 0; at < parts.length; at += 2) sum += parts.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
