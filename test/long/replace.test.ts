/** Fifty whole replacements of the programs and a thousand updates of every hook, under load. */
import { test } from "node:test";
import { figure } from "../figures.ts";
import { replace } from "../netns/scenarios/replace.ts";
import { withShop } from "../netns/scenarios/shop.ts";

const SERVERS = [1, 2, 2];
const REPLACEMENTS = 50;
const SWAPS = 1_000;

for (const method of ["tcx", "clsact"] as const) {
  test(`0 lost over ${REPLACEMENTS} replacements and ${SWAPS} updates: ${method}`, async () => {
    await withShop({ servers: SERVERS, nodes: 2, hooks: method }, async (shop) => {
      const result = await replace(shop, {
        rates: { connections: 400, streams: 16, datagrams: 600 },
        replacements: REPLACEMENTS / 2,
        swaps: SWAPS,
        swapIntervalMs: 10,
      });
      const record = (id: string, value: number, unit: string, goal = "", ok = true) =>
        figure({ suite: "long", id: `replace-${method}-${id}`, value, unit, goal, ok });
      const { replacements, connections, datagrams, failed } = result;
      record("replacements", replacements, "", `>= ${REPLACEMENTS}`, replacements >= REPLACEMENTS);
      const hooks = result.counts.reduce((sum, { links, filters }) => sum + links + filters, 0);
      record("hooks", hooks, "");
      const swaps = Math.min(...result.counts.map((count) => count.swaps));
      record("swaps", swaps, "a hook", `>= ${SWAPS}`, swaps >= SWAPS);
      record("connections", connections, "");
      record("datagrams", datagrams, "");
      record("lost", failed, "", "0", failed === 0);
      record("retransmitted", result.retransmitted, "segments");
    });
  });
}
