/**
 * Slices merged with Services: SEMANTICS 3.1 in cases.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../../lib/model/change.ts";
import type { EndpointRow } from "../../lib/model/rows.ts";
import { goneEvent, type ObjectEvent } from "../watch/objects.ts";
import { ClusterState } from "./cluster-state.ts";
import { at, LABEL, present, service, slice } from "./testing/sample-events.ts";

function apply(...events: ObjectEvent[]) {
  return new ClusterState().apply(events);
}

function endpointsOf(changes: readonly Change[]): EndpointRow[] {
  return changes.flatMap((change) =>
    change.table === "endpoints" && change.row !== undefined ? [change.row] : [],
  );
}

function rows(...events: ObjectEvent[]): EndpointRow[] {
  return endpointsOf(apply(...events).changes);
}

function nodes(...events: ObjectEvent[]): string[] {
  return rows(service(), ...events).map((row) => row.node);
}

function refusals(...events: ObjectEvent[]): string {
  return apply(...events)
    .refusals.flatMap(({ thing, reasons }) => reasons.map((reason) => `${thing}: ${reason}`))
    .join("\n");
}

test("an endpoint row: everything that a node chooses by", () => {
  const hints = { forZones: [{ name: "a" }, { name: "b" }], forNodes: [{ name: "node-1" }] };
  const endpoint = at("10.244.1.2", {}, { nodeName: "node-1", zone: "a", hints });
  assert.deepEqual(rows(service(), slice("web-1", [endpoint])), [
    {
      namespace: "default",
      service: "web",
      portName: "http",
      protocol: "TCP",
      address: "10.244.1.2",
      port: 8080,
      node: "node-1",
      zone: "a",
      ready: true,
      serving: true,
      terminating: false,
      zoneHints: ["a", "b"],
      nodeHints: ["node-1"],
    },
  ]);
});

const CONDITIONS: [object, [boolean, boolean, boolean]][] = [
  [{}, [true, true, false]],
  [{ ready: null, serving: null, terminating: null }, [true, true, false]],
  [{ ready: false }, [false, true, false]],
  [{ ready: false, serving: true, terminating: true }, [false, true, true]],
  [{ ready: false, serving: false, terminating: true }, [false, false, true]],
];
for (const [given, [ready, serving, terminating]] of CONDITIONS) {
  test(`conditions ${JSON.stringify(given)}`, () => {
    const [row] = rows(service(), slice("web-1", [at("10.244.1.2", given)]));
    assert.deepEqual([row?.ready, row?.serving, row?.terminating], [ready, serving, terminating]);
  });
}

test("an endpoint without conditions is ready", () => {
  const [row] = rows(service(), slice("web-1", [{ addresses: ["10.244.1.2"] }]));
  assert.equal(row?.ready, true);
});

test("only the first address counts", () => {
  const endpoint = { addresses: ["10.244.1.2", "10.244.1.3"] };
  assert.deepEqual(
    rows(service(), slice("web-1", [endpoint])).map((row) => row.address),
    ["10.244.1.2"],
  );
});

test("ports without name or number, or that the Service lacks, give nothing, unrefused", () => {
  const ports = [
    { name: null, port: 1 },
    { name: "http", port: null },
    { name: "http", port: 0 },
    { name: "other", port: 3 },
    { name: "http", port: 4, protocol: "UDP" },
  ];
  const events = [service(), slice("web-1", [at("10.244.1.2")], { ports })];
  assert.deepEqual(rows(...events), []);
  assert.equal(refusals(...events), "");
});

test("a Service with one unnamed port, as manifests have it", () => {
  const events = [
    service({ ports: [{ port: 80 }] }),
    slice("web-1", [at("10.244.1.2")], { ports: [{ port: 8080 }] }),
  ];
  assert.deepEqual(
    rows(...events).map((row) => [row.portName, row.port]),
    [["", 8080]],
  );
});

test("slices merge over families; of one that the Service lacks nothing counts", () => {
  const v6 = slice("web-6", [at("fd00:244::2")], { addressType: "IPv6" });
  const events = [slice("web-1", [at("10.244.1.2")]), slice("web-2", [at("10.244.2.2")]), v6];
  const addresses = (spec: object) => rows(service(spec), ...events).map((row) => row.address);
  assert.deepEqual(addresses({}), ["10.244.1.2", "10.244.2.2", "fd00:244::2"]);
  assert.deepEqual(addresses({ clusterIPs: ["fd00:96::10"] }), ["fd00:244::2"]);
});

test("one address in two slices: the ready one counts, else the first slice by name", () => {
  const ready = slice("z", [at("10.244.1.2", {}, { nodeName: "z" })]);
  const unready = slice("a", [at("10.244.1.2", { ready: false }, { nodeName: "a" })]);
  const twin = slice("b", [at("10.244.1.2", {}, { nodeName: "b" })]);
  assert.deepEqual(nodes(ready, unready), ["z"]);
  assert.deepEqual(nodes(unready, ready), ["z"]);
  assert.deepEqual(nodes(ready, unready, twin), ["b"]);
  assert.deepEqual(nodes(twin, unready, ready), ["b"]);
});

test("a slice deleted after its replacement came never takes the endpoint with it", () => {
  const state = new ClusterState();
  state.apply([service(), slice("old", [at("10.244.1.2")])]);
  assert.deepEqual(state.apply([slice("new", [at("10.244.1.2")])]).changes, []);
  assert.deepEqual(state.apply([goneEvent("EndpointSlice", "default/old")]).changes, []);
});

const FORBIDDEN: [string, string, RegExp][] = [
  ["IPv4", "127.0.0.1", /loopback/],
  ["IPv4", "169.254.169.254", /link-local/],
  ["IPv4", "224.0.0.1", /multicast/],
  ["IPv4", "0.0.0.0", /unspecified/],
  ["IPv4", "255.255.255.255", /broadcast/],
  ["IPv4", "10.244.1.300", /not an IP address/],
  ["IPv4", "fd00:244::1", /not of the slice's addressType IPv4/],
  ["IPv6", "::1", /loopback/],
  ["IPv6", "::", /unspecified/],
  ["IPv6", "fe80::1", /link-local/],
  ["IPv6", "ff02::1", /multicast/],
  ["IPv6", "::ffff:10.0.0.1", /not an IP address/],
];
for (const [addressType, address, reason] of FORBIDDEN) {
  test(`endpoint address ${address} is refused, its neighbour stays`, () => {
    const good = addressType === "IPv4" ? "10.244.1.2" : "fd00:244::2";
    const events = [service(), slice("web-1", [at(address), at(good)], { addressType })];
    assert.deepEqual(
      rows(...events).map((row) => row.address),
      [good],
    );
    assert.match(refusals(...events), reason);
    assert.match(refusals(...events), /^EndpointSlice default\/web-1: endpoints\[0\]/);
  });
}

test("an endpoint in the service range would send packets round for ever: refused", () => {
  const state = new ClusterState({ serviceCIDRs: [{ address: "10.96.0.0", prefix: 16 }] });
  const { changes } = state.apply([service(), slice("web-1", [at("10.96.0.10")])]);
  assert.deepEqual(endpointsOf(changes), []);
});

test("a slice of names, bad ports and protocols are refused by field", () => {
  const fqdn = slice("f", [at("example.org")], { addressType: "FQDN" });
  assert.match(refusals(service(), fqdn), /addressType "FQDN"/);
  const ports = [
    { name: "http", port: 70_000 },
    { name: "http", port: 1, protocol: "ICMP" },
  ];
  const bad = slice("p", [at("10.244.1.2")], { ports });
  assert.match(refusals(service(), bad), /ports\[0\]\.port 70000[^]*ports\[1\]\.protocol "ICMP"/);
});

test("what a slice lacks is told with its Service, and taken back when it is mended", () => {
  const state = new ClusterState();
  const refused = () => {
    const { changes } = state.apply([]);
    return changes;
  };
  state.apply([service(), slice("web-1", [at("10.244.1.2"), at("127.0.0.1")])]);
  const mended = state.apply([slice("web-1", [at("10.244.1.2")])]);
  assert.deepEqual(mended.refusals, [{ thing: "EndpointSlice default/web-1", reasons: [] }]);
  assert.deepEqual(
    mended.changes.map((change) => [change.table, change.key]),
    [["services", "default/web"]],
  );
  assert.deepEqual(refused(), []);
});

test("labels toggled at run time add and remove both the Service and its endpoints", () => {
  const state = new ClusterState();
  const labels = { "service.kubernetes.io/service-proxy-name": "other" };
  state.apply([service(), slice("web-1", [at("10.244.1.2")])]);
  const spec = { clusterIP: "10.96.0.10", ports: [{ name: "http", port: 80 }] };
  const foreign = present("Service", { metadata: { name: "web", labels }, spec });
  const removed = state.apply([foreign]).changes;
  assert.deepEqual(
    removed.map(({ table, row }) => [table, row]),
    [
      ["services", undefined],
      ["endpoints", undefined],
    ],
  );
  assert.deepEqual(
    state.apply([service()]).changes.map(({ table, row }) => [table, row !== undefined]),
    [
      ["services", true],
      ["endpoints", true],
    ],
  );
});

test("a slice that moves to another Service takes its endpoints along", () => {
  const state = new ClusterState();
  state.apply([service(), service({}, "two"), slice("web-1", [at("10.244.1.2")])]);
  const moved = { metadata: { name: "web-1", labels: { [LABEL]: "two" } } };
  const { changes } = state.apply([slice("web-1", [at("10.244.1.2")], moved)]);
  const moves = changes.map(({ key, row }) => [key.split(":")[0], row !== undefined]);
  assert.deepEqual(new Set(moves.map(String)), new Set(["default/two,true", "default/web,false"]));
});

test("what is undone within a batch, or given again, changes nothing", () => {
  const state = new ClusterState();
  const node = present("Node", { metadata: { name: "n" }, spec: { podCIDR: "10.244.0.0/24" } });
  const all = [service(), slice("web-1", [at("10.244.1.2")]), node];
  assert.equal(state.apply(all).changes.length, 3);
  assert.deepEqual(state.apply(all).changes, []);
  const undone = all.flatMap((event) => [goneEvent(event.kind, event.key), event]);
  assert.deepEqual(state.apply(undone).changes, []);
});

test("a slice's change touches its own Service only", () => {
  const state = new ClusterState();
  const other = { metadata: { name: "o", labels: { [LABEL]: "other" } } };
  state.apply([service(), service({}, "other"), slice("o", [at("10.244.9.9")], other)]);
  state.apply([slice("web-1", [at("10.244.1.2"), at("10.244.1.3")])]);
  const { changes } = state.apply([slice("web-1", [at("10.244.1.2"), at("10.244.1.4")])]);
  assert.deepEqual(changes.map(({ key }) => key).sort(), [
    "default/web:http/TCP|10.244.1.3|8080",
    "default/web:http/TCP|10.244.1.4|8080",
  ]);
});
