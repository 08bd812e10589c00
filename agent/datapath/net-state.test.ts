/** The facts after events in any order, with what the kernel leaves unsaid. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressBytes } from "../../lib/model/address.ts";
import type { NetEvent, NetLink, NetRoute } from "../../native/rtnetlink.ts";
import { NetState } from "./net-state.ts";

function link(ifindex: number, up = true): NetLink {
  const shape = { kind: "veth", loopback: false, master: 0, peer: 0, mtu: 1500 };
  return { ifindex, name: `d${ifindex}`, up, linkNetnsid: 0, mac: new Uint8Array(6), ...shape };
}

function route(address: string, prefix: number, ifindex: number, gateway = false): NetRoute {
  const destination = addressBytes(address);
  return { destination, prefix, table: 254, type: 1, priority: 0, hops: [{ ifindex, gateway }] };
}

function came(...routes: NetRoute[]): NetEvent[] {
  return routes.map((route) => ({ kind: "route", gone: false, route }));
}

function stateOf(...events: NetEvent[]): NetState {
  const state = new NetState();
  state.apply({ kind: "link", gone: false, link: link(2) });
  state.apply({ kind: "link", gone: false, link: link(3) });
  for (const event of events) state.apply(event);
  return state;
}

test("routes to one address and defaults are kept, others are not", () => {
  const state = stateOf(
    ...came(
      route("10.244.1.5", 32, 2),
      route("fd00:244:1::5", 128, 2),
      route("10.244.3.7", 32, 3, true),
      route("10.244.2.0", 24, 3),
      route("0.0.0.0", 0, 3, true),
      { ...route("10.244.1.6", 32, 2), table: 255 },
      { ...route("10.244.1.7", 32, 2), type: 7 },
    ),
  );
  const { hostRoutes, defaultRoutes } = state.facts();
  assert.deepEqual(hostRoutes, [
    { ifindex: 2, address: "10.244.1.5" },
    { ifindex: 2, address: "fd00:244:1::5" },
  ]);
  assert.deepEqual(defaultRoutes, [{ ifindex: 3, family: 4 }]);
});

test("a default route over several devices is each one's", () => {
  const hops = [
    { ifindex: 2, gateway: true },
    { ifindex: 3, gateway: true },
  ];
  const state = stateOf(...came({ ...route("::", 0, 2), hops }));
  assert.deepEqual(
    state.facts().defaultRoutes.map(({ ifindex }) => ifindex),
    [2, 3],
  );
});

test("a route that goes is forgotten, its twin of another metric stays", () => {
  const twin = { ...route("10.244.1.5", 32, 2), priority: 100 };
  const state = stateOf(...came(route("10.244.1.5", 32, 2), twin));
  state.apply({ kind: "route", gone: true, route: route("10.244.1.5", 32, 2) });
  assert.equal(state.facts().hostRoutes.length, 1);
  state.apply({ kind: "route", gone: true, route: twin });
  assert.equal(state.facts().hostRoutes.length, 0);
});

test("a device that is set down loses its routes, of which the kernel says nothing", () => {
  const state = stateOf(...came(route("10.244.1.5", 32, 2), route("10.244.1.6", 32, 3)));
  state.apply({ kind: "link", gone: false, link: link(2, false) });
  assert.deepEqual(state.facts().hostRoutes, [{ ifindex: 3, address: "10.244.1.6" }]);
});

test("a device that is deleted takes its addresses and routes along", () => {
  const state = stateOf(...came(route("10.244.1.5", 32, 2)));
  const held = { ifindex: 2, address: addressBytes("192.0.2.1"), prefix: 24, scope: 0 };
  state.apply({ kind: "address", gone: false, address: held });
  assert.equal(state.facts().addresses.length, 1);
  state.apply({ kind: "link", gone: true, link: link(2) });
  const { links, addresses, hostRoutes } = state.facts();
  assert.deepEqual([links.length, addresses.length, hostRoutes.length], [1, 0, 0]);
});

test("the scope tells which addresses are global", () => {
  const of = (text: string, scope: number): NetEvent => ({
    kind: "address",
    gone: false,
    address: { ifindex: 2, address: addressBytes(text), prefix: 24, scope },
  });
  const state = stateOf(of("192.0.2.1", 0), of("fe80::1", 253), of("127.0.0.1", 254));
  assert.deepEqual(
    state.facts().addresses.map(({ global }) => global),
    [true, false, false],
  );
});

test("what changes nothing is told as such", () => {
  const state = stateOf();
  assert.equal(state.apply({ kind: "tc", gone: true, ifindex: 2 }), false);
  assert.equal(state.apply({ kind: "route", gone: false, route: route("10.0.0.0", 8, 2) }), false);
  const absent = route("10.244.1.9", 32, 2);
  assert.equal(state.apply({ kind: "route", gone: true, route: absent }), false);
});

test("a dump replaces all", () => {
  const state = stateOf(...came(route("10.244.1.5", 32, 2)));
  state.reset({ links: [link(9)], addresses: [], routes: [route("0.0.0.0", 0, 9, true)] });
  const { links, hostRoutes, defaultRoutes } = state.facts();
  assert.deepEqual(
    links.map(({ ifindex }) => ifindex),
    [9],
  );
  assert.equal(hostRoutes.length, 0);
  assert.equal(defaultRoutes.length, 1);
});
