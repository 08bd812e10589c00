/** Flows, local addresses and devices as rows of names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressBytes } from "../../lib/model/address.ts";
import { flow4, flow4Key, FlowKind, FlowSeen, LocalFlags } from "../maps/abi.gen.ts";
import type { ElementPage } from "./node-dump.ts";
import { dumpNodePage } from "./node-dump.ts";

const CLIENT = { source: addressBytes("192.0.2.9"), sourcePort: 4000 };

function flow(state: number, protocol: number): { key: Uint8Array; value: Uint8Array } {
  const key = flow4Key.encode({
    ...CLIENT,
    destination: addressBytes("10.96.0.7"),
    destinationPort: 80,
    protocol,
  });
  const value = flow4.encode({
    ...CLIENT,
    head: {
      state,
      owner: 1,
      backend: 1,
      generation: 1,
      seal: 0,
      stamp: 0,
      kind: FlowKind.FLOW_REQUEST,
      turn: 1,
      partnerTurn: 1,
      seen: FlowSeen.FLOW_SEEN_ANSWER | FlowSeen.FLOW_SEEN_RESET,
      nextHop: 0,
    },
    destination: addressBytes("10.244.1.2"),
    destinationPort: 8080,
    delta: { addresses: 0, ports: 0 },
  });
  return { key, value };
}

function page(elements: readonly { key: Uint8Array; value: Uint8Array }[]): ElementPage {
  return {
    keys: Uint8Array.from(Buffer.concat(elements.map(({ key }) => key))),
    values: Uint8Array.from(Buffer.concat(elements.map(({ value }) => value))),
    count: elements.length,
    next: 17,
  };
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value, 0, 0, 0);
}

const NAMES = new Map([[3, { servicePort: "shop/cart:http/TCP" }]]);

function dump(name: string, elements: ElementPage | undefined) {
  const source = {
    elements: () => elements,
    servicePortOf: (state: number) => NAMES.get(state),
    deviceName: (ifindex: number) => (ifindex === 7 ? "veth7" : undefined),
  };
  return dumpNodePage(source, name, 0, 10);
}

test("a flow names its service; one of an id that is gone says so", () => {
  const found = dump("flows4", page([flow(3, 6), flow(4, 17), flow(0, 99)]));
  const becomes = "192.0.2.9:4000 > 10.244.1.2:8080";
  const row = (protocol: string, service: string) => [
    `192.0.2.9:4000 > 10.96.0.7:80 ${protocol}`,
    "request",
    becomes,
    service,
    "answer,reset",
  ];
  assert.deepEqual(found?.rows, [
    row("TCP", "shop/cart:http/TCP"),
    row("UDP", "(nobody's)"),
    row("99", "-"),
  ]);
  assert.equal(found?.next, 17);
});

test("local addresses and devices", () => {
  const locals = [
    { key: addressBytes("fd00:30::1"), value: word(LocalFlags.LOCAL_F_NODE_PORT) },
    { key: addressBytes("::1"), value: word(0) },
  ];
  assert.deepEqual(dump("locals6", page(locals))?.rows, [
    ["fd00:30::1", "served"],
    ["::1", "no"],
  ]);
  const kind = (value: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, value, 0);
  const devices = [
    { key: word(7), value: kind(1) },
    { key: word(8), value: kind(2) },
  ];
  assert.deepEqual(dump("devices", page(devices))?.rows, [
    ["veth7", "pod"],
    ["(device 8, gone)", "node"],
  ]);
});

test("an empty map has no rows; one that is unknown or not open is none", () => {
  assert.deepEqual(dump("flows6", page([]))?.rows, []);
  assert.equal(dump("flows4", undefined), undefined);
  assert.equal(dump("toString", page([])), undefined);
});
