/** `leat status` against an agent of fixed answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeAgent, HOOKS, leat, STATUS } from "../testing/fake-agent.ts";

const SCREEN = `Node       n1: ready
Agent      0.1.0, up 3m12s
Operator   unix:/run/leat/operator.sock, connected for 3m10s
State      revision 12, applied 10s ago: 1 service, 2 endpoints, 3 nodes
Programs   serving (generation 1f2e; 1 replacement, 0 failed)
Drops      no-backend 4

Hooks
  ON       KIND    HOOKS     PROBLEM                WHY
  veth1    pod     1 tcx     tc_pod_ingress: EBUSY  a veth whose route holds 10.244.1.2
  /cgroup  cgroup  1 cgroup
  lo       none    -                                loopback

Maps
  MAP        USED  CAPACITY  USE  WRITES
  services4  3     65536     0%   3
  slots      900   1000      90%  12

Failures: 1
  TABLE     KEY        CODE                  MESSAGE
  services  shop/cart  affinity-unsupported  served without client affinity
`;

test("status is one screen, with what is wrong named", async () => {
  assert.deepEqual(await leat(["status"]), { code: 0, out: SCREEN, err: "" });
});

test("a node that is not ready says why and exits 1", async () => {
  const unreadyReasons = ["the pinned map slots_v1 has 8 bytes, 16 are wanted\n"];
  const operator = { ...STATUS.operator, connected: false, appliedRevision: 0, problem: "refused" };
  const status = { ...STATUS, ready: false, unreadyReasons, operator };
  const { code, out } = await leat(["status"], fakeAgent({ status: async () => status }));
  assert.equal(code, 1);
  assert.match(out, /^Node +n1: NOT READY\n +the pinned map slots_v1 .*wanted\?\n/);
  assert.match(out, /NOT CONNECTED for 3m10s: refused/);
  assert.match(out, /nothing applied since the start/);
});

test("an agent that is behind or refused states says so", async () => {
  const operator = { ...STATUS.operator, receivedRevision: 14, hashMismatches: 1 };
  const status = { ...STATUS, operator };
  const { out } = await leat(["status"], fakeAgent({ status: async () => status }));
  assert.match(out, /2 revisions behind, 1 state refused for a wrong hash/);
});

test("many failures and devices are cut, with their number", async () => {
  const failures = Array.from({ length: 25 }, (_, i) => ({
    table: "services" as const,
    key: `shop/s${i}`,
    code: "map-full",
    message: "no room",
  }));
  const devices = Array.from({ length: 30 }, (_, i) => ({
    name: `veth${i}`,
    kind: "pod" as const,
    why: "",
  }));
  const status = { ...STATUS, failures, datapath: { ...STATUS.datapath, hooks: HOOKS, devices } };
  const { out } = await leat(["status"], fakeAgent({ status: async () => status }));
  assert.match(out, /Failures: 25\n/);
  assert.match(out, /and 5 more \(-o json shows all\)/);
  assert.match(out, /and 11 more \(leat datapath show lists all\)/);
  assert.match(out, /Hooks\n.*\n {2}veth1 /, "a device with a problem stands first");
});
