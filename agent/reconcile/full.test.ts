/**
 * Tables without room, and tables that refuse: a Service is served whole, as it was, or not at all.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createFakeStores, type FakeCapacities } from "../maps/fake-stores.ts";
import { createFaultyStores } from "../maps/faulty-stores.ts";
import type { EndpointRow, ServiceRow } from "../../lib/model/rows.ts";
import { decode } from "./testing/decode.ts";
import { decodedText, expected } from "./testing/expected.ts";
import { neededOf } from "./testing/residue.ts";
import { Rig } from "./testing/rig.ts";
import { endpoint, port, service, tables } from "./testing/rows.ts";
import { NODE } from "./testing/worlds.ts";

const A = service("a", { clusterIPs: ["10.96.0.1", "fd00:96::1"] });
const B = service("b", {
  clusterIPs: ["10.96.0.2", "fd00:96::2"],
  ports: [port(), port({ name: "other", port: 81 }), port({ name: "third", port: 82 })],
});
const C = service("c", { clusterIPs: ["10.96.0.3", "fd00:96::3"] });
const ENDPOINTS = [
  endpoint("a", "10.0.0.1"),
  endpoint("a", "fd00::1"),
  ...[1, 2, 3, 4, 5].flatMap((n) => [
    endpoint("b", `10.0.1.${n}`),
    endpoint("b", `fd00:1::${n}`),
    endpoint("b", `10.0.1.${n}`, { portName: "other" }),
  ]),
  endpoint("c", "10.0.2.1"),
  endpoint("c", "fd00:2::1"),
];

/** Room for A and C, and not for B; what the message must name. */
const NARROW: readonly { capacities: Partial<FakeCapacities>; table: string }[] = [
  { capacities: { frontends: 3 }, table: "services4" },
  { capacities: { states: 6 }, table: "states" },
  { capacities: { slots: 48 }, table: "slots" },
  { capacities: { backends: 8 }, table: "backends4" },
];

describe("a Service that does not fit is refused whole, and the others are served", () => {
  for (const { capacities, table } of NARROW) {
    test(table, async () => {
      const stores = createFakeStores(capacities);
      const rig = new Rig(stores);
      const [failure, ...others] = await rig.apply(tables([A, B, C], ENDPOINTS));
      assert.deepEqual(others, []);
      assert.equal(failure?.code, "map-full");
      assert.equal(failure.key, "default/b");
      assert.match(failure.message, new RegExp(`^${table} is full`));
      const served = expected(tables([A, C], ENDPOINTS), NODE);
      assert.deepEqual(decodedText(decode(stores)), served);
      const used = (await rig.idle()).map(({ name, used }) => [name, used]);
      assert.deepEqual(Object.fromEntries(used), neededOf(stores));
    });

    test(`${table}: it is served when room appears`, async () => {
      const stores = createFakeStores(capacities);
      const rig = new Rig(stores);
      await rig.apply(tables([A, B, C], ENDPOINTS));
      const rows = tables([narrowed(B)], ENDPOINTS.filter(isNarrow));
      assert.deepEqual(await rig.apply(tables([A, narrowed(B), C], ENDPOINTS)), [], "changed");
      await rig.apply(tables([A, B, C], ENDPOINTS));
      assert.deepEqual(await rig.apply(rows), []);
      assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
    });
  }
});

function narrowed(row: ServiceRow): ServiceRow {
  return { ...row, clusterIPs: row.clusterIPs.slice(1), ports: row.ports.slice(0, 1) };
}

function isNarrow(row: EndpointRow): boolean {
  return row.portName === "http";
}

test("a change that does not fit leaves the Service as it was, until others give way", async () => {
  const stores = createFakeStores({ slots: 40 });
  const rig = new Rig(stores);
  const small = tables([A, C], ENDPOINTS);
  await rig.apply(small);
  const many = Array.from({ length: 20 }, (_, n) => endpoint("a", `10.0.3.${n}`));
  const large = tables([A, C], [...ENDPOINTS, ...many]);
  const [failure] = await rig.apply(large);
  assert.equal(failure?.key, "default/a");
  assert.deepEqual(decodedText(decode(stores)), expected(small, NODE));
  const alone = tables([A], [...ENDPOINTS, ...many]);
  assert.deepEqual(await rig.apply(alone), []);
  assert.deepEqual(decodedText(decode(stores)), expected(alone, NODE));
});

test("what rests is room: a change waits for its fence rather than be refused", async () => {
  const stores = createFakeStores({ slots: 24 });
  const rig = new Rig(stores);
  const four = service("a", { clusterIPs: ["10.96.0.1"] });
  for (let round = 0; round < 20; round++) {
    const endpoints = [1, 2, 3].map((n) => endpoint("a", `10.0.${round}.${n}`));
    assert.deepEqual(await rig.apply(tables([four], endpoints)), []);
  }
});

test("a served Service may change when the table is too full for a new one", async () => {
  const stores = createFakeStores({ slots: 640 });
  const rig = new Rig(stores);
  const services = Array.from({ length: 120 }, (_, n) =>
    service(`s${n}`, { clusterIPs: [`10.96.1.${n}`] }),
  );
  const endpoints = services.map(({ name }, n) => endpoint(name, `10.0.1.${n}`));
  const failures = await rig.apply(tables(services, endpoints));
  assert.ok(failures.length > 0);
  const refused = new Set(failures.map(({ key }) => key));
  const [changed] = services.filter(({ name }) => !refused.has(`default/${name}`));
  const next = endpoints.filter(({ service }) => service !== changed?.name);
  const after = await rig.apply(tables(services, next));
  assert.ok(!after.some(({ key }) => key === `default/${changed?.name}`));
});

test("a store that refuses a frontend is asked again, and nothing is half done", async () => {
  const stores = createFakeStores();
  const faulty = createFaultyStores(stores, { refused: 1 });
  const rig = new Rig(faulty);
  const failures = await rig.apply(tables([A], ENDPOINTS));
  assert.deepEqual(
    failures.map(({ key, code }) => `${key} ${code}`),
    ["default/a write-failed"],
  );
  assert.equal(decode(stores).size, 0);
  faulty.heal();
  await rig.retry();
  assert.deepEqual(rig.heard.at(-1), []);
  assert.deepEqual(decodedText(decode(stores)), expected(tables([A], ENDPOINTS), NODE));
});

test("an update whose frontend is refused keeps serving what it served", async () => {
  const stores = createFakeStores();
  const served = tables([A], ENDPOINTS);
  const first = new Rig(stores);
  await first.apply(served);
  await first.reconciler.stop();
  const faulty = createFaultyStores(stores, { refused: 1 });
  const rig = new Rig(faulty);
  await rig.apply(served);
  const external = { ...A, externalIPs: ["192.0.2.1"] };
  const rows = tables([external], [...ENDPOINTS, endpoint("a", "10.0.0.9")]);
  const failures = await rig.apply(rows);
  assert.equal(failures[0]?.code, "write-failed");
  assert.deepEqual(decodedText(decode(stores)), expected(served, NODE));
  faulty.heal();
  await rig.retry();
  assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
});

test("a frontend in the kernel that was not known is found, and used", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  await rig.reconciler.restore();
  const stranger = new Rig(stores);
  await stranger.apply(tables([C], ENDPOINTS));
  await stranger.reconciler.stop();
  const rows = tables([C], ENDPOINTS);
  const failures = await rig.apply(rows);
  assert.equal(failures[0]?.code, "write-failed");
  await rig.retry();
  assert.deepEqual(rig.reconciler.failures(), []);
  assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
});

test("while no grace period passes nothing is freed; afterwards all is", async () => {
  let works = true;
  const fence = () => (works ? Promise.resolve() : Promise.reject(new Error("refused")));
  const stores = createFakeStores({}, fence);
  const rig = new Rig(stores);
  await rig.apply(tables([A, C], ENDPOINTS));
  works = false;
  await rig.apply(tables([A], ENDPOINTS));
  const used = (await rig.idle()).map(({ used }) => used);
  assert.ok((used[2] ?? 0) > 2, "states rest");
  await rig.retry();
  assert.equal(rig.retries.length, 1);
  works = true;
  await rig.retry();
  const after = (await rig.idle()).map(({ name, used }) => [name, used]);
  assert.deepEqual(Object.fromEntries(after), neededOf(stores));
});

test("when a table fails outright, what may be unwritten is said, and then written", async () => {
  const stores = createFakeStores();
  const faulty = createFaultyStores(stores, { thrown: 1 });
  const rig = new Rig({ ...faulty, fence: () => stores.fence() });
  const failures = await rig.apply(tables([A, C], ENDPOINTS));
  assert.deepEqual(
    failures.map(({ key, code }) => `${key} ${code}`),
    ["default/a write-failed", "default/c write-failed"],
  );
  assert.match(failures[0]?.message ?? "", /^backends4: backends4 failed on purpose/);
  faulty.heal();
  await rig.retry();
  assert.deepEqual(rig.heard.at(-1), []);
  assert.deepEqual(decodedText(decode(stores)), expected(tables([A, C], ENDPOINTS), NODE));
});
