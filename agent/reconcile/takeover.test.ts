/**
 * States that go from one service port to another, frontends that two ask for, and whose traffic is
 * counted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createFakeStores } from "../maps/fake-stores.ts";
import type { Stores } from "../maps/store.ts";
import { decode } from "./testing/decode.ts";
import { decodedText, expected } from "./testing/expected.ts";
import { Observer } from "./testing/observer.ts";
import { Rig } from "./testing/rig.ts";
import { endpoint, port, service, tables } from "./testing/rows.ts";
import { NODE } from "./testing/worlds.ts";

const CLUSTER_IP = "10.96.0.1|80|TCP";
const WEB = service("web", { clusterIPs: ["10.96.0.1"] });
const RENAMED = service("web", { clusterIPs: ["10.96.0.1"], ports: [port({ name: "www" })] });
const HEIR = service("heir", { clusterIPs: ["10.96.0.1"] });
const ENDPOINT = endpoint("web", "10.0.0.1");
const EXTERNAL = { externalIPs: ["192.0.2.1"] };

function held(rig: Rig) {
  return rig.reconciler.view().map(({ service, portName, state, counters }) => {
    return { service, portName, state, owner: counters?.owner };
  });
}

/** Applies with a reader between any two writes; nothing it meets may be wrong. */
async function observed(stores: Stores, run: (rig: Rig, finish: () => void) => Promise<void>) {
  const observer = new Observer(stores);
  for (const address of ["10.96.0.1", "10.96.0.2", "192.0.2.1"]) {
    const key = `${address}|80|TCP`;
    observer.follow([{ key, family: 4, address, port: 80, protocol: "TCP" }]);
  }
  await run(new Rig(observer.watched()), () => assert.deepEqual(observer.finish(), []));
}

test("a renamed port keeps its state, its frontends, its cells and its count", async () => {
  const stores = createFakeStores();
  await observed(stores, async (rig, finish) => {
    await rig.apply(tables([WEB], [ENDPOINT]));
    finish();
    const before = held(rig);
    const inserted = stores.services4.writes;
    const cells = stores.backends4.writes;
    const rows = tables([RENAMED], [endpoint("web", "10.0.0.1", { portName: "www" })]);
    await rig.apply(rows);
    finish();
    assert.deepEqual(held(rig), [{ ...before[0], portName: "www" }]);
    assert.equal(stores.services4.writes, inserted);
    assert.equal(stores.backends4.writes, cells);
    assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
  });
});

test("a Service that takes over another's frontends in the same Sync leaves no gap", async () => {
  const stores = createFakeStores();
  await observed(stores, async (rig, finish) => {
    await rig.apply(tables([WEB], [ENDPOINT]));
    finish();
    const before = decode(stores).get(CLUSTER_IP)?.state;
    const inserted = stores.services4.writes;
    const rows = tables([HEIR], [endpoint("heir", "10.0.0.7")]);
    assert.deepEqual(await rig.apply(rows), []);
    finish();
    assert.equal(decode(stores).get(CLUSTER_IP)?.state, before);
    assert.equal(stores.services4.writes, inserted);
    assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
  });
});

test("an heir's flows count only when no flow of the earlier owner can", async () => {
  let pass = () => {};
  const fence = () =>
    new Promise<void>((resolve) => {
      pass = resolve;
    });
  const stores = createFakeStores({}, fence);
  const rig = new Rig(stores);
  const restored = rig.reconciler.restore();
  await new Promise((resolve) => setImmediate(resolve));
  pass();
  await restored;
  await rig.apply(tables([WEB], [ENDPOINT]));
  const [web] = held(rig);
  const state = web?.state ?? assert.fail();
  await rig.apply(tables([HEIR], [endpoint("heir", "10.0.0.7")]));
  const between = stores.counters.read(state).owner;
  assert.notEqual(between, web?.owner);
  assert.equal(held(rig)[0]?.owner, undefined, "nobody counts before the fence");
  pass();
  await rig.idle();
  const heir = held(rig)[0]?.owner ?? assert.fail();
  assert.ok(heir > between && between > (web?.owner ?? 0));
});

test("ports that change places change owners with their states", async () => {
  const stores = createFakeStores();
  const both = (first: number, second: number) =>
    service("web", {
      clusterIPs: ["10.96.0.1"],
      ports: [port({ port: first }), port({ name: "other", port: second })],
    });
  const rig = new Rig(stores);
  await rig.apply(tables([both(80, 81)]));
  const before = held(rig);
  await rig.apply(tables([both(81, 80)]));
  await rig.idle();
  const after = held(rig);
  assert.deepEqual(
    after.map(({ state }) => state),
    before.map(({ state }) => state).toReversed(),
  );
  const owners = new Set([...before, ...after].map(({ owner }) => owner));
  assert.equal(owners.size, 4);
});

test("a serial number is never used twice, also after a restart", async () => {
  const stores = createFakeStores();
  const seen = new Set<number>();
  for (let round = 0; round < 6; round++) {
    const rig = new Rig(stores);
    await rig.apply(tables([WEB]));
    const owner = held(rig)[0]?.owner ?? assert.fail();
    assert.ok(!seen.has(owner), `${owner} was used before`);
    seen.add(owner);
    await rig.apply(tables([]));
    await rig.idle();
    await rig.reconciler.stop();
  }
});

test("a frontend stays with its first owner; the other is told, and has it after", async () => {
  const stores = createFakeStores();
  const late = service("late", { clusterIPs: ["10.96.0.2"], ...EXTERNAL });
  const early = { ...WEB, ...EXTERNAL };
  await observed(stores, async (rig, finish) => {
    await rig.apply(tables([{ ...late, name: "z" }]));
    finish();
    const [failure] = await rig.apply(tables([early, { ...late, name: "z" }], [ENDPOINT]));
    finish();
    assert.equal(failure?.key, "default/web");
    assert.equal(failure.code, "frontend-taken");
    assert.match(failure.message, /192\.0\.2\.1.*default\/z/);
    assert.ok(decode(stores).has(CLUSTER_IP), "the rest of it is served");
    const alone = tables([early], [ENDPOINT]);
    assert.deepEqual(await rig.apply(alone), []);
    finish();
    assert.deepEqual(decodedText(decode(stores)), expected(alone, NODE));
  });
});

test("of two that ask for a frontend the smaller key has it, also after a restart", async () => {
  const stores = createFakeStores();
  const a = service("a", { clusterIPs: ["10.96.0.1"], ...EXTERNAL });
  const b = service("b", { clusterIPs: ["10.96.0.2"], ...EXTERNAL });
  const rows = tables([b, a], [endpoint("a", "10.0.0.1"), endpoint("b", "10.0.0.2")]);
  const first = new Rig(stores);
  const failures = await first.apply(rows);
  assert.deepEqual(
    failures.map(({ key, code }) => `${key} ${code}`),
    ["default/b frontend-taken"],
  );
  await first.reconciler.stop();
  assert.deepEqual(await new Rig(stores).apply(rows), failures);
});

test("a frontend that its owner gives up goes to who waits for it", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  const a = service("a", { clusterIPs: ["10.96.0.1"], ...EXTERNAL });
  const z = service("z", { clusterIPs: ["10.96.0.2"], ...EXTERNAL });
  await rig.apply(tables([a]));
  assert.equal((await rig.apply(tables([a, z]))).length, 1);
  const rows = tables([{ ...a, externalIPs: [] }, z]);
  assert.deepEqual(await rig.apply(rows), []);
  assert.deepEqual(decodedText(decode(stores)), expected(rows, NODE));
});

test("a frontend that a change under way will insert is not another's to take", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  const a = (fields: object) => service("a", { clusterIPs: ["10.96.0.1"], ...fields });
  await rig.apply(tables([a({ externalIPs: ["192.0.2.9"] })]));
  const withdrawing = a({ ...EXTERNAL, affinitySeconds: 60 });
  const z = service("z", { clusterIPs: ["10.96.0.2"], ...EXTERNAL });
  const failures = await rig.apply(tables([withdrawing, z]));
  assert.deepEqual(
    failures.map(({ key, code }) => `${key} ${code}`),
    ["default/a affinity-unsupported", "default/z frontend-taken"],
  );
});

test("after a restart a state goes to whom its cluster IP belongs", async () => {
  const stores = createFakeStores();
  const ips = (...externalIPs: string[]) => ({ externalIPs });
  const b = service("b", { clusterIPs: ["10.96.0.2"], ...ips("192.0.2.1", "192.0.2.2") });
  await new Rig(stores).apply(tables([b]));
  const a = service("a", { clusterIPs: ["10.96.0.1"], ...ips("192.0.2.1", "192.0.2.2") });
  const failures = await new Rig(stores).apply(tables([a, { ...b, ...ips("192.0.2.2") }]));
  assert.deepEqual(
    failures.map(({ key, message }) => `${key} ${message.slice(0, 20)}`),
    ["default/a ExternalIP 192.0.2.2"],
  );
});
