/** The churn of test/long in small: it proves that the scenario holds, not the figure of record. */
import { test } from "node:test";
import { figure } from "../figures.ts";
import { churn } from "./scenarios/churn.ts";
import { withShop } from "./scenarios/shop.ts";

const SERVERS = [1, 1, 2, 2, 3, 3];

test("no connection fails while backends change", async () => {
  await withShop({ servers: SERVERS }, async (shop) => {
    const result = await churn(shop, {
      rates: { connections: 600, streams: 8, datagrams: 300 },
      changesPerSecond: 10,
      changes: 100,
      connections: 5_000,
      seconds: 10,
      secondsMax: 120,
      seed: 1,
    });
    const { connections, failed, changes, staleMs, settledMs } = result;
    const suite = "netns";
    const value = (id: string, value: number, unit: string, goal: string, ok: boolean) =>
      figure({ suite, id: `churn-${id}`, value, unit, goal, ok });
    value("connections", connections, "connections", ">= 5000", connections >= 5_000);
    value("changes", changes, "changes", ">= 100", changes >= 100);
    value("failed", failed, "connections", "0", failed === 0);
    value("stale", staleMs, "ms", "<= 1000", staleMs <= 1_000);
    value("settled", settledMs, "ms", "<= 1000", settledMs <= 1_000);
  });
});
