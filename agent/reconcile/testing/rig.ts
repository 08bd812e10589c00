/**
 * A reconciler on stores in memory, as tests drive it: one process of it after another on the same
 * stores.
 */
import type { Tables } from "../../../lib/model/change.ts";
import { createLogger } from "../../../lib/log.ts";
import type { Stores } from "../../maps/store.ts";
import type { Failure } from "../failures.ts";
import type { Pacer } from "../pacer.ts";
import { createReconciler, type Reconciler } from "../reconciler.ts";
import type { TableUsage } from "../usage.ts";
import { changesBetween, EMPTY_TABLES } from "./rows.ts";
import { NODE } from "./worlds.ts";

/** Turns of the event loop: more than any fence of a test takes. */
const QUIET_TURNS = 40;

const log = createLogger({ name: "test", level: "silent" });

export class Rig {
  readonly reconciler: Reconciler;
  /** Retries that wait for the clock. */
  readonly retries: (() => void)[] = [];
  readonly heard: Failure[][] = [];
  #tables: Tables = EMPTY_TABLES;
  #first = true;

  constructor(stores: Stores, options: { readonly pacer?: Pacer } = {}) {
    this.reconciler = createReconciler({
      ...options,
      stores,
      node: NODE,
      log,
      after: (_, action) => {
        this.retries.push(action);
        return () => this.retries.splice(this.retries.indexOf(action), 1);
      },
      random: () => 0.5,
      onFailures: (failures) => this.heard.push(failures),
    });
  }

  async apply(tables: Tables): Promise<Failure[]> {
    const changes = changesBetween(this.#tables, tables);
    const first = this.#first;
    this.#tables = tables;
    this.#first = false;
    return this.reconciler.apply({ tables, changes, first });
  }

  /** Lets the clock run out for all retries, and for those that they bring, but not for ever. */
  async retry(): Promise<void> {
    for (let round = 0; round < 20 && this.retries.length > 0; round++) {
      this.retries.splice(0).forEach((retry) => retry());
      await this.idle();
    }
  }

  /**
   * Resolves when the reconciler has nothing under way and nothing rests: the use of tables stays
   * the same.
   */
  async idle(): Promise<TableUsage[]> {
    let before = "";
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = JSON.stringify(this.reconciler.usage());
      quiet = now === before ? quiet : 0;
      before = now;
    }
    return this.reconciler.usage();
  }
}

/** Writes to all stores so far. */
export function writesOf(stores: Stores): number {
  const { services4, services6, states, slots, backends4, backends6, counters } = stores;
  const all = [services4, services6, states, slots, backends4, backends6, counters];
  return all.reduce((sum, { writes }) => sum + writes, 0);
}
