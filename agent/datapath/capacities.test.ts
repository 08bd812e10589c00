/** Each capacity governs its maps and no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAPS } from "../maps/abi.gen.ts";
import { MAP_NAMES, mapEntries } from "./capacities.ts";

const CAPACITIES = { frontends: 1, services: 2, slots: 3, backends: 4, flows: 5 };

test("each capacity governs its maps, the rest is as the programs declare", () => {
  const entries = Object.fromEntries(MAP_NAMES.map((name) => [name, mapEntries(name, CAPACITIES)]));
  const { services4_v1, services6_v1, states_v1, counters_v1, slots_v1, ...rest } = entries;
  assert.deepEqual([services4_v1, services6_v1, states_v1, counters_v1, slots_v1], [1, 1, 2, 2, 3]);
  const { backends4_v1, backends6_v1, flows4_v1, flows6_v1, ...declared } = rest;
  assert.deepEqual([backends4_v1, backends6_v1], [4, 4]);
  assert.deepEqual([flows4_v1, flows6_v1], [10, 10], "a flow is two entries");
  for (const [name, count] of Object.entries(declared)) {
    assert.equal(count, MAPS[name as keyof typeof MAPS].maxEntries, name);
  }
});
