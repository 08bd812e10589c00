/**
 * The agent's metrics: their text for a status, totals that rise and are reset with the map, and
 * the budget.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { MetricsStatus, PortCounters } from "./metrics.ts";
import { createMetrics } from "./metrics.ts";

const STATUS: MetricsStatus = {
  ready: true,
  operator: {
    address: "unix:/x",
    connected: true,
    since: "2026-01-01T00:00:00.000Z",
    problem: "",
    receivedRevision: 8,
    receivedAt: "",
    appliedRevision: 7,
    appliedAt: "2026-01-01T00:00:00.000Z",
    hashMismatches: 1,
  },
  services: 1,
  endpoints: 2,
  datapath: {
    state: "serving",
    problem: "",
    notes: [],
    generation: "1f2e",
    replacements: 2,
    replacementFailures: 1,
    hooks: [
      { hook: "connect4", target: "/cg", how: "cgroup", generation: "1f2e", problem: "" },
      { hook: "tc_pod_ingress", target: "v1", how: "", generation: "", problem: "EBUSY" },
    ],
    devices: [],
  },
  maps: [{ name: "slots", used: 3, capacity: 12, writes: 5 }],
  failures: [
    { table: "services", key: "a/b", code: "map-full", message: "" },
    { table: "services", key: "a/c", code: "map-full", message: "" },
  ],
  drops: [{ reason: "no-backend", packets: 4 }],
};

function port(service: string, flows: number): PortCounters {
  const counters = { flows, packets: 10 * flows, bytes: 100 * flows };
  return { namespace: "shop", service, port: "http", protocol: "TCP", read: () => counters };
}

function metricsOf(status: () => MetricsStatus, ports: () => PortCounters[], servicesMax = 2) {
  const source = { status, portCounters: ports };
  return createMetrics({ version: "0.1.0", source, servicesMax });
}

const SAMPLES = [
  'leat_agent_build_info{version="0.1.0",node_version="VERSION"} 1',
  "leat_agent_ready 1",
  "leat_agent_operator_connected 1",
  "leat_agent_received_revision 8",
  "leat_agent_sync_revision 7",
  "leat_agent_sync_timestamp_seconds 1767225600",
  "leat_agent_services 1",
  "leat_agent_endpoints 2",
  "leat_agent_content_hash_mismatches_total 1",
  'leat_agent_failures{code="map-full"} 2',
  'leat_agent_map_entries{map="slots"} 3',
  'leat_agent_map_capacity{map="slots"} 12',
  'leat_agent_map_use_ratio{map="slots"} 0.25',
  'leat_agent_map_writes_total{map="slots"} 5',
  'leat_agent_programs_info{generation="1f2e",state="serving"} 1',
  'leat_agent_hooks{how="cgroup"} 1',
  'leat_agent_hooks{how="none"} 1',
  'leat_agent_program_replacements_total{result="done"} 2',
  'leat_agent_program_replacements_total{result="failed"} 1',
  'leat_agent_drops_total{reason="no-backend"} 4',
  "leat_agent_service_ports_without_series 0",
];

const PORT = 'namespace="shop",service="cart",port="http",protocol="TCP"';
const PORT_SAMPLES = [
  `leat_agent_service_flows_total{${PORT}} 7`,
  `leat_agent_service_packets_total{${PORT}} 70`,
  `leat_agent_service_bytes_total{${PORT}} 700`,
];

function samples(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("leat_"));
}

test("a status as samples", async () => {
  const text = await metricsOf(
    () => STATUS,
    () => [port("cart", 7)],
  ).text();
  const found = samples(text).filter((line) => !line.includes("event_loop"));
  const wanted = [...SAMPLES, ...PORT_SAMPLES].map((s) => s.replace("VERSION", process.version));
  assert.deepEqual(found.sort(), wanted.sort());
  assert.match(text, /leat_agent_event_loop_delay_seconds\{quantile="0.99"\} \d/);
  assert.match(text, /^process_resident_memory_bytes \d/m);
});

test("totals follow the source and what is gone has no sample", async () => {
  let status = STATUS;
  const metrics = metricsOf(
    () => status,
    () => [],
  );
  await metrics.text();
  status = {
    ...STATUS,
    ready: false,
    failures: [],
    maps: [{ name: "slots", used: 3, capacity: 12, writes: 9 }],
  };
  const found = samples(await metrics.text());
  assert.ok(found.includes('leat_agent_map_writes_total{map="slots"} 9'));
  assert.ok(found.includes("leat_agent_ready 0"));
  assert.equal(found.filter((line) => line.startsWith("leat_agent_failures")).length, 0);
});

test("service ports beyond the budget are counted; those with series keep them", async () => {
  let ports = [port("b", 1), port("c", 2)];
  const metrics = metricsOf(
    () => STATUS,
    () => ports,
  );
  await metrics.text();
  ports = [port("a", 3), port("b", 4), port("c", 5)];
  const found = samples(await metrics.text());
  const flows = found.filter((line) => line.startsWith("leat_agent_service_flows_total"));
  assert.deepEqual(
    flows.map((line) => /service="(.)".* (\d+)$/.exec(line)?.slice(1)),
    [
      ["b", "4"],
      ["c", "5"],
    ],
  );
  assert.ok(found.includes("leat_agent_service_ports_without_series 1"));
});

test("the README names every metric and no other", async () => {
  const text = await metricsOf(
    () => STATUS,
    () => [],
  ).text();
  const declared = [...text.matchAll(/^# TYPE (leat_\w+)/gm)].map(([, name]) => name);
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const documented = [...readme.matchAll(/^\| (leat_agent_\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(documented), new Set(declared));
});
