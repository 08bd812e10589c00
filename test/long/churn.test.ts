/**
 * Connections through a cluster IP and a node port while the backends change ten times a second.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../figures.ts";
import { churn } from "../netns/scenarios/churn.ts";
import { withShop } from "../netns/scenarios/shop.ts";

const SERVERS = [1, 1, 1, 2, 2, 2, 3, 3, 3];
const CHANGES = 600;
const CONNECTIONS = 100_000;

test("0 failed connections over 600 changes", async () => {
  await withShop({ servers: SERVERS }, async (shop) => {
    const result = await churn(shop, {
      rates: { connections: 2_000, streams: 16, datagrams: 600 },
      changesPerSecond: 10,
      changes: CHANGES,
      connections: CONNECTIONS,
      seconds: 60,
      secondsMax: 600,
      seed: 3,
    });
    const { connections, datagrams, failed, changes, seconds, staleMs, settledMs } = result;
    const record = (id: string, value: number, unit: string, goal = "", ok = true) =>
      figure({ suite: "long", id: `churn-${id}`, value, unit, goal, ok });
    record("seconds", seconds, "s");
    record("changes", changes, "changes", `>= ${CHANGES}`, changes >= CHANGES);
    record("connections", connections, "", `>= ${CONNECTIONS}`, connections >= CONNECTIONS);
    record("failed", failed, "", "0", failed === 0);
    record("datagrams", datagrams, "");
    record("stale", staleMs, "ms", "<= 1000", staleMs <= 1_000);
    record("settled", settledMs, "ms", "<= 1000", settledMs <= 1_000);
    assert.ok(changes / seconds > 5, "changes kept their rate");
  });
});
