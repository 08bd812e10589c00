/**
 * Cells and extents over time: when a backend ends, what of it stays, and when it may be used
 * again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { EndpointRow } from "../../lib/model/rows.ts";
import { readCell } from "../maps/cell.ts";
import { createFakeStores } from "../maps/fake-stores.ts";
import { decode } from "./testing/decode.ts";
import { Observer } from "./testing/observer.ts";
import { Rig, writesOf } from "./testing/rig.ts";
import { endpoint, port, service, tables } from "./testing/rows.ts";

const WEB = service("web", { clusterIPs: ["10.96.0.1"] });
const ONE = endpoint("web", "10.0.0.1");
const TWO = endpoint("web", "10.0.0.2");
const LEAVING: Partial<EndpointRow> = { ready: false, serving: true, terminating: true };
const GONE: Partial<EndpointRow> = { ready: false, serving: false, terminating: true };

/** A fence that passes when told to. */
class Gate {
  #waiting: (() => void)[] = [];
  #isOpen = true;

  readonly fence = (): Promise<void> =>
    this.#isOpen ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));

  close(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    this.#waiting.splice(0).forEach((pass) => pass());
  }
}

test("a backend that is gone ends after the flip, and its cell rests until a fence", async () => {
  const gate = new Gate();
  const stores = createFakeStores({}, gate.fence);
  const rig = new Rig(stores);
  await rig.apply(tables([WEB], [ONE, TWO]));
  gate.close();
  await rig.apply(tables([WEB], [TWO]));
  assert.deepEqual(readCell(stores, 4, 1), {
    address: "10.0.0.1",
    port: 8080,
    generation: 1,
    flags: 0,
  });
  await rig.apply(tables([WEB], [TWO, endpoint("web", "10.0.0.3")]));
  assert.equal(readCell(stores, 4, 3)?.address, "10.0.0.3", "a fresh cell, not the resting one");
  gate.open();
  await rig.idle();
  await rig.apply(tables([WEB], [TWO, endpoint("web", "10.0.0.4")]));
  assert.deepEqual(readCell(stores, 4, 1), {
    address: "10.0.0.4",
    port: 8080,
    generation: 2,
    flags: 1,
  });
});

test("a backend that left the lists but serves keeps its cell, also over a restart", async () => {
  const stores = createFakeStores();
  const first = new Rig(stores);
  await first.apply(tables([WEB], [ONE, TWO]));
  const leaving = tables([WEB], [{ ...ONE, ...LEAVING }, TWO]);
  await first.apply(leaving);
  assert.match(decode(stores).get("10.96.0.1|80|TCP")?.content ?? "", /cluster=\[10.0.0.2/);
  assert.equal(readCell(stores, 4, 1)?.flags, 1);
  await first.idle();
  await first.reconciler.stop();
  const writes = writesOf(stores);
  const second = new Rig(stores);
  await second.apply(leaving);
  assert.equal(writesOf(stores), writes);
  await second.apply(tables([WEB], [{ ...ONE, ...GONE }, TWO]));
  assert.equal(readCell(stores, 4, 1)?.flags, 0);
});

test("a backend that comes back while it serves has its cell and generation again", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  for (const one of [ONE, { ...ONE, ...LEAVING }, ONE]) {
    await rig.apply(tables([WEB], [one, TWO]));
  }
  assert.equal(readCell(stores, 4, 1)?.generation, 1);
  assert.match(decode(stores).get("10.96.0.1|80|TCP")?.content ?? "", /10.0.0.1\|8080,10.0.0.2/);
});

test("a backend that moves to this node is another backend", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  await rig.apply(tables([WEB], [{ ...ONE, node: "n2" }]));
  await rig.apply(tables([WEB], [{ ...ONE, node: "n1" }]));
  assert.equal(readCell(stores, 4, 1)?.flags, 0);
  assert.equal(readCell(stores, 4, 2)?.flags, 3);
});

test("two services on one pod have a cell each", async () => {
  const stores = createFakeStores();
  const rig = new Rig(stores);
  const other = service("other", { clusterIPs: ["10.96.0.2"] });
  const shared = endpoint("other", "10.0.0.1");
  await rig.apply(tables([WEB, other], [ONE, shared]));
  await rig.apply(tables([WEB, other], [shared]));
  const words = [1, 2].map((id) => readCell(stores, 4, id));
  assert.deepEqual(
    words.map((cell) => `${cell?.address} ${cell?.flags}`),
    ["10.0.0.1 1", "10.0.0.1 0"],
  );
});

test("a service that is gone ends its backends when nobody can meet them", async () => {
  const gate = new Gate();
  const stores = createFakeStores({}, gate.fence);
  const rig = new Rig(stores);
  await rig.apply(tables([WEB], [ONE]));
  gate.close();
  await rig.apply(tables([]));
  assert.equal(decode(stores).size, 0);
  assert.equal(readCell(stores, 4, 1)?.flags, 1);
  assert.notEqual(stores.states.load(1) & 0xffff_ffffn, 0n);
  gate.open();
  await rig.idle();
  assert.equal(readCell(stores, 4, 1)?.flags, 0);
  assert.equal(stores.states.load(1) & 0xffff_ffffn, 0n);
});

test("a state that lost a frontend flips after a fence, in a later Sync too", async () => {
  const gate = new Gate();
  const stores = createFakeStores({}, gate.fence);
  const observer = new Observer(stores);
  const external = { key: "192.0.2.1|80|TCP", address: "192.0.2.1", port: 80 } as const;
  observer.follow([{ ...external, family: 4, protocol: "TCP" }]);
  const rig = new Rig(observer.watched());
  await rig.apply(tables([{ ...WEB, externalIPs: ["192.0.2.1"] }], [ONE]));
  assert.deepEqual(observer.finish(), []);
  gate.close();
  await rig.apply(tables([WEB], [ONE]));
  assert.deepEqual(observer.finish(), []);
  const flip = rig.apply(tables([WEB], [ONE, TWO]));
  await rig.idle();
  assert.match(decode(stores).get("10.96.0.1|80|TCP")?.content ?? "", /cluster=\[10.0.0.1\|8080\]/);
  gate.open();
  await flip;
  assert.deepEqual(observer.finish(), []);
  assert.match(decode(stores).get("10.96.0.1|80|TCP")?.content ?? "", /10.0.0.2/);
});

test("many flips share a fence", async () => {
  let fences = 0;
  const stores = createFakeStores({}, () => {
    fences++;
    return new Promise((resolve) => setImmediate(resolve));
  });
  const rig = new Rig(stores);
  const services = Array.from({ length: 100 }, (_, n) =>
    service(`s${n}`, { clusterIPs: [`10.96.1.${n}`], ports: [port({ nodePort: 30000 + n })] }),
  );
  await rig.apply(tables(services));
  await rig.idle();
  fences = 0;
  const changed = services.map((row) => ({ ...row, affinitySeconds: 60, ports: [port()] }));
  await rig.apply(tables(changed));
  await rig.idle();
  assert.ok(fences <= 4, `${fences} fences`);
});
