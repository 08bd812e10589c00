/**
 * A datapath that ends, in order or not, leaves all in place; the next one with nothing changed
 * writes nothing.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../harness/deadline.ts";
import { addRoutedPod, addUplink, pinnedLinks } from "./pods.ts";
import { FACTS, TestNode } from "./node.ts";
import { buildObjects } from "./objects.ts";

let node: TestNode;
let objects: string;

before(async () => {
  node = await TestNode.make();
  objects = await buildObjects(node.folder, { generation: 0 });
  await addUplink(node);
  await addRoutedPod(node, 5);
});
after(() => node.destroy());

test("the first start attaches every hook, and a kill -9 detaches none", async () => {
  const host = node.host({ objects });
  const status = await host.open();
  assert.equal(status.state, "serving", status.problem);
  assert.equal(status.hooks.length, 12);
  for (const { hook, target, how, problem } of status.hooks) {
    assert.equal(problem, "", `${hook} on ${target}`);
    assert.notEqual(how, "", `${hook} on ${target}`);
  }
  const before = pinnedLinks(node);
  await host.kill();
  assert.deepEqual(pinnedLinks(node), before);
  assert.equal(Object.keys(before).length, 12);
});

test("a restart with nothing changed loads nothing and writes nothing", async () => {
  const before = pinnedLinks(node);
  const host = node.host({ objects });
  const status = await host.open();
  assert.equal(status.state, "serving", status.problem);
  assert.equal(status.replacements, 0);
  assert.equal(status.nodeMapWrites, 0);
  assert.deepEqual(pinnedLinks(node), before);
  await host.call("close");
  await host.kill();
  assert.deepEqual(pinnedLinks(node), before);
});

test("before the operator's facts come, a new pod has the programs that are in use", async () => {
  const host = node.host({ objects });
  await host.call("openStores");
  assert.equal((await host.status()).state, "waiting");
  await addRoutedPod(node, 6);
  await eventually({ what: "the pod has its programs" }, async () => {
    const { hooks } = await host.status();
    return hooks.filter(({ target, how }) => target === "p6" && how === "tcx").length === 2;
  });
  await host.call("start", FACTS);
  const status = await host.status();
  assert.equal(status.state, "serving", status.problem);
  assert.equal(status.replacements, 0);
  await node.ip("link del p6");
  await eventually({ what: "the pod's links are gone" }, () => {
    return Object.keys(pinnedLinks(node)).length === 12;
  });
  await host.kill();
});

test("changed settings are a new generation, in the same links", async () => {
  const before = pinnedLinks(node);
  const host = node.host({ objects });
  const first = await host.open();
  const moved = { ...FACTS, node: { ...FACTS.node, internalIPs: ["172.30.0.1", "fd00:30::2"] } };
  await host.call("update", moved);
  const status = await host.status();
  assert.equal(status.state, "serving", status.problem);
  assert.notEqual(status.generation, first.generation);
  const links = pinnedLinks(node);
  for (const [name, { id, progId }] of Object.entries(before)) {
    assert.equal(links[name]?.id, id, `${name} is the same link`);
    assert.notEqual(links[name]?.progId, progId, `${name} has a new program`);
  }
  await host.call("update", moved);
  assert.equal((await host.status()).generation, status.generation);
  await host.kill();
});

test("what a crash leaves half done is swept away", async () => {
  const host = node.host({ objects });
  const { generation } = await host.open();
  await host.kill();
  node.leaveHalfDone("99-0123456789abcdef");
  const next = node.host({ objects });
  assert.equal((await next.open()).generation, generation);
  assert.deepEqual(node.generations(), [generation]);
  assert.ok(!Object.keys(pinnedLinks(node)).some((name) => name.endsWith("-new")));
  await next.kill();
});
