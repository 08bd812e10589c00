/** `leat datapath` against an agent of fixed answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeAgent, HOOKS, leat } from "../testing/fake-agent.ts";

const SHOWN = `Programs   serving (generation 1f2e; 1 replacement, 0 failed)

HOOK            ON       BY      GENERATION  PROBLEM
connect4        /cgroup  cgroup  1f2e
tc_pod_ingress  veth1    tcx     0a0b        EBUSY

DEVICE  KIND  WHY
veth1   pod   a veth whose route holds 10.244.1.2
lo      none  loopback
`;

const REPLACED = `Replaced: every hook runs the new programs.

HOOK            ON       BY      GENERATION  PROBLEM
connect4        /cgroup  cgroup  1f2e
tc_pod_ingress  veth1    tcx     0a0b        EBUSY
`;

test("datapath show prints each hook and each device with its reason", async () => {
  assert.deepEqual(await leat(["datapath", "show"]), { code: 0, out: SHOWN, err: "" });
});

test("datapath replace prints the result of each hook", async () => {
  assert.deepEqual(await leat(["datapath", "replace"]), { code: 0, out: REPLACED, err: "" });
});

const replace = async () => ({ replaced: false, problem: "the self-test failed", hooks: HOOKS });

test("a replacement that failed says that the earlier programs serve on, and exits 1", async () => {
  const { code, out } = await leat(["datapath", "replace"], fakeAgent({ replace }));
  assert.equal(code, 1);
  assert.match(out, /^Not replaced, the earlier programs serve on: the self-test failed\n/);
});
