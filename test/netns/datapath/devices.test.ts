/**
 * Devices as CNI plugins make them, found and hooked while the datapath runs, each with its reason.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { DeviceView } from "../../../agent/datapath/status.ts";
import { eventually } from "../../harness/deadline.ts";
import { type Host, TestNode } from "./node.ts";
import { buildObjects, WORDS } from "./objects.ts";
import { addRoutedPod, addUplink, detachPin, pinnedLinks } from "./pods.ts";
import { startTraffic } from "./traffic.ts";

/** Longer than the tests: what is repaired here was repaired for an event's sake. */
const NEVER_MS = 600_000;

async function deviceOf(host: Host, name: string): Promise<DeviceView | undefined> {
  return (await host.status()).devices.find((device) => device.name === name);
}

/** Waits until a device is of a kind and, where it is one that carries programs, has both. */
async function settled(host: Host, name: string, kind: DeviceView["kind"]): Promise<DeviceView> {
  return eventually({ what: `${name} is a ${kind} device` }, async () => {
    const { devices, hooks } = await host.status();
    const own = hooks.filter((hook) => hook.target === name && hook.generation !== "");
    const device = devices.find((device) => device.name === name);
    return device?.kind === kind && own.length === (kind === "none" ? 0 : 2) ? device : undefined;
  });
}

for (const hooks of ["tcx", "clsact"] as const) {
  describe(`devices with ${hooks}`, () => {
    let node: TestNode;
    let host: Host;

    before(async () => {
      node = await TestNode.make();
      await addUplink(node);
      const objects = await buildObjects(node.folder, { generation: 0 });
      host = node.host({ objects, hooks, verifyMs: NEVER_MS });
      await host.open();
    });
    after(async () => {
      await host.kill();
      await node.destroy();
    });

    test("a routed pod is found when its route comes", async () => {
      await addRoutedPod(node, 7);
      const { why } = await settled(host, "p7", "pod");
      assert.equal(why, "veth to another namespace, with the route to pod 10.244.1.7");
    });

    test("a bridged pod is found by its bridge, which is no device of the node", async () => {
      const pod = await node.namespace("bridged");
      await node.ip(
        "link add cni0 type bridge",
        "addr add 10.244.1.1/24 dev cni0",
        "link set cni0 up",
        `link add vbridged type veth peer name eth0 netns ${pod}`,
        "link set vbridged master cni0 up",
      );
      const port = await settled(host, "vbridged", "pod");
      const expected = "veth to another namespace, port of bridge cni0 that holds 10.244.1.1";
      assert.equal(port.why, expected);
      const bridge = await settled(host, "cni0", "none");
      assert.equal(bridge.why, "bridge of pods, holds 10.244.1.1");
    });

    test("a pod of IPv6 alone is found by its route", async () => {
      const pod = await node.namespace("six");
      await node.ip(
        `link add vsix type veth peer name eth0 netns ${pod}`,
        "link set vsix up",
        "route add fd00:244:1::9/128 dev vsix",
      );
      const { why } = await settled(host, "vsix", "pod");
      assert.match(why, /route to pod fd00:244:1::9$/);
    });

    test("the uplink is the node's, although it is a veth to another namespace", async () => {
      await node.ip(
        "route add 10.244.2.0/24 via 172.30.0.254",
        "route add 10.244.3.8/32 via 172.30.0.254",
      );
      const { why } = await settled(host, "eth0", "node");
      assert.equal(why, "carries the default route of IPv4");
    });

    test("a device with neither address nor route is none of ours", async () => {
      const elsewhere = await node.namespace("elsewhere");
      await node.ip(
        "link add one type veth peer name two",
        `link add lone type veth peer name eth0 netns ${elsewhere}`,
      );
      assert.equal(
        (await settled(host, "one", "none")).why,
        "veth whose peer is in this namespace",
      );
      assert.match((await settled(host, "lone", "none")).why, /without a route or bridge/);
    });

    test("a pod that goes is forgotten", async () => {
      await node.ip("link del p7");
      await eventually(
        { what: "p7 is gone" },
        async () => (await deviceOf(host, "p7")) === undefined,
      );
      const { hooks: left, problem } = await host.status();
      assert.equal(problem, "");
      assert.ok(!left.some(({ target }) => target === "p7"));
    });

    test("many pods at once, each found", async () => {
      const pods = Array.from({ length: 8 }, (_, index) => 20 + index);
      await Promise.all(pods.map((number) => addRoutedPod(node, number)));
      for (const number of pods) await settled(host, `p${number}`, "pod");
    });
  });
}

describe("removal by a third party", () => {
  let node: TestNode;
  let objects: string;
  let pod: string;

  before(async () => {
    node = await TestNode.make();
    objects = await buildObjects(node.folder, { generation: 0 });
    await addUplink(node);
    pod = await addRoutedPod(node, 5);
  });
  after(() => node.destroy());

  async function countsAgain(host: Host): Promise<void> {
    const before = await host.word(WORDS.podIngress);
    const traffic = await startTraffic(pod, "172.30.0.1");
    await eventually({ what: "packets are seen again" }, async () => {
      return (await host.word(WORDS.podIngress)) > before;
    });
    await traffic.stop();
  }

  test("a filter that someone removes is set again at once", async () => {
    const host = node.host({ objects, hooks: "clsact", verifyMs: NEVER_MS });
    await host.open();
    await node.tc("qdisc", "del", "dev", "p5", "clsact");
    await countsAgain(host);
    await node.tc("filter", "del", "dev", "p5", "ingress");
    await countsAgain(host);
    await host.kill();
  });

  test("a link that someone detaches is made again, and filters of the other way go", async () => {
    const host = node.host({ objects, hooks: "tcx", verifyMs: 100 });
    await host.open();
    assert.equal(await node.tc("filter", "show", "dev", "p5", "ingress"), "");
    const pins = Object.entries(pinnedLinks(node));
    for (const [name] of pins) detachPin(node, name);
    await eventually({ what: "every link attaches again" }, () => {
      const links = Object.values(pinnedLinks(node));
      return (
        links.length === pins.length &&
        links.every(({ ifindex, cgroupId }) => ifindex !== 0 || cgroupId !== 0n)
      );
    });
    await countsAgain(host);
    await host.kill();
  });

  test("a filter of someone else stays, and runs after ours", async () => {
    const program = `${node.bpffs}/programs/${node.generations()[0]}/tc_node_egress`;
    await addRoutedPod(node, 6);
    await node.tc("qdisc", "add", "dev", "p6", "clsact");
    const theirs = ["pref", "1", "handle", "7", "bpf", "da", "pinned", program];
    await node.tc("filter", "add", "dev", "p6", "ingress", ...theirs);
    const host = node.host({ objects, hooks: "clsact", verifyMs: NEVER_MS });
    const { problem } = await host.open();
    assert.equal(problem, "");
    const shown = await node.tc("filter", "show", "dev", "p6", "ingress");
    assert.match(shown, /handle 0x1ea7[^]*handle 0x7 /);
    await host.kill();
  });

  test("a device that refuses is named, and the others are served", async () => {
    await addRoutedPod(node, 8);
    const host = node.host({ objects, hooks: "clsact", verifyMs: NEVER_MS });
    await node.tc("qdisc", "add", "dev", "p8", "ingress");
    const status = await host.open();
    assert.equal(status.state, "degraded");
    assert.match(
      status.problem,
      /^tc_pod_ingress on p8: netlinkRequest: E[A-Z]+; tc_pod_egress on p8: /,
    );
    await countsAgain(host);
    await host.kill();
  });
});
