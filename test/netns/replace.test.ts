/** The replacements of test/long in small, by tcx and by clsact. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../figures.ts";
import { replace } from "./scenarios/replace.ts";
import { withShop } from "./scenarios/shop.ts";

const SERVERS = [1, 2, 2];

for (const hooks of ["tcx", "clsact"] as const) {
  test(`no packet is lost while programs are replaced: ${hooks}`, async () => {
    await withShop({ servers: SERVERS, nodes: 2, hooks }, async (shop) => {
      const result = await replace(shop, {
        rates: { connections: 200, streams: 8, datagrams: 300 },
        replacements: 3,
        swaps: 100,
        swapIntervalMs: 10,
      });
      for (const { links, filters } of result.counts) {
        assert.ok(links >= 8, "every socket hook was swapped");
        if (hooks === "clsact") assert.ok(filters >= 4, "filters were swapped");
        else assert.ok(links >= 12 && filters === 0, "links of devices were swapped");
      }
      const record = (id: string, value: number, unit: string, goal = "", ok = true) =>
        figure({ suite: "netns", id: `replace-${hooks}-${id}`, value, unit, goal, ok });
      record("datagrams", result.datagrams, "");
      record("failed", result.failed, "", "0", result.failed === 0);
      record("retransmitted", result.retransmitted, "segments");
    });
  });
}
