/**
 * What an agent tells of itself: the real reconciler over stores in memory, the other parts of
 * fixed words.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LeatError } from "../../lib/errors.ts";
import { createLogger } from "../../lib/log.ts";
import type { Tables } from "../../lib/model/change.ts";
import type { EndpointRow, ServiceRow } from "../../lib/model/rows.ts";
import { endpointKey, SETTINGS_KEY } from "../../lib/model/rows.ts";
import { Agent } from "../agent.ts";
import { createFakeStores } from "../maps/fake-stores.ts";
import type { Stores } from "../maps/store.ts";
import { createReconciler } from "../reconcile/reconciler.ts";
import type { ClientStatus } from "../subscribe/table-client.ts";
import { createAgentSource } from "./agent-source.ts";
import type { DatapathAnswer } from "./api.ts";

const SERVICE: ServiceRow = {
  namespace: "shop",
  name: "cart",
  type: "NodePort",
  clusterIPs: ["10.96.0.7", "fd00:96::7"],
  externalIPs: [],
  loadBalancerIPs: [],
  internalPolicy: "Cluster",
  externalPolicy: "Local",
  affinitySeconds: 60,
  sourceRanges: undefined,
  healthCheckNodePort: 0,
  ports: [{ name: "http", protocol: "TCP", port: 80, nodePort: 30080 }],
  refusals: ["spec.externalIPs[0] is no address"],
};

function endpoint(address: string, node: string, ready = true): EndpointRow {
  return {
    namespace: "shop",
    service: "cart",
    portName: "http",
    protocol: "TCP",
    address,
    port: 8080,
    node,
    zone: "",
    ready,
    serving: ready,
    terminating: false,
    zoneHints: [],
    nodeHints: [],
  };
}

const ENDPOINTS = [
  endpoint("10.244.1.2", "n1"),
  endpoint("10.244.2.2", "n2"),
  endpoint("fd00:244:2::2", "n2", false),
];

const TABLES: Tables = {
  services: new Map([["shop/cart", SERVICE]]),
  endpoints: new Map(ENDPOINTS.map((row) => [endpointKey(row), row])),
  nodes: new Map([
    ["n1", { name: "n1", zone: "", internalIPs: [], externalIPs: [], podCIDRs: [] }],
  ]),
  settings: new Map([[SETTINGS_KEY, { podCIDRs: [], serviceCIDRs: [], masqueradeAll: false }]]),
};

const DATAPATH: DatapathAnswer = {
  state: "serving",
  problem: "",
  notes: [],
  generation: "1-aa",
  replacements: 1,
  replacementFailures: 0,
  hooks: [],
  devices: [],
};

const CLIENT: ClientStatus = {
  state: "synced",
  changedAt: 1000,
  operator: "unix:/op",
  epoch: "e",
  revision: 4,
  contentHash: 0n,
  lastSyncAt: 1000,
  opened: 1,
  refused: 2,
  messagesReceived: 0,
  bytesReceived: 0,
  rowsReceived: 0,
  lastError: "gone once",
};

function bench(openStores: () => Stores = () => createFakeStores()) {
  const log = createLogger({ name: "agent", level: "silent" });
  const now = () => new Date(2000);
  const agent = new Agent({
    node: "n1",
    datapath: {
      openStores,
      start: async () => {},
      update: async () => {},
      replace: async () => ({ replaced: false, problem: "the self-test failed" }),
      problem: () => "",
      close: () => {},
    },
    createReconciler: (stores: Stores, onFailures) =>
      createReconciler({ stores, node: "n1", log, onFailures }),
    stream: { start: () => {}, stop: () => {}, report: () => {} },
    log,
    now,
  });
  const source = createAgentSource({
    node: "n1",
    version: "0.1.0",
    startedAt: now(),
    now,
    agent,
    operator: () => CLIENT,
    datapath: () => DATAPATH,
    datapathMaps: () => [{ name: "devices", used: 1, capacity: 8, writes: 2 }],
    nodeMaps: {
      elements: (pin) =>
        pin === "devices_v1"
          ? {
              keys: Uint8Array.of(7, 0, 0, 0),
              values: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0),
              count: 1,
              next: null,
            }
          : undefined,
      deviceName: () => "veth7",
    },
    drops: () => [{ reason: "refused", packets: 3 }],
  });
  return { agent, source };
}

async function synced() {
  const { agent, source } = bench();
  await agent.start();
  await agent.sync({ changes: [], tables: TABLES, revision: 4, first: true });
  return { agent, source };
}

test("status gathers what every part tells", async () => {
  const { source } = await synced();
  const status = source.status();
  assert.equal(status.ready, true);
  assert.deepEqual([status.services, status.endpoints, status.nodes], [1, 3, 1]);
  assert.deepEqual(status.operator, {
    address: "unix:/op",
    connected: true,
    since: "1970-01-01T00:00:01.000Z",
    problem: "",
    receivedRevision: 4,
    receivedAt: "1970-01-01T00:00:02.000Z",
    appliedRevision: 4,
    appliedAt: "1970-01-01T00:00:02.000Z",
    hashMismatches: 2,
  });
  assert.deepEqual(
    status.failures.map(({ key, code }) => [key, code]),
    [["shop/cart", "affinity-unsupported"]],
  );
  assert.deepEqual(status.drops, [{ reason: "refused", packets: 3 }]);
  const used = Object.fromEntries(status.maps.map((map) => [map.name, map.used]));
  assert.equal(used.services4, 2);
  assert.equal(used.backends4, 2);
  assert.equal(used.counters, 2);
  assert.equal(used.devices, 1);
});

test("a service has both families in one port, and a reason at each endpoint", async () => {
  const { source } = await synced();
  const [summary] = source.services();
  assert.deepEqual(summary?.endpoints, { total: 3, used: 2 });
  assert.equal(summary?.problems, 2);
  const detail = source.service("shop", "cart");
  assert.deepEqual(detail?.refusals, SERVICE.refusals);
  assert.equal(detail?.ports.length, 1);
  const [port] = detail?.ports ?? [];
  assert.equal(port?.programmed, true);
  assert.deepEqual(
    port?.frontends.map(({ kind, address, programmed }) => [kind, address, programmed]),
    [
      ["ClusterIP", "10.96.0.7", true],
      ["NodePort", "*", true],
      ["ClusterIP", "fd00:96::7", true],
    ],
  );
  assert.deepEqual(
    port?.endpoints.map(({ address, cluster, local }) => [address, cluster, local]),
    [
      ["10.244.1.2", { used: true, why: "" }, { used: true, why: "" }],
      ["10.244.2.2", { used: true, why: "" }, { used: false, why: "on another node" }],
      ["fd00:244:2::2", { used: false, why: "not ready" }, { used: false, why: "on another node" }],
    ],
  );
  assert.equal(source.service("shop", "hat"), undefined);
});

test("dumps and counters name service ports", async () => {
  const { source } = await synced();
  const page = source.mapPage("services6", 0, 10);
  assert.deepEqual(page?.rows[0], ["[fd00:96::7]:80/TCP", "ClusterIP", "shop/cart:http/TCP"]);
  assert.deepEqual(source.mapPage("devices", 0, 10)?.rows, [["veth7", "pod"]]);
  assert.equal(source.mapPage("none", 0, 10), undefined);
  const [counters, ...others] = source.portCounters();
  assert.deepEqual(others, []);
  assert.ok(counters !== undefined);
  const { namespace, service, port, protocol } = counters;
  assert.deepEqual([namespace, service, port, protocol], ["shop", "cart", "http", "TCP"]);
  assert.deepEqual(counters.read(), { flows: 0, packets: 0, bytes: 0 });
});

test("a replacement that failed is an answer, one that comes too early a refusal", async () => {
  const { source } = await synced();
  const { replaced, problem } = await source.replace();
  assert.deepEqual([replaced, problem], [false, "the self-test failed"]);
  const early = bench();
  await early.agent.start();
  await assert.rejects(early.source.replace(), {
    code: "not-ready",
    message: /wait for the first/,
  });
});

test("without maps every answer that needs them says why", async () => {
  const { agent, source } = bench(() => {
    throw new LeatError("pin-mismatch", "pinned map slots_v1 has other bytes");
  });
  await agent.start();
  const refusal = { code: "not-ready", message: "pinned map slots_v1 has other bytes" };
  assert.throws(() => source.services(), refusal);
  assert.throws(() => source.service("a", "b"), refusal);
  assert.throws(() => source.maps(), refusal);
  assert.throws(() => source.mapPage("slots", 0, 1), refusal);
  assert.deepEqual(source.status().unreadyReasons, [refusal.message]);
  assert.deepEqual(source.status().maps, []);
  assert.deepEqual([...source.portCounters()], []);
});
