/**
 * Pins that an earlier process, or nobody sensible, has written: read back, put right, and nothing
 * leaks.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ExtentLayout } from "../maps/abi.gen.ts";
import { createFakeStores } from "../maps/fake-stores.ts";
import { encodeFrontendKey } from "../maps/frontend.ts";
import type { Stores } from "../maps/store.ts";
import { highOf, lowOf, pack } from "../maps/words.ts";
import { createPacer } from "./pacer.ts";
import { restore } from "./restore.ts";
import { decode } from "./testing/decode.ts";
import { decodedText, expected } from "./testing/expected.ts";
import { neededOf, residueOf } from "./testing/residue.ts";
import { Rig, writesOf } from "./testing/rig.ts";
import { endpoint, service, tables } from "./testing/rows.ts";
import { NODE } from "./testing/worlds.ts";

const ROWS = tables(
  [
    service("a", { clusterIPs: ["10.96.0.1", "fd00:96::1"] }),
    service("b", { clusterIPs: ["10.96.0.2"] }),
  ],
  [
    endpoint("a", "10.0.0.1"),
    endpoint("a", "10.0.0.2"),
    endpoint("a", "fd00::1"),
    endpoint("b", "10.0.0.1"),
  ],
);
const CAPACITIES = { frontends: 16, states: 16, slots: 128, backends: 16 };
const FRONTEND = { family: 4, address: "10.96.0.1", port: 80, protocol: "TCP" } as const;

async function programmed(): Promise<Stores> {
  const stores = createFakeStores(CAPACITIES);
  const rig = new Rig(stores);
  await rig.apply(ROWS);
  await rig.idle();
  await rig.reconciler.stop();
  return stores;
}

function stateOf(stores: Stores, key: string): number {
  return decode(stores).get(key)?.state ?? assert.fail(key);
}

function baseOf(stores: Stores, key: string): number {
  return lowOf(stores.states.load(stateOf(stores, key)));
}

const A4 = "10.96.0.1|80|TCP";
const B4 = "10.96.0.2|80|TCP";

/** What is broken, and how. */
const BREAKS: Readonly<Record<string, (stores: Stores) => void>> = {
  "a frontend with a foreign tag": ({ services4 }) => {
    const key = encodeFrontendKey(FRONTEND);
    const value = services4.get(key) ?? assert.fail();
    value[7] = (value[7] ?? 0) ^ 1;
    services4.delete(key);
    services4.insert(key, value);
  },
  "a frontend of no state": ({ services4 }) => {
    const key = encodeFrontendKey({ ...FRONTEND, address: "10.96.0.9" });
    services4.insert(key, new Uint8Array([0xff, 0xff, 0, 0, 1, 0, 0, 0]));
  },
  "a state that serves nothing": (stores) => {
    stores.states.store(stateOf(stores, A4), pack(7, 0));
  },
  "a base beyond the table": (stores) => {
    stores.states.store(stateOf(stores, A4), pack(7, 1_000_000));
  },
  "counts beyond the table": (stores) => {
    stores.slots.store(baseOf(stores, A4) + ExtentLayout.EXTENT_COUNTS, pack(9, 1_000_000));
  },
  "an extent of another state": (stores) => {
    const index = baseOf(stores, A4) + ExtentLayout.EXTENT_OWNER;
    stores.slots.store(index, pack(3000, lowOf(stores.slots.load(index))));
  },
  "two states with one extent": (stores) => {
    const word = stores.states.load(stateOf(stores, A4));
    stores.states.store(stateOf(stores, B4), word);
  },
  "extents that overlap": (stores) => {
    const counts = baseOf(stores, A4) + ExtentLayout.EXTENT_COUNTS;
    stores.slots.store(counts, pack(0, 20));
  },
  "a slot of an older generation": (stores) => {
    const index = baseOf(stores, A4) + ExtentLayout.EXTENT_HEADER_WORDS;
    const word = stores.slots.load(index);
    stores.slots.store(index, pack(highOf(word) + 5, lowOf(word)));
  },
  "a slot beyond the backends": (stores) => {
    stores.slots.store(baseOf(stores, A4) + ExtentLayout.EXTENT_HEADER_WORDS, pack(1, 99_999));
  },
  "two states with one cell": (stores) => {
    const from = baseOf(stores, A4) + ExtentLayout.EXTENT_HEADER_WORDS;
    const to = baseOf(stores, B4) + ExtentLayout.EXTENT_HEADER_WORDS;
    stores.slots.store(to, stores.slots.load(from));
  },
  "a backend that is not usable": (stores) => {
    stores.backends4.store(1 * 2 + 1, pack(1, 0));
  },
  "a cell with no address that Leat writes": (stores) => {
    stores.backends6.store(1 * 4, 0n);
    stores.backends6.store(1 * 4 + 1, 0x0100_007f_ffff_0000n);
  },
  "a usable cell of nobody": (stores) => {
    stores.backends4.store(9 * 2 + 1, pack(4, 1));
  },
  "a state of nobody": (stores) => {
    stores.states.store(9, pack(4, baseOf(stores, A4)));
  },
  "counters of another owner": (stores) => {
    stores.counters.reset(stateOf(stores, A4), 77);
  },
};

describe("what is broken is put right by the first Sync, and read back rightly then", () => {
  for (const [name, spoil] of Object.entries(BREAKS)) {
    test(name, async () => {
      const stores = await programmed();
      spoil(stores);
      const rig = new Rig(stores);
      const writes = writesOf(stores);
      await rig.reconciler.restore();
      assert.equal(writesOf(stores), writes, "restoring writes nothing");
      assert.deepEqual(await rig.apply(ROWS), []);
      assert.deepEqual(decodedText(decode(stores)), expected(ROWS, NODE));
      const usage = (await rig.idle()).map(({ name, used }) => [name, used]);
      assert.ok(writesOf(stores) > writes);
      assert.deepEqual(Object.fromEntries(usage), neededOf(stores));
      assert.deepEqual(residueOf(stores), []);
      for (const { counters } of rig.reconciler.view()) {
        assert.ok(counters !== undefined, "its owner counts");
      }
      await assertRestartsQuietly(rig, stores);
    });
  }
});

async function assertRestartsQuietly(rig: Rig, stores: Stores): Promise<void> {
  await rig.reconciler.stop();
  const writes = writesOf(stores);
  const next = new Rig(stores);
  await next.apply(ROWS);
  await next.idle();
  assert.equal(writesOf(stores), writes);
}

test("a fence passes before anything of an earlier process is used again", async () => {
  let fences = 0;
  const stores = createFakeStores({}, () => {
    fences++;
    return Promise.resolve();
  });
  const { ledger, strays } = await restore(stores, createPacer());
  assert.equal(fences, 1);
  assert.equal(ledger.states.free, ledger.states.capacity);
  assert.deepEqual(strays, { states: [], cells: [], frontends: [], recounts: [] });
});

test("ids of an earlier process are not given out again while they are in use", async () => {
  const stores = await programmed();
  const { ledger } = await restore(stores, createPacer());
  const needed = neededOf(stores);
  assert.equal(ledger.states.capacity - ledger.states.free, needed["states"]);
  assert.equal(ledger.slots.capacity - ledger.slots.free, needed["slots"]);
  assert.equal(ledger.cells[4].capacity - ledger.cells[4].free, needed["backends4"]);
  assert.equal(ledger.newOwner(), 4);
});
