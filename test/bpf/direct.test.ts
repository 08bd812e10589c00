/**
 * Direct delivery: what is routed past the host's stack, what is left to it, and why a packet can
 * not go.
 */
import { after, before, beforeEach, describe, test } from "node:test";
import { ExtentFlags } from "../../agent/maps/abi.gen.ts";
import { DEVICE } from "./bench.ts";
import { type Packet, TCP } from "./packet.ts";
import { answerTo, PLACES, Scene } from "./scene.ts";
import type { BackendGiven } from "./tables.ts";

const NODE_PORT = 30_080;
const FIRST_SNAT_PORT = 61_000;

let scene: Scene;
before(async () => {
  scene = await Scene.open({ delivery: "direct" });
});
beforeEach(() => scene.reset());
after(() => scene.bench.close());

for (const family of [4, 6] as const) describe(`IPv${family}`, () => cases(family));

function cases(family: 4 | 6): void {
  const at = PLACES[family];
  const here: BackendGiven = { address: at.pod2, port: 8080, local: true };
  const there: BackendGiven = { address: at.remotePod, port: 8080 };
  const datagram = (source: string, destination: string, destinationPort: number): Packet => ({
    family,
    transport: "udp",
    source,
    sourcePort: 40_000,
    destination,
    destinationPort,
  });
  const toClusterIp = datagram(at.pod1, at.clusterIp, 80);
  const toNodePort = datagram(at.outside, at.node, NODE_PORT);
  const turned = (packet: Packet, { address, port }: BackendGiven, hopLimit = 63): Packet => ({
    ...packet,
    destination: address,
    destinationPort: port,
    hopLimit,
  });
  const serve = (cluster: BackendGiven[]): Promise<unknown> =>
    scene.tables.service({
      family,
      frontends: [
        { kind: "ClusterIP", address: at.clusterIp, port: 80, protocol: "udp" },
        { kind: "NodePort", address: at.any, port: NODE_PORT, protocol: "udp" },
      ],
      cluster,
      flags: ExtentFlags.EXTENT_F_HAS_ENDPOINTS,
    });
  const hops = (packet: Packet, hopLimit: number): Packet => ({ ...packet, hopLimit });

  test("pod to pod here: both ways into the other's namespace, a hop less", async () => {
    await serve([here]);
    const out = turned(toClusterIp, here);
    await scene.send({ hook: "pod_ingress", packet: toClusterIp, verdict: "redirect", out });
    await scene.send({
      hook: "pod_ingress",
      device: DEVICE.pod2,
      packet: hops(answerTo(out), 64),
      verdict: "redirect",
      out: hops(answerTo(toClusterIp), 63),
    });
  });

  test("pod to a pod elsewhere: out of the node's device, the answer straight in", async () => {
    await serve([there]);
    const out = turned(toClusterIp, there);
    await scene.send({ hook: "pod_ingress", packet: toClusterIp, verdict: "redirect", out });
    await scene.send({ hook: "node_egress", packet: out, verdict: "pass" });
    await scene.send({
      hook: "node_ingress",
      packet: hops(answerTo(out), 62),
      verdict: "redirect",
      out: hops(answerTo(toClusterIp), 61),
    });
  });

  test("an answer that came by the stack all the same is turned back where it leaves", async () => {
    await serve([there]);
    const out = turned(toClusterIp, there);
    await scene.send({ hook: "pod_ingress", packet: toClusterIp, verdict: "redirect", out });
    await scene.send({
      hook: "pod_egress",
      packet: answerTo(out),
      verdict: "pass",
      out: hops(answerTo(toClusterIp), 63),
    });
  });

  test("outside to a pod here: straight in, and straight out from the frontend", async () => {
    await serve([here]);
    const out = turned(toNodePort, here);
    await scene.send({ hook: "node_ingress", packet: toNodePort, verdict: "redirect", out });
    await scene.send({
      hook: "pod_ingress",
      device: DEVICE.pod2,
      packet: hops(answerTo(out), 64),
      verdict: "redirect",
      out: hops(answerTo(toNodePort), 63),
    });
  });

  test("to a process of the node: up the stack", async () => {
    await serve([{ address: at.node, port: 8080, local: true }]);
    const out = turned(toClusterIp, { address: at.node, port: 8080 }, 64);
    await scene.send({ hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out });
    await scene.send({
      hook: "pod_egress",
      packet: answerTo(out),
      verdict: "pass",
      out: answerTo(toClusterIp),
    });
  });

  test("the last hop: a request is the stack's to answer, rewritten; SNAT is a drop", async () => {
    await serve([there]);
    const last = hops(toClusterIp, 1);
    const out = turned(toClusterIp, there, 1);
    await scene.send({ hook: "pod_ingress", packet: last, verdict: "pass", out });
    const reply = hops(answerTo(out), 1);
    await scene.send({ hook: "node_ingress", packet: reply, verdict: "pass" });
    await scene.send({
      hook: "node_ingress",
      packet: hops(toNodePort, 1),
      verdict: "drop",
      drop: "DROP_HOP_LIMIT",
    });
  });

  test("no route: a request is the stack's, rewritten; SNAT is a drop", async () => {
    const nowhere = { address: at.unroutable, port: 8080 };
    await serve([nowhere]);
    const out = turned(toClusterIp, nowhere, 64);
    await scene.send({ hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out });
    const drop = { verdict: "drop", drop: "DROP_UNROUTABLE" } as const;
    await scene.send({ hook: "node_ingress", packet: toNodePort, ...drop });
  });

  test("larger than the device: a request is the stack's, rewritten; SNAT is a drop", async () => {
    await serve([there]);
    const payload = "z".repeat(1600);
    const big = { ...toClusterIp, payload };
    const out = turned(big, there, 64);
    await scene.send({ hook: "pod_ingress", packet: big, verdict: "pass", out });
    const drop = { verdict: "drop", drop: "DROP_TOO_BIG" } as const;
    await scene.send({ hook: "node_ingress", packet: { ...toNodePort, payload }, ...drop });
    // One that the device is yet to cut into segments is not.
    await scene.send({
      hook: "node_ingress",
      packet: { ...toNodePort, payload, sourcePort: 40_001 },
      context: { gsoSegments: 2, gsoSize: 1000 },
      verdict: "redirect",
      out: {
        ...turned({ ...toNodePort, payload }, there),
        source: at.node,
        sourcePort: FIRST_SNAT_PORT + 1,
      },
    });
  });

  test("what is no service's goes between pods a hop less, and else by the stack", async () => {
    const between: Packet[] = [
      datagram(at.pod1, at.pod2, 9),
      { ...datagram(at.pod1, at.pod2, 9), transport: "tcp", flags: TCP.ack },
      { ...datagram(at.pod1, at.pod2, 9), transport: "icmp" },
      { ...datagram(at.pod1, at.pod2, 9), fragment: { offset: 8, more: false } },
      datagram(at.pod1, at.remotePod, 9),
    ];
    for (const packet of between) {
      const out = hops(packet, 63);
      await scene.send({ hook: "pod_ingress", packet, verdict: "redirect", out });
      await scene.send({ hook: "pod_egress", packet, verdict: "pass" });
      await scene.send({ hook: "node_egress", packet, verdict: "pass" });
      await scene.send({ hook: "pod_ingress", packet: hops(packet, 1), verdict: "pass" });
    }
    const arriving = datagram(at.remotePod, at.pod1, 9);
    const out = hops(arriving, 63);
    await scene.send({ hook: "node_ingress", packet: arriving, verdict: "redirect", out });
    // Neither a router for others nor a way around the rules for what is not a pod's.
    for (const packet of [datagram(at.outside, at.remotePod, 9), datagram(at.pod1, at.node, 9)]) {
      await scene.send({ hook: "node_ingress", packet, verdict: "pass" });
    }
    const abroad = datagram(at.pod1, at.outside, 9);
    await scene.send({ hook: "pod_ingress", packet: abroad, verdict: "pass" });
    const nowhere = datagram(at.pod1, at.unroutable, 9);
    await scene.send({ hook: "pod_ingress", packet: nowhere, verdict: "pass" });
  });

  test("a pod's answer to whoever is no pod goes the way that the question came", async () => {
    for (const [index, transport] of (["udp", "tcp"] as const).entries()) {
      for (const source of [at.outside, at.remoteNode]) {
        const question = {
          ...datagram(source, at.pod1, 9 + index),
          transport,
          flags: TCP.syn,
        };
        const answer = { ...answerTo(question), flags: TCP.syn | TCP.ack };
        await scene.send({ hook: "pod_ingress", packet: answer, verdict: "pass" });
        await scene.send({
          hook: "node_ingress",
          packet: question,
          verdict: "redirect",
          out: hops(question, 63),
        });
        await scene.send({
          hook: "pod_ingress",
          packet: answer,
          verdict: "redirect",
          out: hops(answer, 63),
        });
      }
    }
  });

  test("a service's flow finds the tuple of a direct one taken", async () => {
    const direct = { ...datagram(at.outside, here.address, here.port), hopLimit: 63 };
    await scene.send({
      hook: "node_ingress",
      packet: { ...direct, hopLimit: 64 },
      verdict: "redirect",
      out: direct,
    });
    await serve([here]);
    const out = { ...turned(toNodePort, here), sourcePort: FIRST_SNAT_PORT + 1 };
    await scene.send({ hook: "node_ingress", packet: toNodePort, verdict: "redirect", out });
    const answer = { hook: "pod_ingress", device: DEVICE.pod2, verdict: "redirect" } as const;
    await scene.send({
      ...answer,
      packet: hops(answerTo(direct), 64),
      out: hops(answerTo(direct), 63),
    });
    await scene.send({
      ...answer,
      packet: hops(answerTo(out), 64),
      out: hops(answerTo(toNodePort), 63),
    });
  });

  test("a pod reaches a neighbouring node's node port past the stack", async () => {
    await serve([here]);
    const packet = datagram(at.pod1, at.remoteNode, NODE_PORT);
    const out = hops(packet, 63);
    await scene.send({ hook: "pod_ingress", packet, verdict: "redirect", out });
    for (const other of [
      datagram(at.pod1, at.remoteNode, NODE_PORT + 1),
      datagram(at.pod1, at.outside, NODE_PORT),
    ]) {
      await scene.send({ hook: "pod_ingress", packet: other, verdict: "pass" });
    }
  });

  test("neighbour discovery keeps its hop limit", async () => {
    const packet: Packet = { ...datagram(at.pod1, at.pod2, 9), transport: "icmp", hopLimit: 255 };
    const routed = { verdict: "redirect", out: hops(packet, 254) } as const;
    const kept = { verdict: "pass" } as const;
    await scene.send({ hook: "pod_ingress", packet, ...(family === 6 ? kept : routed) });
  });
}

describe("a node without an address of its own", () => {
  before(() => scene.load({ delivery: "stack", nodeAddresses: false }));

  for (const family of [4, 6] as const) {
    test(`can not take the place of an IPv${family} client`, async () => {
      const at = PLACES[family];
      await scene.tables.service({
        family,
        frontends: [{ kind: "LoadBalancer", address: at.loadBalancer, port: 80, protocol: "tcp" }],
        cluster: [{ address: at.remotePod, port: 8080 }],
      });
      await scene.send({
        hook: "node_ingress",
        packet: {
          family,
          transport: "tcp",
          source: at.outside,
          sourcePort: 40_000,
          destination: at.loadBalancer,
          destinationPort: 80,
          flags: TCP.syn,
        },
        verdict: "drop",
        drop: "DROP_SNAT_NO_ADDRESS",
      });
    });
  }
});
