/** What is an address of the stream. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { parseStreamAddress, streamAddressText } from "./stream-address.ts";

test("addresses survive the way to values and back", () => {
  const texts = ["unix:/run/leat/operator.sock", "127.0.0.1:7443", "[::1]:0", "leat-operator:7443"];
  for (const text of texts) {
    const address = parseStreamAddress(text);
    assert.ok(address !== undefined, text);
    assert.equal(streamAddressText(address), text);
  }
  assert.deepEqual(parseStreamAddress("[fd00::1]:80"), { kind: "tcp", host: "fd00::1", port: 80 });
});

test("what is no address is refused", () => {
  const refused = [
    "",
    "unix:",
    "unix:relative",
    `unix:/${"x".repeat(107)}`,
    "host",
    "host:",
    ":80",
  ];
  for (const text of [...refused, "host:65536", "host:-1", "::1:80", "http://host:80", "a b:1"]) {
    assert.equal(parseStreamAddress(text), undefined, text);
  }
});
