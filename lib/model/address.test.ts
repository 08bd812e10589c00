/** What is an address or a prefix, and its one text. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import {
  addressBytes,
  addressFamily,
  addressText,
  cidrContains,
  cidrText,
  parseAddress,
  parseCidr,
} from "./address.ts";

test("addresses become canonical text", () => {
  const cases: [string, string][] = [
    ["10.96.0.1", "10.96.0.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["FD00:0096:0:0:0:0:0:0001", "fd00:96::1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ];
  for (const [text, canonical] of cases) {
    assert.equal(parseAddress(text)?.text, canonical, text);
  }
});

test("what is no address, or could be two, is refused", () => {
  const refused = [
    "",
    " 10.0.0.1",
    "10.0.0.1 ",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "0x0a.0.0.1",
    "10.0.0.1/24",
    "fe80::1%eth0",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "[::1]",
    "localhost",
  ];
  for (const text of refused) {
    assert.equal(parseAddress(text), undefined, text);
    assert.throws(() => addressBytes(text), RangeError);
  }
});

test("bytes are in network order", () => {
  assert.deepEqual([...addressBytes("10.96.0.1")], [10, 96, 0, 1]);
  assert.deepEqual([...addressBytes("fd00:96::1")].slice(0, 4), [0xfd, 0, 0, 0x96]);
  assert.equal(addressFamily("10.96.0.1"), 4);
  assert.equal(addressFamily("fd00:96::1"), 6);
});

test("bytes of another length, or of a mapped address, have no text", () => {
  assert.throws(() => addressText(new Uint8Array(0)), /4 or 16 bytes, not 0/);
  assert.throws(() => addressText(new Uint8Array(5)), /not 5/);
  const mapped = new Uint8Array(16).fill(0xff, 10, 12);
  assert.throws(() => addressText(mapped), /IPv4-mapped/);
});

test("any bytes survive the way to text and back", () => {
  const sparse = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.array(sparse, { minLength: 16, maxLength: 16 }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const mapped =
        given.length === 16 &&
        given.subarray(0, 10).every((byte) => byte === 0) &&
        given[10] === 0xff &&
        given[11] === 0xff;
      fc.pre(!mapped);
      const text = addressText(given);
      assert.deepEqual(addressBytes(text), given);
      assert.equal(parseAddress(text)?.text, text);
    }),
  );
});

test("prefixes lose their host bits", () => {
  assert.deepEqual(parseCidr("10.1.2.3/8"), { address: "10.0.0.0", prefix: 8 });
  assert.deepEqual(parseCidr("10.1.2.255/31"), { address: "10.1.2.254", prefix: 31 });
  assert.deepEqual(parseCidr("0.0.0.0/0"), { address: "0.0.0.0", prefix: 0 });
  assert.deepEqual(parseCidr("FD00:244:1::9/64"), { address: "fd00:244:1::", prefix: 64 });
  assert.deepEqual(parseCidr("::1/128"), { address: "::1", prefix: 128 });
  assert.equal(cidrText({ address: "10.0.0.0", prefix: 8 }), "10.0.0.0/8");
});

test("what is no prefix is refused", () => {
  const refused = ["10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/08", "/8", "a/8"];
  for (const text of [...refused, "10.0.0.0/8/8", "10.0.0.0/-1", "::ffff:0:0/96", "10.0.0.0/ 8"]) {
    assert.equal(parseCidr(text), undefined, text);
  }
});

test("a prefix contains its own addresses only", () => {
  const cases: [string, string, boolean][] = [
    ["10.244.0.0/16", "10.244.255.1", true],
    ["10.244.0.0/16", "10.245.0.1", false],
    ["10.244.0.0/15", "10.245.0.1", true],
    ["0.0.0.0/0", "255.0.0.1", true],
    ["0.0.0.0/0", "::1", false],
    ["fd00:244:1::/64", "fd00:244:1::5", true],
    ["fd00:244:1::/64", "fd00:244:2::5", false],
    ["::/0", "10.0.0.1", false],
    ["10.0.0.1/32", "10.0.0.1", true],
    ["10.0.0.1/32", "10.0.0.0", false],
  ];
  for (const [prefix, address, expected] of cases) {
    const cidr = parseCidr(prefix);
    assert.ok(cidr !== undefined);
    assert.equal(cidrContains(cidr, address), expected, `${prefix} ${address}`);
  }
});
