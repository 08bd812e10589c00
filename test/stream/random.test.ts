/**
 * Random commits, disconnects, restarts and slow agents: at every Sync an agent's tables are a
 * state that was.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import * as fc from "fast-check";

import { History } from "../../lib/history.ts";
import type { Change, Tables } from "../../lib/model/change.ts";
import { TABLE_NAMES } from "../../lib/model/rows.ts";
import { change } from "./arbitrary.ts";
import { Link } from "./link.ts";
import type { Following, Scope, Serving } from "./serving.ts";
import { follow, Run, serve } from "./serving.ts";

type Step =
  | { readonly kind: "commit"; readonly changes: readonly Change[] }
  | { readonly kind: "cut" }
  | { readonly kind: "restart" }
  | { readonly kind: "slow"; readonly agent: number; readonly ms: number }
  | { readonly kind: "wait"; readonly ms: number };

const commit = fc
  .array(change, { minLength: 1, maxLength: 6 })
  .map((changes): Step => ({ kind: "commit", changes }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: commit },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "cut" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "restart" }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(1), fc.nat(10))
      .map(([agent, ms]): Step => ({ kind: "slow", agent, ms })),
  },
  { weight: 4, arbitrary: fc.nat(6).map((ms): Step => ({ kind: "wait", ms })) },
);

/** A copy that later commits leave alone. */
function copy(tables: Tables): Tables {
  return Object.fromEntries(
    TABLE_NAMES.map((table) => [table, new Map<string, unknown>(tables[table])]),
  ) as unknown as Tables;
}

/** An operator that restarts, two agents, and every state that was ever published. */
class World {
  readonly #scope: Scope;
  readonly #link: Link;
  readonly #states = new Map<string, Tables>();
  readonly #waits = [0, 0];
  readonly agents: Following[] = [];
  checked = 0;
  history = new History({ epoch: "0", ringCapacity: 12 });
  #serving: Serving | undefined;
  #rows = new Map<string, Change>();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#link = new Link(scope, () => this.#serving?.address ?? "");
  }

  async start(): Promise<void> {
    await this.#serve();
    await this.#link.start(this.#scope);
    this.agents.push(this.#follow(0), this.#follow(1));
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "commit":
        step.changes.forEach((each) => this.#rows.set(`${each.table} ${each.key}`, each));
        this.history.commit(step.changes);
        this.#publish();
        return;
      case "cut":
        this.#link.cut();
        return;
      case "restart":
        return await this.#restart();
      case "slow":
        this.#waits[step.agent] = step.ms;
        return;
      case "wait":
        await delay(step.ms);
    }
  }

  async settle(): Promise<void> {
    this.#waits.fill(0);
    for (const agent of this.agents) {
      const sync = await agent.reached(this.history);
      assert.deepEqual(sync.tables, this.history.tables);
      assert.equal(agent.client.status().refused, 0, agent.lines.join(""));
    }
  }

  #publish(): void {
    this.#states.set(
      this.#name(this.history.epoch, this.history.revision),
      copy(this.history.tables),
    );
    this.#serving?.server.published();
  }

  async #restart(): Promise<void> {
    await this.#serving?.server.stop();
    this.history = new History({ epoch: `${Number(this.history.epoch) + 1}`, ringCapacity: 12 });
    this.history.commit([...this.#rows.values()]);
    await this.#serve();
  }

  async #serve(): Promise<void> {
    const limits = { unansweredMost: 2 };
    this.#serving = await serve(this.#scope, this.history, { limits });
    this.#publish();
  }

  #follow(index: number): Following {
    const agent = follow(this.#scope, this.#link.address, {
      node: `node-${index}`,
      onSync: async ({ tables, revision }) => {
        const { epoch } = agent.client.status();
        assert.deepEqual(tables, this.#states.get(this.#name(epoch, revision)));
        this.checked++;
        await delay(this.#waits[index] ?? 0);
        return [];
      },
    });
    return agent;
  }

  #name(epoch: string, revision: number): string {
    return `${epoch} ${revision}`;
  }
}

test("at every Sync the agents' tables are those of that revision, whatever happens", async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run = new Run();
      try {
        const world = new World(run);
        await world.start();
        for (const each of steps) {
          await world.take(each);
        }
        await world.settle();
        checked += world.checked;
      } finally {
        await run.end();
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
  assert.ok(checked > 300, `${checked} states`);
});
