/**
 * The product's own programs in a datapath: rehearsed, attached; what fails the rehearsal never
 * serves.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { selfTest } from "../../../agent/datapath/self-test.ts";
import { SNAT_PORTS, settingsBytes } from "../../../agent/datapath/settings.ts";
import { FACTS, TestNode } from "./node.ts";
import { buildObjects } from "./objects.ts";
import { addRoutedPod, addUplink, pinnedLinks } from "./pods.ts";

const PRODUCT = join(import.meta.dirname, "../../../out/bpf");

let node: TestNode;
let counting: string;

before(async () => {
  node = await TestNode.make();
  counting = await buildObjects(node.folder, { generation: 0 });
  await addUplink(node);
  await addRoutedPod(node, 5);
});
after(() => node.destroy());

for (const delivery of ["stack", "direct"] as const) {
  test(`the programs pass the rehearsal with delivery ${delivery}`, async () => {
    const fixed = { netnsCookie: 1n, snatPorts: SNAT_PORTS };
    await selfTest(PRODUCT, settingsBytes({ ...FACTS, ...fixed, delivery }));
  });
}

test("the programs serve, and what fails the rehearsal does not replace them", async () => {
  const host = node.host({ objects: PRODUCT, rehearsed: true });
  const first = await host.open();
  assert.equal(first.state, "serving", first.problem);
  assert.ok(first.hooks.every(({ generation }) => generation === first.generation));
  await host.kill();
  const links = pinnedLinks(node);

  const broken = node.host({ objects: counting, rehearsed: true });
  const status = await broken.open();
  assert.equal(status.state, "degraded");
  assert.match(
    status.problem,
    /^tc_pod_ingress on UDP over IPv4: answered -1 with [0-9a-f]+ instead of/,
  );
  assert.equal(status.generation, first.generation);
  assert.deepEqual(pinnedLinks(node), links);
  await broken.kill();
});
