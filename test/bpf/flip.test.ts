/**
 * Services are changed, deleted and made by this thread, through the agent's own reconciler, while
 * another thread looks them up through the test entry: every look-up sees a service wholly before
 * or wholly after a change, and none of another. Without the fence it does not hold, which shows
 * that the test can see it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createLogger } from "../../lib/log.ts";
import { addressText } from "../../lib/model/address.ts";
import type { EndpointRow, ServiceRow } from "../../lib/model/rows.ts";
import { Fence } from "../../agent/maps/fence.ts";
import { createKernelStores } from "../../agent/maps/kernel-stores.ts";
import { createReconciler, type Reconciler } from "../../agent/reconcile/reconciler.ts";
import {
  changesBetween,
  EMPTY_TABLES,
  endpoint,
  service,
  tables,
} from "../../agent/reconcile/testing/rows.ts";
import { closeFd, loadObject, type LoadedObject } from "../../native/index.ts";
import { figure } from "../figures.ts";
import { startReader } from "./flip-reading.ts";
import { wrong } from "./flip-words.ts";
import { Turns } from "./flip-turns.ts";
import { u32Bytes } from "./tables.ts";

const OBJECT = join(import.meta.dirname, "../../out/bpf/choose_test.bpf.o");
const SERVICES = 32;
const STABLE = 16;
const ENDPOINTS = 4;
/** Services that change at once. */
const BATCH = 8;
const LOOKUPS = 100_000_000;
/** Changes at least, of BATCH services each: the faster the reader, the more look-ups. */
const CHANGES = 300;
const CONTROL_LOOKUPS = 200_000_000;
const CONTROL_DEADLINE_MS = 60_000;
const TURNS_AT_ONCE = 100;
/** Room for little more than what is in use, so that what is given back is soon given out. */
const ROOM = { slots_v1: 1024, states_v1: 128, backends4_v1: 256, backends6_v1: 256 };

/** The version of each service; undefined: it is not there. */
type Versions = readonly (number | undefined)[];

function serviceRow(index: number): ServiceRow {
  const six = Uint8Array.of(0xfd, 0x96, ...new Uint8Array(13), index);
  return service(`s${index}`, { clusterIPs: [`10.96.0.${index}`, addressText(six)] });
}

/** Addresses tell service and version, as bpf/testing/choose_test.bpf.c wants them. */
function endpointRows(index: number, version: number): EndpointRow[] {
  const port = 1024 + version;
  return Array.from({ length: ENDPOINTS }, (_, n) => n + 1).flatMap((n) => {
    const six = Uint8Array.of(0xfd, ...new Uint8Array(10), index, 0, version, 0, n);
    return [`10.${index}.${version}.${n}`, addressText(six)].map((address) =>
      endpoint(`s${index}`, address, { port }),
    );
  });
}

function tablesOf(versions: Versions) {
  const there = versions.flatMap((version, index) =>
    version === undefined ? [] : [{ index, version }],
  );
  return tables(
    there.map(({ index }) => serviceRow(index)),
    there.flatMap(({ index, version }) => endpointRows(index, version)),
  );
}

/** Stable services go on by a version; of the others, each comes with the next version or goes. */
class World {
  #versions: (number | undefined)[] = Array.from({ length: SERVICES }, () => 0);
  readonly #next: number[] = Array.from({ length: SERVICES }, () => 1);

  get versions(): Versions {
    return this.#versions;
  }

  change(random: () => number): void {
    for (let count = 0; count < BATCH; count++) {
      const index = Math.floor(random() * SERVICES);
      const goes = index >= STABLE && this.#versions[index] !== undefined && random() < 0.5;
      const next = this.#next[index] ?? 0;
      this.#versions[index] = goes ? undefined : next;
      if (!goes) this.#next[index] = (next + 1) & 0xff;
    }
  }
}

async function write(
  reconciler: Reconciler,
  isDone: (changes: number) => boolean,
): Promise<{ changes: number; failures: number }> {
  const world = new World();
  let before = tablesOf(world.versions);
  let changes = 0;
  let failures = 0;
  while (!isDone(changes)) {
    world.change(Math.random);
    const after = tablesOf(world.versions);
    const sync = { tables: after, changes: changesBetween(before, after), first: false };
    failures += (await reconciler.apply(sync)).length;
    before = after;
    changes++;
  }
  return { changes, failures };
}

async function loadReader(): Promise<LoadedObject> {
  const seams = Uint8Array.from([0, 1, 0x9e3779b1].flatMap((word) => [...u32Bytes(word)]));
  return loadObject(OBJECT, { maxEntries: ROOM, globals: { test_seams: seams } });
}

function closeAll({ programs, maps }: LoadedObject): void {
  for (const fd of [...Object.values(programs), ...Object.values(maps)]) closeFd(fd);
}

test("every look-up is whole while the reconciler changes services", async () => {
  const began = performance.now();
  const loaded = await loadReader();
  const stores = createKernelStores((name) => loaded.maps[name] ?? -1);
  const log = createLogger({ name: "flip", level: "silent" });
  const reconciler = createReconciler({ stores, node: "n1", log });
  await reconciler.restore();
  const first = tablesOf(new World().versions);
  const changed = changesBetween(EMPTY_TABLES, first);
  await reconciler.apply({ tables: first, changes: changed, first: true });
  const plan = { services: SERVICES, stable: STABLE, families: [4, 6] as const };
  const reader = startReader(loaded, plan);
  const isRead = () => reader.seen !== undefined || reader.soFar().lookups >= LOOKUPS;
  const { changes, failures } = await write(reconciler, (made) => made >= CHANGES && isRead());
  reader.stop();
  const seen = await reader.ended;
  await reconciler.stop();
  stores.close();
  closeAll(loaded);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(JSON.stringify({ ...seen, changes, failures, seconds }));
  const { lookups, found, absent } = seen;
  assert.ok(lookups >= LOOKUPS, `${lookups} look-ups`);
  assert.ok(found > lookups / 4 && absent > 0, "services came and went");
  assert.equal(failures, 0);
  assert.equal(wrong(seen), 0, JSON.stringify(seen));
  const value = { value: wrong(seen), unit: `of ${lookups}`, goal: "0", ok: true };
  figure({ suite: "bpf", id: "flip-wrong-lookups", ...value });
});

/**
 * Two services take turns with three extents: what one has left is the other's next. `fence` is all
 * that keeps a reader from being half way through what is written anew.
 */
async function takeTurns(fence: (() => Promise<void>) | undefined, lookups: number) {
  const loaded = await loadReader();
  const stores = createKernelStores((name) => loaded.maps[name] ?? -1);
  const turns = new Turns(stores);
  const reader = startReader(loaded, { services: 2, stable: 2, families: [4] });
  const end = performance.now() + CONTROL_DEADLINE_MS;
  while (reader.soFar().lookups < lookups && performance.now() < end) {
    for (let turn = 0; turn < TURNS_AT_ONCE; turn++) {
      turns.take();
      if (fence) await fence();
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (!fence && wrong(reader.soFar()) > 0) break;
  }
  reader.stop();
  const seen = await reader.ended;
  stores.close();
  closeAll(loaded);
  return { seen, turns: turns.taken };
}

test("without the fence a look-up sees another's, which this test can see", async () => {
  const { seen, turns } = await takeTurns(undefined, CONTROL_LOOKUPS);
  console.log(JSON.stringify({ ...seen, turns }));
  assert.ok(wrong(seen) > 0, JSON.stringify(seen));
  const fence = new Fence();
  const fenced = await takeTurns(() => fence.wait(), seen.lookups);
  fence.close();
  console.log(JSON.stringify({ ...fenced.seen, turns: fenced.turns }));
  assert.equal(wrong(fenced.seen), 0, JSON.stringify(fenced.seen));
});
