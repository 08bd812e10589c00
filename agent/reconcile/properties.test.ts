/**
 * Random sequences of changes: with readers between any two writes, crashes at any write, and
 * stores that fail.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";

import { createFakeStores } from "../maps/fake-stores.ts";
import { createFaultyStores } from "../maps/faulty-stores.ts";
import type { Stores } from "../maps/store.ts";
import type { Tables } from "../../lib/model/change.ts";
import type { Failure } from "./failures.ts";
import { decode } from "./testing/decode.ts";
import { claimsOf, claimText, decodedText, expected } from "./testing/expected.ts";
import { Observer } from "./testing/observer.ts";
import { neededOf, residueOf } from "./testing/residue.ts";
import { Rig, writesOf } from "./testing/rig.ts";
import { NODE, step, type Step, tablesAlong } from "./testing/worlds.ts";

const RUNS = 120;
const CAPACITIES = { frontends: 64, states: 64, slots: 1024, backends: 128 };
const steps = fc.array(step({ conflicts: false }), { minLength: 1, maxLength: 6 });

function watch(stores: Stores, steps: readonly Step[]): Observer {
  const observer = new Observer(stores);
  for (const tables of tablesAlong(steps)) {
    for (const [claim] of claimsOf(tables, NODE).values()) {
      observer.follow(claim === undefined ? [] : [claim.frontend]);
    }
  }
  return observer;
}

async function eventLoopTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function assertNothingLeaked(rig: Rig, stores: Stores): Promise<void> {
  const usage = await rig.idle();
  const used = Object.fromEntries(usage.map(({ name, used }) => [name, used]));
  assert.deepEqual(used, neededOf(stores));
  assert.deepEqual(residueOf(stores), []);
}

test("each change is met whole, and a restart with nothing changed writes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(12), async (steps, turns) => {
      const stores = createFakeStores(CAPACITIES, () => eventLoopTurns(turns));
      const observer = watch(stores, steps);
      const rig = new Rig(observer.watched());
      await rig.reconciler.restore();
      for (const tables of tablesAlong(steps)) {
        await rig.apply(tables);
        assert.deepEqual(observer.finish(), []);
        assert.deepEqual(decodedText(decode(stores)), expected(tables, NODE));
      }
      await assertNothingLeaked(rig, stores);
      await rig.reconciler.stop();
      const writes = writesOf(stores);
      const next = new Rig(stores);
      await next.reconciler.restore();
      const last = tablesAlong(steps).at(-1);
      await next.apply(last ?? assert.fail());
      await assertNothingLeaked(next, stores);
      assert.equal(writesOf(stores), writes);
    }),
    { numRuns: RUNS },
  );
});

test("a process killed at any write leaves what the next one makes whole", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(200), fc.boolean(), async (steps, killAt, same) => {
      const stores = createFakeStores(CAPACITIES);
      const observer = watch(stores, steps);
      const faulty = createFaultyStores(observer.watched(), { killAt: killAt + 1 });
      const along = tablesAlong(steps);
      let rig = new Rig(faulty);
      let isNext = false;
      for (const [index, tables] of along.entries()) {
        await rig.apply(tables);
        if (!faulty.isKilled || isNext) {
          assert.deepEqual(observer.finish(), []);
          continue;
        }
        isNext = true;
        rig = new Rig(observer.watched());
        const next = (same ? undefined : along[index + 1]) ?? tables;
        await rig.apply(next);
        const broken = [...claimsOf(tables, NODE)].map(([key, [claim]]) => {
          return [key, { kind: "", content: "", ...claim, state: 0 }] as const;
        });
        assert.deepEqual(observer.finish([new Map(broken)]), []);
        assert.deepEqual(decodedText(decode(stores)), expected(next, NODE));
        await assertNothingLeaked(rig, stores);
      }
    }),
    { numRuns: RUNS },
  );
});

test("stores that fail now and then hold exactly the rows once they work again", async () => {
  const faults = fc.record({
    refused: fc.constantFrom(0, 0.1, 0.3),
    thrown: fc.constantFrom(0, 0.01),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(steps, faults, async (steps, faults) => {
      const stores = createFakeStores(CAPACITIES);
      const faulty = createFaultyStores(stores, faults);
      const rig = new Rig(faulty);
      const along = tablesAlong(steps);
      for (const tables of along) {
        const failures = await rig.apply(tables);
        const failed = new Set(failures.map(({ key }) => key));
        for (const [key, [claim]] of claimsOf(tables, NODE)) {
          const isWhole = claimText(decode(stores).get(key)) === claimText(claim);
          assert.ok(isWhole || failed.has(claim?.service ?? ""), `${key} of ${claim?.service}`);
        }
      }
      faulty.heal();
      await rig.retry();
      const last = along.at(-1) ?? assert.fail();
      assert.deepEqual(rig.reconciler.failures().filter(isStoreFailure), []);
      assert.deepEqual(decodedText(decode(stores)), expected(last, NODE));
      await assertNothingLeaked(rig, stores);
    }),
    { numRuns: RUNS },
  );
});

test("a frontend claimed twice stays with who has it, and goes to another after", async () => {
  const conflicting = fc.array(step({ conflicts: true }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(conflicting, fc.nat(5), async (steps, restartAt) => {
      const stores = createFakeStores(CAPACITIES);
      let rig = new Rig(stores);
      let owners = new Map<string, string>();
      for (const [index, tables] of tablesAlong(steps).entries()) {
        if (index === restartAt) {
          await rig.reconciler.stop();
          rig = new Rig(stores);
        }
        const failures = await rig.apply(tables);
        owners = assertOneOwnerEach(stores, tables, owners, failures);
        await assertNothingLeaked(rig, stores);
      }
    }),
    { numRuns: RUNS },
  );
});

function isStoreFailure({ code }: Failure): boolean {
  return code === "write-failed" || code === "map-full";
}

function assertOneOwnerEach(
  stores: Stores,
  tables: Tables,
  before: ReadonlyMap<string, string>,
  failures: readonly Failure[],
): Map<string, string> {
  const decoded = decode(stores);
  const claims = claimsOf(tables, NODE);
  assert.deepEqual([...decoded.keys()].sort(), [...claims.keys()].sort());
  const owners = new Map<string, string>();
  for (const [key, all] of claims) {
    const owner = all.find((claim) => claimText(claim) === claimText(decoded.get(key)));
    const had = all.find(({ service }) => service === before.get(key));
    assert.ok(owner, `${key} is served by nobody who claims it`);
    if (had !== undefined) {
      assert.equal(claimText(decoded.get(key)), claimText(had), `${key} was taken away`);
    }
    owners.set(key, (had ?? owner).service);
    for (const { service } of all.filter((each) => claimText(each) !== claimText(owner))) {
      const said = failures.some(
        (failure) => failure.key === service && failure.code === "frontend-taken",
      );
      assert.ok(said, `${service} does not have ${key}, and nothing says so`);
    }
  }
  return owners;
}
