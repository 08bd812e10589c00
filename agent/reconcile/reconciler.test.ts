/** What one reconciler does with rows, step by step, on stores in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Tables } from "../../lib/model/change.ts";
import { readCell } from "../maps/cell.ts";
import { createFakeStores } from "../maps/fake-stores.ts";
import type { Stores } from "../maps/store.ts";
import { decode } from "./testing/decode.ts";
import { decodedText, expected } from "./testing/expected.ts";
import { Rig, writesOf } from "./testing/rig.ts";
import { endpoint, node, port, service, tables } from "./testing/rows.ts";
import { NODE } from "./testing/worlds.ts";

const WEB = service("web", { clusterIPs: ["10.96.0.1", "fd00:96::1"] });
const WEB_ENDPOINTS = [
  endpoint("web", "10.0.0.1", { node: NODE }),
  endpoint("web", "10.0.0.2", { node: "n2" }),
  endpoint("web", "fd00::1"),
];

async function started(stores: Stores, tables: Tables): Promise<Rig> {
  const rig = new Rig(stores);
  await rig.reconciler.restore();
  assert.deepEqual(await rig.apply(tables), []);
  return rig;
}

test("nothing is written before the first Sync", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  await rig.reconciler.restore();
  await rig.idle();
  assert.equal(writesOf(stores), 0);
});

test("a service port has a state for each family, which all its frontends name", async () => {
  const stores = createFakeStores();
  const row = { ...WEB, ports: [port({ nodePort: 30080 })] };
  const rows = tables([row], WEB_ENDPOINTS);
  await started(stores, rows);
  const decoded = decode(stores);
  assert.deepEqual(decodedText(decoded), expected(rows, NODE));
  const state = (key: string) => decoded.get(key)?.state;
  assert.equal(state("10.96.0.1|80|TCP"), state("0.0.0.0|30080|TCP"));
  assert.equal(state("fd00:96::1|80|TCP"), state("::|30080|TCP"));
  assert.notEqual(state("10.96.0.1|80|TCP"), state("fd00:96::1|80|TCP"));
});

test("backends on this node are marked local", async () => {
  const stores = createFakeStores();
  await started(stores, tables([WEB], WEB_ENDPOINTS));
  const flags = [1, 2].map((id) => {
    const cell = readCell(stores, 4, id);
    return `${cell?.address} ${cell?.flags}`;
  });
  assert.deepEqual(flags, ["10.0.0.1 3", "10.0.0.2 1"]);
});

test("an endpoint's change costs its service port alone", async () => {
  const services = Array.from({ length: 50 }, (_, index) =>
    service(`s${index}`, { clusterIPs: [`10.96.1.${index}`] }),
  );
  const endpoints = services.map(({ name }, index) => endpoint(name, `10.0.1.${index}`));
  const stores = createFakeStores();
  const rig = await started(stores, tables(services, endpoints));
  const before = writesOf(stores);
  const more = [...endpoints, endpoint("s7", "10.0.2.1")];
  await rig.apply(tables(services, more));
  const cell = 2;
  const extent = 5 + 2;
  const flip = 1;
  assert.equal(writesOf(stores), before + cell + extent + flip);
});

test("rows of other nodes and settings change nothing; the node's own zone, all", async () => {
  const hinted = WEB_ENDPOINTS.map((row, index) => ({
    ...row,
    zoneHints: [`z${(index % 2) + 1}`],
  }));
  const stores = createFakeStores();
  const rig = await started(stores, tables([WEB], hinted, [node(NODE, "z1")]));
  const writes = writesOf(stores);
  const same = tables([WEB], hinted, [node(NODE, "z1"), node("n2", "z2")]);
  const settings = { podCIDRs: [], serviceCIDRs: [], masqueradeAll: true };
  await rig.apply({ ...same, settings: new Map([["cluster", settings]]) });
  assert.equal(writesOf(stores), writes);
  const moved = tables([WEB], hinted, [node(NODE, "z2")]);
  await rig.apply(moved);
  assert.deepEqual(decodedText(decode(stores)), expected(moved, NODE));
});

test("the first Sync prunes what is wanted no more, after what is new is written", async () => {
  const stores = createFakeStores();
  const old = await started(stores, tables([service("old", { clusterIPs: ["10.96.0.9"] })]));
  await old.reconciler.stop();
  const order: string[] = [];
  const services4 = {
    ...stores.services4,
    keySize: stores.services4.keySize,
    dump: () => stores.services4.dump(),
    insert(keys: Uint8Array, values: Uint8Array) {
      order.push("insert");
      return stores.services4.insert(keys, values);
    },
    delete(keys: Uint8Array) {
      order.push("delete");
      return stores.services4.delete(keys);
    },
  };
  const rows = tables([WEB], WEB_ENDPOINTS);
  await started({ ...stores, services4 }, rows);
  assert.deepEqual(order, ["insert", "delete"]);
  assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
});

test("an agent that starts again flips nothing, and keeps ids and the kernel's order", async () => {
  const stores = createFakeStores();
  const rows = tables([WEB], WEB_ENDPOINTS);
  const first = await started(stores, rows);
  await first.reconciler.stop();
  const writes = writesOf(stores);
  const turned = tables([WEB], WEB_ENDPOINTS.toReversed());
  const second = await started(stores, turned);
  await second.idle();
  assert.equal(writesOf(stores), writes);
  assert.deepEqual(second.reconciler.usage(), await first.idle());
});

test("what is not served as asked is said by name, until it is", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  const ranged = service("web", {
    clusterIPs: ["10.96.0.1"],
    loadBalancerIPs: ["192.0.2.1"],
    sourceRanges: [],
    affinitySeconds: 10,
  });
  const failures = await rig.apply(tables([ranged]));
  assert.deepEqual(
    failures.map(({ key, code }) => `${key} ${code}`),
    ["default/web source-ranges-unsupported", "default/web affinity-unsupported"],
  );
  assert.deepEqual([...decode(stores).keys()], ["10.96.0.1|80|TCP"]);
  assert.deepEqual(await rig.apply(tables([{ ...ranged, sourceRanges: undefined }])), [
    failures[1],
  ]);
  assert.deepEqual(await rig.apply(tables([])), []);
});

test("work is cut in slices: others have their turn in between", async () => {
  const services = Array.from({ length: 20 }, (_, index) =>
    service(`s${index}`, { clusterIPs: [`10.96.1.${index}`] }),
  );
  let pauses = 0;
  const pacer = {
    due: () => true,
    pause: () => {
      pauses++;
      return Promise.resolve();
    },
  };
  const rig = new Rig(createFakeStores(), { pacer });
  await rig.apply(tables(services));
  assert.ok(pauses > services.length, `${pauses} pauses`);
});

test("a stopped reconciler writes nothing more and undoes nothing", async () => {
  const stores = createFakeStores();
  const rows = tables([WEB], WEB_ENDPOINTS);
  const rig = await started(stores, rows);
  const fewer = tables([WEB], WEB_ENDPOINTS.slice(1));
  const removal = rig.apply(fewer);
  await Promise.resolve();
  await rig.reconciler.stop();
  await removal;
  assert.deepEqual(decodedText(decode(stores)), expected(fewer, NODE));
  const writes = writesOf(stores);
  await assert.rejects(rig.apply(tables([])), { code: "store-failed" });
  await rig.idle();
  assert.equal(writesOf(stores), writes);
});
