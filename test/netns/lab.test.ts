/**
 * The lab itself, before any agent: its places reach each other by plain routing, and it leaves
 * nothing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES, OUTSIDE } from "../harness/addresses.ts";
import { ECHO_PORT, HTTP_PORT } from "../harness/answer.ts";
import { type Client, Lab, type LabOptions, type Pod } from "../harness/lab.ts";
import { residue } from "../harness/residue.ts";

const PORTS = { tcp: ECHO_PORT, udp: ECHO_PORT, http: HTTP_PORT } as const;

async function assertReaches(from: Client, to: Pod): Promise<void> {
  for (const family of FAMILIES) {
    for (const by of ["tcp", "udp", "http"] as const) {
      const address = to.addresses[family];
      const reply = await from.ask({ by, address, port: PORTS[by] });
      const seen = `${from.name} to ${to.name} by ${by} over IPv${family}`;
      assert.equal(reply.server, to.name, seen);
      assert.equal(reply.client, from.addresses[family], seen);
      assert.equal(reply.peer, address, seen);
    }
  }
}

const VARIANTS: { name: string; options: LabOptions }[] = [
  { name: "routed pods, checksum offload", options: {} },
  { name: "routed pods, no checksum offload", options: { offload: false } },
  { name: "bridged pods, strict reverse path", options: { podNetwork: "bridge", rpFilter: 1 } },
];

for (const { name, options } of VARIANTS) {
  test(`places reach each other: ${name}`, async () => {
    const lab = await Lab.create({ nodes: 2, ...options });
    try {
      const [here, beside, there] = await lab.addPods([
        { name: "here", node: 1 },
        { name: "beside", node: 1 },
        { name: "there", node: 2 },
      ]);
      assert.ok(here && beside && there);
      const host = await lab.hostClient(lab.node(1));
      await assertReaches(here, beside);
      await assertReaches(here, there);
      await assertReaches(there, here);
      const reply = await host.ask({ by: "tcp", address: there.addresses[4], port: ECHO_PORT });
      assert.equal(reply.client, host.addresses[4]);
      const outside = await lab.outsideClient(OUTSIDE);
      assert.equal(
        await outside.resident.refusal({
          by: "tcp",
          address: lab.node(2).addresses[4],
          port: 1,
        }),
        "ECONNREFUSED",
      );
      assert.notDeepEqual(residue(lab.label), [], "residue sees a lab that is there");
    } finally {
      await lab.close();
    }
    assert.deepEqual(residue(lab.label), []);
  });
}
