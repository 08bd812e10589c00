/**
 * The ways to attach: what "auto" takes here, a change of the way under packets, two datapaths on
 * one kernel.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../harness/deadline.ts";
import { TestNode } from "./node.ts";
import { buildObjects, WORDS } from "./objects.ts";
import { addRoutedPod, addUplink, pinnedLinks } from "./pods.ts";
import { startTraffic } from "./traffic.ts";

const nodes: TestNode[] = [];
const pods: string[] = [];

before(async () => {
  for (let i = 0; i < 2; i++) {
    const node = await TestNode.make();
    nodes.push(node);
    await addUplink(node);
    pods.push(await addRoutedPod(node, 5));
  }
});
after(async () => {
  for (const node of nodes) await node.destroy();
});

test("a pattern decides alone which devices are pods'", async () => {
  const [node] = nodes as [TestNode];
  const objects = await buildObjects(node.folder, { generation: 0 });
  const host = node.host({ objects, podDevices: "lxc*,q5" });
  const status = await host.open();
  const kinds = Object.fromEntries(status.devices.map(({ name, kind }) => [name, kind]));
  assert.deepEqual(kinds, { lo: "none", eth0: "node", p5: "none" });
  await node.ip("link add lxc7 type veth peer name q5");
  await eventually({ what: "both match" }, async () => {
    const { devices } = await host.status();
    return devices.filter(({ kind }) => kind === "pod").length === 2;
  });
  const why = (await host.status()).devices.find(({ name }) => name === "q5")?.why;
  assert.equal(why, "the name matches the pattern lxc*,q5");
  await host.kill();
  await node.ip("link del lxc7");
});

test("auto takes tcx where there is one, and a change of the way loses no packet", async () => {
  const [node] = nodes as [TestNode];
  const [pod = ""] = pods;
  const objects = await buildObjects(node.folder, { generation: 0 });
  const first = node.host({ objects });
  const status = await first.open();
  const ways = new Set(status.hooks.map(({ how }) => how));
  assert.deepEqual(ways, new Set(["cgroup", "tcx"]));
  const before = await first.word(WORDS.podIngress);
  await first.kill();

  const traffic = await startTraffic(pod, "172.30.0.1");
  for (const hooks of ["clsact", "tcx"] as const) {
    const host = node.host({ objects, hooks });
    const status = await host.open();
    assert.ok(status.hooks.every(({ how }) => how === "cgroup" || how === hooks));
    await host.kill();
  }
  const host = node.host({ objects, hooks: "clsact" });
  await host.open();
  const sent = await traffic.stop();
  const links = Object.keys(pinnedLinks(node));
  assert.ok(
    links.every((name) => name.startsWith("cgroup-")),
    links.join(),
  );
  await eventually({ what: `${sent} packets counted at least once` }, async () => {
    return (await host.word(WORDS.podIngress)) - before >= sent;
  });
  await host.kill();
});

test("two datapaths on one kernel do not touch each other", async () => {
  const hosts = await Promise.all(
    nodes.map(async (node) => {
      const host = node.host({ objects: await buildObjects(node.folder, { generation: 0 }) });
      await host.open();
      return host;
    }),
  );
  const [first, second] = hosts;
  assert.ok(first !== undefined && second !== undefined);
  const before = [await first.word(WORDS.podIngress), await second.word(WORDS.podIngress)];
  const traffic = await startTraffic(pods[1] ?? "", "172.30.0.1");
  const sent = await traffic.stop();
  await eventually({ what: "the second counts" }, async () => {
    return (await second.word(WORDS.podIngress)) - (before[1] ?? 0) >= sent;
  });
  assert.equal(await second.word(WORDS.podIngress), (before[1] ?? 0) + sent);
  assert.equal(await first.word(WORDS.podIngress), before[0]);
  await Promise.all(hosts.map((host) => host.kill()));
});
