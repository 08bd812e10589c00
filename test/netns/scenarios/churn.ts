/** Connections while the backends of their Service change all the time. */
import { eventually } from "../../harness/deadline.ts";
import { mapsSettled } from "../../harness/lab-service.ts";
import { Changes } from "./changes.ts";
import { type LoadRates, ScenarioLoads, type Verdict } from "./loads.ts";
import { seeded } from "./random.ts";
import type { Shop } from "./shop.ts";

export interface ChurnOptions {
  readonly rates: LoadRates;
  readonly changesPerSecond: number;
  /** At least so many changes, connections and seconds. */
  readonly changes: number;
  readonly connections: number;
  readonly seconds: number;
  readonly secondsMax: number;
  readonly seed: number;
}

export interface ChurnResult extends Verdict {
  readonly changes: number;
  readonly seconds: number;
  /** After the last change was written. */
  readonly settledMs: number;
}

/** Runs until all minima are reached. */
export async function churn(shop: Shop, options: ChurnOptions): Promise<ChurnResult> {
  const changes = new Changes(shop.web, shop.servers, seeded(options.seed));
  const loads = new ScenarioLoads(shop, options.rates);
  await loads.flowing();
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  changes.start(options.changesPerSecond);
  const deadline = {
    what: `${options.changes} changes and ${options.connections} connections`,
    timeoutMs: options.secondsMax * 1000,
    intervalMs: 100,
  };
  await eventually(deadline, () => {
    const enough = changes.made >= options.changes && elapsed() >= options.seconds;
    return loads.failed > 0 || (enough && loads.count("connect") >= options.connections);
  });
  const seconds = elapsed();
  await changes.stop();
  const settledMs = await mapsSettled(shop.lab.nodes, [shop.web]);
  return { ...(await loads.finish()), changes: changes.made, seconds, settledMs };
}
