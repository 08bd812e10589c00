/** How long a device stays what it was, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device, DeviceKind } from "./devices.ts";
import { LINGER_MS, Linger } from "./linger.ts";

function device(ifindex: number, kind: DeviceKind): Device {
  return { ifindex, name: `d${ifindex}`, kind, why: "reason", mac: new Uint8Array(6) };
}

function kindOf(devices: readonly Device[]): DeviceKind | undefined {
  return devices[0]?.kind;
}

test("a device whose address flaps keeps its programs", () => {
  const linger = new Linger();
  assert.equal(kindOf(linger.apply([device(2, "node")], 0)), "node");
  const [kept] = linger.apply([device(2, "none")], 1000);
  assert.equal(kept?.kind, "node");
  assert.match(kept?.why ?? "", /^was a node device .*; now: reason$/);
  assert.equal(kindOf(linger.apply([device(2, "node")], 2000)), "node");
  assert.equal(kindOf(linger.apply([device(2, "none")], LINGER_MS + 1500)), "node");
});

test("one that stays without is let go", () => {
  const linger = new Linger();
  linger.apply([device(2, "pod")], 0);
  assert.equal(kindOf(linger.apply([device(2, "none")], 1000)), "pod");
  assert.equal(kindOf(linger.apply([device(2, "none")], 999 + LINGER_MS)), "pod");
  assert.equal(kindOf(linger.apply([device(2, "none")], 1000 + LINGER_MS)), "none");
  assert.equal(kindOf(linger.apply([device(2, "none")], 1001 + LINGER_MS)), "none");
});

test("another kind takes effect at once", () => {
  const linger = new Linger();
  linger.apply([device(2, "node")], 0);
  assert.equal(kindOf(linger.apply([device(2, "pod")], 1)), "pod");
});

test("one that is gone is forgotten, and what an earlier process left is not", () => {
  const linger = new Linger([
    [2, "pod"],
    [3, "node"],
  ]);
  assert.equal(kindOf(linger.apply([device(2, "none")], 0)), "pod");
  assert.equal(kindOf(linger.apply([device(3, "none")], 0)), "none");
});
