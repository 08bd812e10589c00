/**
 * The crashes of test/long in small: it proves that the scenario holds, not the figure of record.
 */
import { test } from "node:test";
import { figure } from "../figures.ts";
import { crash, restartIdle } from "./scenarios/crash.ts";
import { withShop } from "./scenarios/shop.ts";

const SERVERS = [1, 2, 2, 3];

test("nothing fails while agents and the operator are killed", async () => {
  await withShop({ servers: SERVERS }, async (shop) => {
    const { failed, connections, settledMs } = await crash(shop, {
      rates: { connections: 300, streams: 8, datagrams: 150 },
      changesPerSecond: 5,
      agentKills: 4,
      operatorKills: 1,
      seed: 1,
    });
    const record = (id: string, value: number, unit: string, goal = "", ok = true) =>
      figure({ suite: "netns", id: `crash-${id}`, value, unit, goal, ok });
    record("connections", connections, "connections");
    record("failed", failed, "", "0", failed === 0);
    record("settled", settledMs, "ms", "<= 1000", settledMs <= 1_000);
    await restartIdle(shop);
  });
});
