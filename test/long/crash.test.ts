/** Agents killed twenty times at random under load and changes, then the operator. */
import { test } from "node:test";
import { figure } from "../figures.ts";
import { crash, restartIdle } from "../netns/scenarios/crash.ts";
import { withShop } from "../netns/scenarios/shop.ts";

const SERVERS = [1, 1, 2, 2, 3, 3];

test("0 failed connections and 0 resets over 20 kills of agents, 3 of the operator", async () => {
  await withShop({ servers: SERVERS }, async (shop) => {
    const { failed, connections, datagrams, changes, settledMs } = await crash(shop, {
      rates: { connections: 800, streams: 16, datagrams: 300 },
      changesPerSecond: 10,
      agentKills: 20,
      operatorKills: 3,
      seed: 7,
    });
    const record = (id: string, value: number, unit: string, goal = "", ok = true) =>
      figure({ suite: "long", id: `crash-${id}`, value, unit, goal, ok });
    record("connections", connections, "");
    record("datagrams", datagrams, "");
    record("changes", changes, "");
    record("failed", failed, "", "0", failed === 0);
    record("settled", settledMs, "ms", "<= 1000", settledMs <= 1_000);
    await restartIdle(shop);
    record("idle-writes", 0, "map writes", "0");
  });
});
