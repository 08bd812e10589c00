/** Which addresses are local, and which of them serve node ports. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeRow } from "../../lib/model/rows.ts";
import { localAddresses, localProblems } from "./locals.ts";
import type { NetFacts } from "./net-state.ts";

const NODE: NodeRow = {
  name: "n1",
  zone: "",
  internalIPs: ["172.30.0.1", "fd00:30::1"],
  externalIPs: ["192.0.2.1"],
  podCIDRs: [],
};

function facts(...addresses: string[]): NetFacts {
  const held = addresses.map((address, ifindex) => ({ ifindex, address, global: true }));
  return { links: [], addresses: held, hostRoutes: [], defaultRoutes: [] };
}

test("every address is local, and the Node's own serve node ports", () => {
  const locals = localAddresses(facts("127.0.0.1", "172.30.0.1", "fd00:30::1", "10.244.1.1"), NODE);
  assert.deepEqual(locals, [
    { address: "127.0.0.1", nodePorts: false },
    { address: "172.30.0.1", nodePorts: true },
    { address: "fd00:30::1", nodePorts: true },
    { address: "10.244.1.1", nodePorts: false },
  ]);
  assert.deepEqual(localProblems(locals, NODE), []);
});

test("an address on two devices stands once", () => {
  assert.equal(localAddresses(facts("fe80::1", "fe80::1"), NODE).length, 1);
});

test("an address of the Node that no device holds is not local", () => {
  const locals = localAddresses(facts("10.0.0.1"), NODE);
  assert.deepEqual(locals, [{ address: "10.0.0.1", nodePorts: false }]);
  const [problem] = localProblems(locals, NODE);
  assert.match(problem ?? "", /172\.30\.0\.1, fd00:30::1, 192\.0\.2\.1.*node ports are not served/);
});
