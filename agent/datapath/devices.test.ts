/** Devices of every shape, each with its kind and the reason for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cidr } from "../../lib/model/rows.ts";
import type { NetLink } from "../../native/rtnetlink.ts";
import { classifyDevices, type DeviceKind, deviceProblems } from "./devices.ts";
import type { NetFacts } from "./net-state.ts";

const PODS: readonly Cidr[] = [
  { address: "10.244.0.0", prefix: 16 },
  { address: "fd00:244::", prefix: 32 },
];
const NOTHING: NetFacts = { links: [], addresses: [], hostRoutes: [], defaultRoutes: [] };

function link(ifindex: number, name: string, more: Partial<NetLink> = {}): NetLink {
  return {
    ifindex,
    name,
    kind: "",
    up: true,
    loopback: false,
    master: 0,
    peer: 0,
    linkNetnsid: undefined,
    mtu: 1500,
    mac: new Uint8Array(6),
    ...more,
  };
}

const AWAY = { kind: "veth", linkNetnsid: 0 } as const;

function verdicts(
  facts: Partial<NetFacts>,
  podDevices = "",
  podCidrs = PODS,
): Record<string, [DeviceKind, string]> {
  const devices = classifyDevices({ ...NOTHING, ...facts }, { podCidrs, podDevices });
  return Object.fromEntries(devices.map(({ name, kind, why }) => [name, [kind, why]]));
}

test("a routed pod's veth, of either family", () => {
  const found = verdicts({
    links: [link(5, "cali5", AWAY), link(6, "cali6", { ...AWAY, linkNetnsid: -1 })],
    hostRoutes: [
      { ifindex: 5, address: "10.244.1.5" },
      { ifindex: 6, address: "fd00:244:1::6" },
    ],
  });
  assert.deepEqual(found["cali5"], [
    "pod",
    "veth to another namespace, with the route to pod 10.244.1.5",
  ]);
  assert.equal(found["cali6"]?.[0], "pod");
});

test("a bridged pod's veth; the bridge itself is no device of the node", () => {
  const found = verdicts({
    links: [
      link(4, "cni0", { kind: "bridge" }),
      link(5, "veth5", { ...AWAY, master: 4 }),
      link(6, "veth6", { kind: "veth", master: 4 }),
    ],
    addresses: [{ ifindex: 4, address: "10.244.1.1", global: true }],
    defaultRoutes: [{ ifindex: 4, family: 4 }],
  });
  const why = "veth to another namespace, port of bridge cni0 that holds 10.244.1.1";
  assert.deepEqual(found["veth5"], ["pod", why]);
  assert.deepEqual(found["cni0"], ["none", "bridge of pods, holds 10.244.1.1"]);
  assert.deepEqual(found["veth6"], ["none", "veth whose peer is in this namespace"]);
});

test("a bridge without an address of pods makes no pods of its ports", () => {
  const found = verdicts({
    links: [link(4, "br0", { kind: "bridge" }), link(5, "veth5", { ...AWAY, master: 4 })],
    addresses: [{ ifindex: 4, address: "172.17.0.1", global: true }],
  });
  assert.equal(found["veth5"]?.[0], "none");
  assert.deepEqual(found["br0"], ["node", "holds the global address 172.17.0.1"]);
});

test("the node's way out is the node's, whatever device it is", () => {
  const found = verdicts({
    links: [link(2, "eth0", AWAY), link(3, "wlan0"), link(7, "dsl0")],
    addresses: [
      { ifindex: 2, address: "172.30.0.1", global: true },
      { ifindex: 3, address: "fe80::1", global: false },
    ],
    defaultRoutes: [{ ifindex: 7, family: 6 }],
  });
  assert.deepEqual(found["eth0"], ["node", "holds the global address 172.30.0.1"]);
  assert.deepEqual(found["wlan0"], ["none", "neither a default route nor a global address"]);
  assert.deepEqual(found["dsl0"], ["node", "carries the default route of IPv6"]);
});

test("a route to an address of no pod makes no pod", () => {
  const found = verdicts({
    links: [link(5, "veth5", AWAY)],
    hostRoutes: [{ ifindex: 5, address: "192.0.2.5" }],
  });
  assert.match(found["veth5"]?.[1] ?? "", /without a route or bridge that holds an address/);
});

test("loopback is none, even with a global address", () => {
  const found = verdicts({
    links: [link(1, "lo", { loopback: true })],
    addresses: [{ ifindex: 1, address: "10.0.0.1", global: true }],
  });
  assert.deepEqual(found["lo"], ["none", "loopback"]);
});

test("a pattern decides alone, and its other letters are letters", () => {
  const facts = {
    links: [
      link(2, "lxc1"),
      link(3, "a.b"),
      link(4, "axb"),
      link(5, "cali5", AWAY),
      link(6, "xlxc"),
    ],
    hostRoutes: [{ ifindex: 5, address: "10.244.1.5" }],
  };
  const found = verdicts(facts, "lxc*, a.b");
  const kinds = Object.fromEntries(Object.entries(found).map(([name, [kind]]) => [name, kind]));
  assert.deepEqual(kinds, { lxc1: "pod", "a.b": "pod", axb: "none", cali5: "none", xlxc: "none" });
});

test("what keeps devices from being found is said", () => {
  const devices = classifyDevices(NOTHING, { podCidrs: [], podDevices: "" });
  assert.equal(deviceProblems(devices, { podCidrs: [], podDevices: "" }).length, 2);
  const facts = {
    ...NOTHING,
    links: [link(2, "eth0")],
    defaultRoutes: [{ ifindex: 2, family: 4 as const }],
  };
  const served = classifyDevices(facts, { podCidrs: PODS, podDevices: "" });
  assert.deepEqual(deviceProblems(served, { podCidrs: PODS, podDevices: "" }), []);
});
