/** The rows of the cluster as the programs' constants, field by field. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { settings } from "../maps/abi.gen.ts";
import {
  podCidrs,
  SNAT_PORTS,
  type SettingsInput,
  settingsBytes,
  settingsProblems,
} from "./settings.ts";

const INPUT: SettingsInput = {
  node: {
    name: "n1",
    zone: "",
    internalIPs: ["172.30.0.1", "172.30.0.2"],
    externalIPs: ["192.0.2.1", "2001:db8::1"],
    podCIDRs: [{ address: "10.244.1.0", prefix: 24 }],
  },
  settings: {
    podCIDRs: [
      { address: "10.244.0.0", prefix: 16 },
      { address: "fd00:244::", prefix: 44 },
    ],
    serviceCIDRs: [],
    masqueradeAll: false,
  },
  netnsCookie: 4711n,
  delivery: "direct",
  snatPorts: SNAT_PORTS,
};

test("the facts become the programs' constants", () => {
  const value = settings.decode(settingsBytes(INPUT));
  assert.equal(value.hostNetnsCookie, 4711n);
  assert.deepEqual(value.node4, Uint8Array.of(172, 30, 0, 1));
  assert.equal(Buffer.from(value.node6).toString("hex"), "20010db8000000000000000000000001");
  assert.equal(value.flags, 1);
  assert.deepEqual([value.snatPortFirst, value.snatPortLast], [61_000, 65_535]);
  assert.deepEqual(value.pods4[0]?.mask, Uint8Array.of(255, 255, 0, 0));
  assert.deepEqual(value.pods4[1]?.address, Uint8Array.of(10, 244, 1, 0));
  assert.deepEqual(value.pods4[2]?.mask, new Uint8Array(4));
  const mask = Buffer.from(value.pods6[0]?.mask ?? []).toString("hex");
  assert.equal(mask, "fffffffffff000000000000000000000");
});

test("a family that the node has no address of stays zero", () => {
  const node = { ...INPUT.node, internalIPs: ["fd00:30::1"], externalIPs: [] };
  const value = settings.decode(settingsBytes({ ...INPUT, node, delivery: "stack" }));
  assert.deepEqual(value.node4, new Uint8Array(4));
  assert.equal(value.flags, 0);
});

test("a prefix that both rows name stands once; too many are said", () => {
  const [first] = INPUT.settings.podCIDRs;
  assert.ok(first !== undefined);
  const same = { ...INPUT, node: { ...INPUT.node, podCIDRs: [first] } };
  assert.equal(podCidrs(same).length, 2);
  assert.deepEqual(settingsProblems(same), []);
  const many = [1, 2, 3, 4, 5].map((byte) => ({ address: `10.${byte}.0.0`, prefix: 16 }));
  const wide = { ...INPUT, settings: { ...INPUT.settings, podCIDRs: many } };
  assert.match(settingsProblems(wide)[0] ?? "", /^6 IPv4 pod CIDRs, .* the first 4/);
  assert.equal(settingsBytes(wide).length, settings.size);
});
