/** Dumps of stores that hold one dual-stack service, something of nobody and something broken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Family } from "../../lib/model/rows.ts";
import { BackendFlags, ExtentFlags } from "../maps/abi.gen.ts";
import { writeCell } from "../maps/cell.ts";
import { encodeExtent } from "../maps/extent.ts";
import { createFakeStores } from "../maps/fake-stores.ts";
import { encodeFrontendKey, encodeFrontendValue, serviceStore } from "../maps/frontend.ts";
import type { Stores } from "../maps/store.ts";
import { pack } from "../maps/words.ts";
import { dumpPage } from "./map-dump.ts";

const { BACKEND_F_USABLE, BACKEND_F_LOCAL } = BackendFlags;
const NAMES = new Map([
  [1, { servicePort: "shop/cart:http/TCP", family: 4 as Family }],
  [2, { servicePort: "shop/cart:http/TCP", family: 6 as Family }],
]);
const BASES: Readonly<Record<number, number>> = { 1: 8, 2: 32, 5: 64 };

function addState(stores: Stores, id: number, family: Family, address: string): void {
  writeCell(stores, family, 3, {
    address,
    port: 8080,
    generation: 7,
    flags: BACKEND_F_USABLE | BACKEND_F_LOCAL,
  });
  const used = { cell: 3, generation: 7 };
  const extent = {
    flags: ExtentFlags.EXTENT_F_EXTERNAL_LOCAL,
    affinitySeconds: 0,
    state: id,
    owner: id,
    cluster: [used, { cell: 3, generation: 6 }],
    local: [used],
    kept: [],
  };
  const base = BASES[id] ?? 0;
  for (const [index, word] of encodeExtent(extent).entries()) {
    stores.slots.store(base + index, word);
  }
  stores.states.store(id, pack(1, base));
}

function addFrontend(
  stores: Stores,
  family: Family,
  kind: "ClusterIP" | "NodePort",
  address: string,
) {
  const port = kind === "NodePort" ? 30080 : 80;
  const key = encodeFrontendKey({ family, address, port, protocol: "TCP" });
  serviceStore(stores, family).insert(key, encodeFrontendValue(key, kind, family === 4 ? 1 : 2));
}

function source() {
  const stores = createFakeStores({ states: 16, backends: 8 });
  addState(stores, 1, 4, "10.244.1.2");
  addState(stores, 2, 6, "fd00:244:1::2");
  addState(stores, 5, 4, "10.244.1.2");
  addFrontend(stores, 4, "ClusterIP", "10.96.0.7");
  addFrontend(stores, 4, "NodePort", "0.0.0.0");
  addFrontend(stores, 6, "ClusterIP", "fd00:96::7");
  stores.counters.reset(1, 1);
  return { stores, servicePortOf: (state: number) => NAMES.get(state) };
}

function rows(name: string): readonly (readonly string[])[] {
  return dumpPage(source(), name, 0, 100)?.rows ?? assert.fail(`no ${name}`);
}

test("frontends name their service port", () => {
  assert.deepEqual(rows("services4"), [
    ["10.96.0.7:80/TCP", "ClusterIP", "shop/cart:http/TCP"],
    ["*:30080/TCP", "NodePort", "shop/cart:http/TCP"],
  ]);
  assert.deepEqual(rows("services6"), [["[fd00:96::7]:80/TCP", "ClusterIP", "shop/cart:http/TCP"]]);
});

test("states and counters name their service port, or nobody", () => {
  const lists = "cluster 2, local 1, kept 0, external Local";
  assert.deepEqual(rows("states"), [
    ["shop/cart:http/TCP", "IPv4", "8", "1", lists],
    ["shop/cart:http/TCP", "IPv6", "32", "1", lists],
    ["(nobody's)", "-", "64", "1", lists],
  ]);
  assert.deepEqual(rows("counters")[0], ["shop/cart:http/TCP", "IPv4", "0", "0", "0"]);
});

test("slots name their endpoint; one whose cell has moved on is broken", () => {
  assert.deepEqual(rows("slots").slice(3, 6), [
    ["shop/cart:http/TCP", "cluster", "[fd00:244:1::2]:8080", "yes", "local"],
    ["shop/cart:http/TCP", "cluster", "(broken)", "-", "-"],
    ["shop/cart:http/TCP", "local", "[fd00:244:1::2]:8080", "yes", "local"],
  ]);
});

test("backends name their endpoint and its owner", () => {
  assert.deepEqual(rows("backends4"), [
    ["10.244.1.2:8080", "shop/cart:http/TCP", "yes", "local", "7"],
  ]);
});

test("pages follow one another without a gap", () => {
  const names = ["services4", "states", "slots", "backends6", "counters"];
  for (const name of names) {
    const found: (readonly string[])[] = [];
    for (let next: number | null = 0; next !== null; ) {
      const page = dumpPage(source(), name, next, 1);
      found.push(...(page?.rows ?? []));
      next = page?.next ?? null;
    }
    assert.deepEqual(found, rows(name), name);
  }
  assert.equal(dumpPage(source(), "constructor", 0, 1), undefined);
});
