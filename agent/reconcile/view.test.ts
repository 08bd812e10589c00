/** What people are shown of a node: endpoints with reasons, frontends, use of tables. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createFakeStores } from "../maps/fake-stores.ts";
import { Rig } from "./testing/rig.ts";
import { endpoint, node, port, service, tables } from "./testing/rows.ts";
import { NODE } from "./testing/worlds.ts";

const WEB = service("web", {
  clusterIPs: ["10.96.0.1"],
  externalIPs: ["192.0.2.1"],
  externalPolicy: "Local",
  ports: [port({ nodePort: 30080 })],
});
const ENDPOINTS = [
  endpoint("web", "10.0.0.1", { node: NODE, zoneHints: ["z1"] }),
  endpoint("web", "10.0.0.2", { node: "n2", zoneHints: ["z2"] }),
  endpoint("web", "10.0.0.3", { ready: false, serving: false }),
  endpoint("web", "fd00::1"),
];

test("each endpoint is shown with its place in both lists, and why", async () => {
  const rig = new Rig(createFakeStores());
  await rig.apply(tables([WEB], ENDPOINTS, [node(NODE, "z1")]));
  const [view, ...others] = rig.reconciler.view("default/web");
  assert.deepEqual(others, []);
  const lines = view?.endpoints.map(({ endpoint, cluster, local }) => {
    const use = ({ used, why }: typeof cluster) => `${used ? "used" : "not used"}: ${why}`;
    return `${endpoint.address} | ${use(cluster)} | ${use(local)}`;
  });
  assert.deepEqual(lines, [
    "10.0.0.1 | used: ready | used: ready",
    "10.0.0.2 | not used: hinted-to-other-zone | not used: on-other-node",
    "10.0.0.3 | not used: not-ready | not used: on-other-node",
  ]);
});

test("a frontend that another service has is shown as not programmed", async () => {
  const rig = new Rig(createFakeStores());
  const other = service("other", { clusterIPs: ["10.96.0.2"], externalIPs: ["192.0.2.1"] });
  await rig.apply(tables([other]));
  await rig.apply(tables([other, WEB], ENDPOINTS));
  const [view] = rig.reconciler.view("default/web");
  assert.deepEqual(
    view?.frontends.map(({ kind, address, programmed }) => `${kind} ${address} ${programmed}`),
    ["ClusterIP 10.96.0.1 true", "ExternalIP 192.0.2.1 false", "NodePort 0.0.0.0 true"],
  );
});

test("the generation grows with every change, and a refused service has no state", async () => {
  const rig = new Rig(createFakeStores({ frontends: 2 }));
  const one = service("one", { clusterIPs: ["10.96.0.2"] });
  await rig.apply(tables([one]));
  await rig.apply(tables([one], [endpoint("one", "10.0.0.1")]));
  await rig.apply(tables([one, WEB], [endpoint("one", "10.0.0.1"), ...ENDPOINTS]));
  const views = rig.reconciler.view().map(({ service, state, generation }) => {
    return { service, state, generation };
  });
  assert.deepEqual(views, [
    { service: "one", state: 1, generation: 2 },
    { service: "web", state: undefined, generation: 0 },
  ]);
  assert.deepEqual(rig.reconciler.view("default/nobody"), []);
});

test("use of tables counts what rests", async () => {
  const rig = new Rig(createFakeStores({ states: 10, slots: 100, backends: 10, frontends: 10 }));
  assert.deepEqual(rig.reconciler.usage(), []);
  await rig.apply(tables([WEB], ENDPOINTS));
  assert.deepEqual(await rig.idle(), [
    { name: "services4", used: 3, capacity: 10 },
    { name: "services6", used: 0, capacity: 10 },
    { name: "states", used: 1, capacity: 9 },
    { name: "slots", used: 5 + 2 + 1, capacity: 99 },
    { name: "backends4", used: 2, capacity: 9 },
    { name: "backends6", used: 0, capacity: 9 },
  ]);
});
