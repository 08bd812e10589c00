/** Programs are replaced while packets flow: each packet is seen by exactly one generation. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "../../harness/deadline.ts";
import { TestNode } from "./node.ts";
import { buildObjects, WORDS, WORDS_PER_GENERATION } from "./objects.ts";
import { addRoutedPod, addUplink } from "./pods.ts";
import { startTraffic } from "./traffic.ts";

const REPLACEMENTS = 10;

for (const hooks of ["tcx", "clsact"] as const) {
  describe(`replacement with ${hooks}`, () => {
    let node: TestNode;
    let pod: string;
    const objects: string[] = [];

    before(async () => {
      node = await TestNode.make();
      await addUplink(node);
      pod = await addRoutedPod(node, 5);
      for (const generation of [0, 1]) {
        objects.push(await buildObjects(node.folder, { generation }));
      }
    });
    after(() => node.destroy());

    test("forced replacements lose no packet", async () => {
      const host = node.host({ objects: objects[0] ?? "", hooks });
      await host.open();
      const traffic = await startTraffic(pod, "172.30.0.1");
      for (let i = 0; i < REPLACEMENTS; i++) {
        assert.deepEqual(await host.call("replace"), { replaced: true, problem: "" });
      }
      const sent = await traffic.stop();
      assert.ok(sent > 0);
      await eventually({ what: `${sent} packets counted` }, async () => {
        return (await host.word(WORDS.podIngress)) >= sent;
      });
      assert.equal(await host.word(WORDS.podIngress), sent);
      assert.equal((await host.status()).replacements, REPLACEMENTS + 1);
      await host.kill();
    });

    test("a new version that starts replaces the old one and loses no packet", async () => {
      const old = node.host({ objects: objects[0] ?? "", hooks });
      await old.open();
      const before = await old.word(WORDS.podIngress);
      const traffic = await startTraffic(pod, "172.30.0.1");
      await eventually({ what: "packets seen by the old version" }, async () => {
        return (await old.word(WORDS.podIngress)) > before;
      });
      await old.kill();
      const host = node.host({ objects: objects[1] ?? "", hooks });
      const status = await host.open();
      assert.equal(status.replacements, 1, status.problem);
      const fresh = WORDS_PER_GENERATION + WORDS.podIngress;
      await eventually({ what: "packets seen by the new version" }, async () => {
        return (await host.word(fresh)) > 0;
      });
      const sent = await traffic.stop();
      const seen = async (): Promise<number> =>
        (await host.word(WORDS.podIngress)) - before + (await host.word(fresh));
      await eventually({ what: `${sent} packets counted` }, async () => (await seen()) >= sent);
      assert.equal(await seen(), sent);
      await host.kill();
    });
  });
}
