/** Rows to frontends and states: what is asked of the kernel, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type EndpointRow, type ServiceRow, servicePortKey } from "../../lib/model/rows.ts";
import { endpoint, port, service } from "../reconcile/testing/rows.ts";
import { familiesOf, frontendsOf } from "./frontends.ts";
import { desiredStates, refusalsOf, type Surroundings } from "./states.ts";

const HTTP = "default/s:http/TCP";

function around(endpoints: readonly EndpointRow[]): Surroundings {
  return {
    node: { name: "n1", zone: "" },
    endpointsOf: (key) =>
      endpoints.filter((row) => {
        const { namespace, service, portName, protocol } = row;
        return servicePortKey({ namespace, name: service }, { name: portName, protocol }) === key;
      }),
  };
}

function frontendTexts(row: ServiceRow, family: 4 | 6): string[] {
  return row.ports.flatMap((port) =>
    frontendsOf(row, port, family).map(({ kind, key }) => `${kind} ${key}`),
  );
}

test("frontends are those of the family, each with its kind", () => {
  const row = service("s", {
    clusterIPs: ["10.96.0.1", "fd00:96::1"],
    externalIPs: ["192.0.2.1", "2001:db8::1"],
    loadBalancerIPs: ["198.51.100.1"],
    ports: [port({ nodePort: 30080 }), port({ name: "dns", protocol: "UDP", port: 53 })],
  });
  assert.deepEqual(frontendTexts(row, 4), [
    "ClusterIP 10.96.0.1|80|TCP",
    "ExternalIP 192.0.2.1|80|TCP",
    "LoadBalancer 198.51.100.1|80|TCP",
    "NodePort 0.0.0.0|30080|TCP",
    "ClusterIP 10.96.0.1|53|UDP",
    "ExternalIP 192.0.2.1|53|UDP",
    "LoadBalancer 198.51.100.1|53|UDP",
  ]);
  assert.deepEqual(frontendTexts(row, 6), [
    "ClusterIP fd00:96::1|80|TCP",
    "ExternalIP 2001:db8::1|80|TCP",
    "NodePort ::|30080|TCP",
    "ClusterIP fd00:96::1|53|UDP",
    "ExternalIP 2001:db8::1|53|UDP",
  ]);
});

test("a family without a cluster IP is not served", () => {
  const row = service("s", {
    clusterIPs: ["fd00:96::1"],
    externalIPs: ["192.0.2.1"],
    ports: [port({ nodePort: 30080 })],
  });
  assert.deepEqual(familiesOf(row), [6]);
  assert.deepEqual(
    desiredStates(row, around([])).map(({ key }) => key),
    [`${HTTP}/6`],
  );
});

test("of an address that stands twice the external IP counts, not the load balancer's", () => {
  const row = service("s", {
    clusterIPs: ["10.96.0.1"],
    externalIPs: ["192.0.2.1"],
    loadBalancerIPs: ["192.0.2.1", "10.96.0.1"],
  });
  assert.deepEqual(frontendTexts(row, 4), [
    "ClusterIP 10.96.0.1|80|TCP",
    "ExternalIP 192.0.2.1|80|TCP",
  ]);
});

test("a load balancer's addresses stay closed where source ranges are given, none too", () => {
  for (const sourceRanges of [[], [{ address: "10.0.0.0", prefix: 8 }]]) {
    const row = service("s", {
      clusterIPs: ["10.96.0.1"],
      loadBalancerIPs: ["192.0.2.1"],
      sourceRanges,
    });
    assert.deepEqual(frontendTexts(row, 4), ["ClusterIP 10.96.0.1|80|TCP"]);
    assert.deepEqual(
      refusalsOf(row).map(({ code }) => code),
      ["source-ranges-unsupported"],
    );
  }
  const without = service("s", { clusterIPs: ["10.96.0.1"], sourceRanges: [] });
  assert.deepEqual(refusalsOf(without), []);
});

test("affinity is said to be missing, and told to the kernel all the same", () => {
  const row = service("s", { clusterIPs: ["10.96.0.1"], affinitySeconds: 60 });
  assert.deepEqual(
    refusalsOf(row).map(({ code }) => code),
    ["affinity-unsupported"],
  );
  assert.equal(desiredStates(row, around([]))[0]?.affinitySeconds, 60);
});

test("each family has a state with its own endpoints; only serving ones are backends", () => {
  const row = service("s", {
    clusterIPs: ["10.96.0.1", "fd00:96::1"],
    ports: [port({ nodePort: 30080 })],
    externalPolicy: "Local",
  });
  const endpoints = [
    endpoint("s", "10.0.0.1", { node: "n1" }),
    endpoint("s", "10.0.0.2", { node: "n2" }),
    endpoint("s", "10.0.0.3", { ready: false, terminating: true }),
    endpoint("s", "10.0.0.4", { ready: false, serving: false }),
    endpoint("s", "fd00::1"),
  ];
  const [four, six] = desiredStates(row, around(endpoints));
  assert.deepEqual(four?.cluster, ["10.0.0.1|8080|local", "10.0.0.2|8080"]);
  assert.deepEqual(four?.local, ["10.0.0.1|8080|local"]);
  assert.deepEqual([...(four?.backends.keys() ?? [])], [...four.cluster, "10.0.0.3|8080"]);
  assert.deepEqual(six?.cluster, ["fd00::1|8080"]);
  assert.deepEqual(six?.local, []);
  assert.ok(four?.hasEndpoints && six?.hasEndpoints);
});

test("only the service ports asked for are computed", () => {
  const row = service("s", {
    clusterIPs: ["10.96.0.1"],
    ports: [port(), port({ name: "other", port: 81 })],
  });
  const states = desiredStates(row, around([]), new Set([HTTP]));
  assert.deepEqual(
    states.map(({ servicePort }) => servicePort),
    [HTTP],
  );
});
