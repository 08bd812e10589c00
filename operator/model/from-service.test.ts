/** SEMANTICS 3.1, Services: which are served, and what of each. One case a rule. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceRow } from "../../lib/model/rows.ts";
import { project } from "../watch/project.ts";
import { serviceFromObject } from "./from-service.ts";
import { type ModelOptions, modelRules } from "./rules.ts";

const RANGES = {
  serviceCIDRs: [
    { address: "10.96.0.0", prefix: 16 },
    { address: "fd00:96::", prefix: 112 },
  ],
  podCIDRs: [{ address: "10.244.0.0", prefix: 16 }],
};
const DUAL = {
  clusterIP: "10.96.0.10",
  clusterIPs: ["10.96.0.10", "fd00:96::10"],
  ipFamilies: ["IPv4", "IPv6"],
};

function outcome(spec: object, extra: object = {}, options: ModelOptions = RANGES) {
  const ports = [{ name: "http", port: 80 }];
  const { labels = {}, ...rest } = extra as { labels?: object };
  const value = { metadata: { name: "web", labels }, spec: { ports, ...spec }, ...rest };
  return serviceFromObject(project("Service", value), modelRules(options));
}

function row(spec: object, extra: object = {}): ServiceRow {
  const { served } = outcome(spec, extra);
  assert.ok(served, "served");
  return served.row;
}

function ranges(loadBalancerSourceRanges: string[]) {
  return row({ ...DUAL, loadBalancerSourceRanges }).sourceRanges;
}

function affinity(timeoutSeconds?: number): ServiceRow {
  const sessionAffinityConfig = { clientIP: { timeoutSeconds } };
  return row({ ...DUAL, sessionAffinity: "ClientIP", sessionAffinityConfig });
}

const SKIPPED: Record<string, [object, object?]> = {
  "headless by clusterIP None": [{ clusterIP: "None" }],
  "headless by clusterIPs None": [{ clusterIPs: ["None"] }],
  ExternalName: [{ type: "ExternalName", externalName: "example.org" }],
  "another proxy's": [DUAL, { labels: { "service.kubernetes.io/service-proxy-name": "other" } }],
  "a proxy without a name": [DUAL, { labels: { "service.kubernetes.io/service-proxy-name": "" } }],
  "headless by label": [DUAL, { labels: { "service.kubernetes.io/headless": "" } }],
};
for (const [name, [spec, extra]] of Object.entries(SKIPPED)) {
  test(`not served, without a word: ${name}`, () => {
    assert.deepEqual(outcome(spec, extra), { served: undefined, refusals: [] });
  });
}

test("no address at all: not served, and said so", () => {
  const { served, refusals } = outcome({});
  assert.equal(served, undefined);
  assert.match(refusals.join(), /spec\.clusterIP is not set/);
});

test("an own proxy name selects the label's value instead of its absence", () => {
  const labels = { "service.kubernetes.io/service-proxy-name": "leat" };
  const options = { proxyName: "leat" };
  assert.ok(outcome(DUAL, { labels }, options).served);
  assert.equal(outcome(DUAL, {}, options).served, undefined);
});

test("a plain Service gets the API server's defaults", () => {
  assert.deepEqual(row({ clusterIP: "10.96.0.10" }), {
    namespace: "default",
    name: "web",
    type: "ClusterIP",
    clusterIPs: ["10.96.0.10"],
    externalIPs: [],
    loadBalancerIPs: [],
    internalPolicy: "Cluster",
    externalPolicy: "Cluster",
    affinitySeconds: 0,
    sourceRanges: undefined,
    healthCheckNodePort: 0,
    ports: [{ name: "http", protocol: "TCP", port: 80, nodePort: 0 }],
    refusals: [],
  });
});

test("dual-stack: both addresses in order, in canonical text, both families", () => {
  const { served } = outcome({
    ...DUAL,
    clusterIPs: ["FD00:96:0:0::10", "10.96.0.10"],
    ipFamilies: ["IPv6", "IPv4"],
  });
  assert.deepEqual(served?.row.clusterIPs, ["fd00:96::10", "10.96.0.10"]);
  assert.deepEqual(served?.families, [6, 4]);
});

test("a bad ClusterIP is refused by field, the Service keeps its other addresses", () => {
  for (const bad of ["10.96.0.300", "010.96.0.1", "::ffff:10.96.0.1", "127.0.0.1", ""]) {
    const taken = row({ clusterIPs: [bad, "fd00:96::10"], externalIPs: ["2001:db8::1"] });
    assert.deepEqual(taken.clusterIPs, ["fd00:96::10"]);
    assert.deepEqual(taken.externalIPs, ["2001:db8::1"]);
    assert.match(taken.refusals.join(), /^spec\.clusterIPs\[0\] ".*" is /);
  }
});

test("a ClusterIP of another family than spec.ipFamilies says is refused", () => {
  const taken = row({ clusterIPs: ["10.96.0.10", "10.96.0.11"], ipFamilies: ["IPv4", "IPv6"] });
  assert.deepEqual(taken.clusterIPs, ["10.96.0.10"]);
  assert.match(taken.refusals.join(), /clusterIPs\[1\].*IPv4, spec\.ipFamilies says IPv6/);
});

test("external addresses: other families, own ranges and special ones are refused", () => {
  const externalIPs = ["203.0.113.1", "2001:db8::1", "10.96.0.53", "10.244.1.7", "127.0.0.1", "x"];
  const taken = row({ clusterIP: "10.96.0.10", externalIPs });
  assert.deepEqual(taken.externalIPs, ["203.0.113.1"]);
  const reasons = ["IPv6, which", "service range", "pod range", "loopback", "not an IP address"];
  assert.equal(taken.refusals.length, reasons.length);
  for (const [index, reason] of reasons.entries()) {
    assert.match(taken.refusals[index] ?? "", new RegExp(reason));
  }
});

test("an address given twice is taken once", () => {
  const externalIPs = ["2001:db8::1", "2001:DB8:0::1"];
  assert.deepEqual(row({ ...DUAL, externalIPs }).externalIPs, ["2001:db8::1"]);
});

test("load balancer ingress: only with ip and ipMode absent or VIP", () => {
  const ingress = [
    { ip: "198.51.100.1" },
    { ip: "198.51.100.2", ipMode: "VIP" },
    { ip: "198.51.100.3", ipMode: "Proxy" },
    { hostname: "lb.example.org" },
    { ip: "198.51.100.4", ipMode: "Odd" },
  ];
  const taken = row({ ...DUAL, type: "LoadBalancer" }, { status: { loadBalancer: { ingress } } });
  assert.deepEqual(taken.loadBalancerIPs, ["198.51.100.1", "198.51.100.2"]);
  assert.match(taken.refusals.join(), /ingress\[4\]\.ipMode "Odd"/);
});

test("source ranges: spaces trimmed, host bits cleared; none readable means none allowed", () => {
  assert.deepEqual(ranges([" 192.0.2.7/24 ", "2001:db8::/32"]), [
    { address: "192.0.2.0", prefix: 24 },
    { address: "2001:db8::", prefix: 32 },
  ]);
  assert.deepEqual(ranges(["192.0.2.0"]), []);
  assert.equal(ranges([]), undefined);
});

test("externalTrafficPolicy counts only where the Service is reachable from outside", () => {
  const spec = { ...DUAL, externalTrafficPolicy: "Local", internalTrafficPolicy: "Local" };
  assert.equal(row(spec).externalPolicy, "Cluster");
  assert.equal(row(spec).internalPolicy, "Local");
  assert.equal(row({ ...spec, type: "NodePort" }).externalPolicy, "Local");
  assert.equal(row({ ...spec, externalIPs: ["203.0.113.1"] }).externalPolicy, "Local");
  assert.match(row({ ...spec, internalTrafficPolicy: "Odd" }).refusals.join(), /"Odd"/);
});

test("affinity: three hours where nothing is said, bounded by a day", () => {
  assert.equal(affinity().affinitySeconds, 10_800);
  assert.equal(affinity(30).affinitySeconds, 30);
  assert.equal(affinity(0).affinitySeconds, 10_800);
  assert.match(affinity(86_401).refusals.join(), /timeoutSeconds 86401/);
});

test("the health check port is for load balancers with policy Local", () => {
  const spec = { ...DUAL, healthCheckNodePort: 31_000, externalTrafficPolicy: "Local" };
  assert.equal(row({ ...spec, type: "LoadBalancer" }).healthCheckNodePort, 31_000);
  assert.equal(row({ ...spec, type: "NodePort" }).healthCheckNodePort, 0);
  assert.equal(
    row({ ...DUAL, type: "LoadBalancer", healthCheckNodePort: 1 }).healthCheckNodePort,
    0,
  );
});

test("ports: bad ones are refused by field, the others stay", () => {
  const ports = [
    { name: "a", port: 0 },
    { name: "b", port: 70_000 },
    { name: "c", port: 53, protocol: "ICMP" },
    { name: "d|e", port: 54 },
    { name: "dns", port: 53, protocol: "UDP", nodePort: 30_053 },
    { name: "dns", port: 53, protocol: "TCP", nodePort: 99_999 },
    { name: "again", port: 53, protocol: "UDP" },
  ];
  const taken = row({ ...DUAL, type: "NodePort", ports });
  assert.deepEqual(taken.ports, [
    { name: "dns", protocol: "UDP", port: 53, nodePort: 30_053 },
    { name: "dns", protocol: "TCP", port: 53, nodePort: 0 },
  ]);
  const fields = taken.refusals.map((sentence) => sentence.split(" ")[0]);
  assert.deepEqual(fields, [
    "spec.ports[0].port",
    "spec.ports[1].port",
    "spec.ports[2].protocol",
    "spec.ports[3].name",
    "spec.ports[5].nodePort",
    "spec.ports[6]",
  ]);
});

test("refusals of an absurd object are bounded", () => {
  const externalIPs = Array.from({ length: 10_000 }, () => "x".repeat(1000));
  const { refusals } = row({ ...DUAL, externalIPs });
  assert.equal(refusals.length, 17);
  assert.equal(refusals.at(-1), "and 9984 more");
  assert.ok(refusals.join().length < 3000);
});
