/** Agents and the operator killed at random under load and under changes, and started again. */
import { setTimeout as delay } from "node:timers/promises";
import assert from "node:assert/strict";
import type { LabNode } from "../../harness/lab.ts";
import { mapsSettled } from "../../harness/lab-service.ts";
import { Changes } from "./changes.ts";
import { type LoadRates, ScenarioLoads, type Verdict } from "./loads.ts";
import { type Random, seeded } from "./random.ts";
import type { Shop } from "./shop.ts";

export interface CrashOptions {
  readonly rates: LoadRates;
  readonly changesPerSecond: number;
  readonly agentKills: number;
  readonly operatorKills: number;
  readonly seed: number;
}

export interface CrashResult extends Verdict {
  readonly changes: number;
  /** From an agent's being ready again until the maps equal the model, at most. */
  readonly settledMs: number;
}

const BETWEEN_MS_MAX = 1_500;

export async function crash(shop: Shop, options: CrashOptions): Promise<CrashResult> {
  const random = seeded(options.seed);
  const changes = new Changes(shop.web, shop.servers, random);
  const loads = new ScenarioLoads(shop, options.rates);
  await loads.flowing();
  let settledMs = 0;
  const round = async (kill: () => Promise<void>): Promise<void> => {
    changes.start(options.changesPerSecond);
    await delay(random.next() * BETWEEN_MS_MAX);
    await kill();
    await changes.stop();
    settledMs = Math.max(settledMs, await mapsSettled(shop.lab.nodes, [shop.web]));
  };
  for (let kill = 0; kill < options.agentKills; kill++) {
    await round(() => killAgent(random.pick(shop.lab.nodes), random));
  }
  for (let kill = 0; kill < options.operatorKills; kill++) {
    await round(() => killOperator(shop, random));
  }
  return { ...(await loads.finish()), changes: changes.made, settledMs };
}

async function killAgent({ agent }: LabNode, random: Random): Promise<void> {
  await agent.kill();
  await delay(random.next() * BETWEEN_MS_MAX);
  await agent.start();
}

async function killOperator({ lab }: Shop, random: Random): Promise<void> {
  await lab.operator.kill();
  await delay(random.next() * BETWEEN_MS_MAX);
  await lab.operator.start();
  await Promise.all(
    lab.nodes.map(({ agent }) =>
      agent.reaches("is connected", ({ operator }) => operator.connected),
    ),
  );
}

/** Kills every agent while nothing changes; throws where one then writes a single element. */
export async function restartIdle(shop: Shop): Promise<void> {
  for (const { agent } of shop.lab.nodes) {
    await agent.kill();
    await agent.start();
    const status = await agent.status();
    assert.ok(status.operator.appliedRevision > 0, "a state was applied");
    const written = status.maps.filter(({ writes }) => writes > 0);
    assert.deepEqual(written, [], `${agent.node} writes nothing after a restart`);
  }
}
