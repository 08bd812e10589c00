/** `leat map` against an agent of fixed answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { leat } from "../testing/fake-agent.ts";

const LIST = `MAP        USED  CAPACITY  USE  WRITES
services4  3     65536     0%   3
slots      900   1000      90%  12
`;

const DUMP = `SERVICE             EXTENT
shop/cart:http/TCP  8
a/b:/UDP            32
`;

test("map list prints use against capacity", async () => {
  assert.deepEqual(await leat(["map", "list"]), { code: 0, out: LIST, err: "" });
});

test("map dump prints every page", async () => {
  assert.deepEqual(await leat(["map", "dump", "states"]), { code: 0, out: DUMP, err: "" });
  const { out } = await leat(["map", "dump", "states", "-o", "json"]);
  assert.equal(JSON.parse(out).rows.length, 2);
});
