/**
 * What pods, outsiders and the host send to frontends, and what comes back, where the stack
 * delivers.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ExtentFlags } from "../../agent/maps/abi.gen.ts";
import { DEVICE, MAC } from "./bench.ts";
import { buildPacket, type Packet, TCP } from "./packet.ts";
import { answerTo, PLACES, refusalOf, Scene, type Step } from "./scene.ts";
import type { BackendGiven, ServiceIds } from "./tables.ts";

const { EXTENT_F_EXTERNAL_LOCAL, EXTENT_F_HAS_ENDPOINTS, EXTENT_F_INTERNAL_LOCAL } = ExtentFlags;
const NODE_PORT = 30_080;
const FIRST_SNAT_PORT = 61_000;

let scene: Scene;
before(async () => {
  scene = await Scene.open({ delivery: "stack" });
});
beforeEach(() => scene.reset());
after(() => scene.bench.close());

for (const family of [4, 6] as const) {
  for (const transport of ["udp", "tcp"] as const) {
    describe(`IPv${family}, ${transport}`, () => cases(family, transport));
  }
}

function cases(family: 4 | 6, transport: "udp" | "tcp"): void {
  const at = PLACES[family];
  const here: BackendGiven = { address: at.pod2, port: 8080, local: true };
  const there: BackendGiven = { address: at.remotePod, port: 8080 };
  const request = (source: string, destination: string, destinationPort: number): Packet => ({
    family,
    transport,
    source,
    sourcePort: 40_000,
    destination,
    destinationPort,
    flags: TCP.syn,
  });
  const toClusterIp = request(at.pod1, at.clusterIp, 80);
  const toNodePort = request(at.outside, at.node, NODE_PORT);
  const toLoadBalancer = request(at.outside, at.loadBalancer, 80);
  const turnedTo = (packet: Packet, backend: BackendGiven): Packet => ({
    ...packet,
    destination: backend.address,
    destinationPort: backend.port,
  });

  const serve = (
    lists: { cluster?: BackendGiven[]; local?: BackendGiven[]; flags?: number } = {},
  ): Promise<ServiceIds> =>
    scene.tables.service({
      family,
      frontends: [
        { kind: "ClusterIP", address: at.clusterIp, port: 80, protocol: transport },
        { kind: "LoadBalancer", address: at.loadBalancer, port: 80, protocol: transport },
        { kind: "NodePort", address: at.any, port: NODE_PORT, protocol: transport },
      ],
      cluster: lists.cluster ?? [],
      local: lists.local ?? [],
      flags: lists.flags ?? EXTENT_F_HAS_ENDPOINTS,
    });
  const steps = async (list: readonly Step[]): Promise<void> => {
    for (const step of list) await scene.send(step);
  };

  test("pod to a cluster IP: the backend sees the pod, the pod sees the frontend", async () => {
    await serve({ cluster: [here] });
    const turned = turnedTo(toClusterIp, here);
    const answer = { ...answerTo(turned), flags: TCP.syn | TCP.ack };
    await steps([
      { hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out: turned },
      { hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out: turned },
      // The backend's device lets the answer be: it is turned back where it leaves.
      { hook: "pod_ingress", device: DEVICE.pod2, packet: answer, verdict: "pass" },
      {
        hook: "pod_egress",
        packet: answer,
        verdict: "pass",
        out: { ...answerTo(toClusterIp), flags: TCP.syn | TCP.ack },
      },
    ]);
  });

  test("pod to a backend on another node: the answer passes the node's device as is", async () => {
    await serve({ cluster: [there] });
    const turned = turnedTo(toClusterIp, there);
    await steps([
      { hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out: turned },
      { hook: "node_egress", packet: turned, verdict: "pass" },
      { hook: "node_ingress", packet: answerTo(turned), verdict: "pass" },
      {
        hook: "pod_egress",
        packet: answerTo(turned),
        verdict: "pass",
        out: answerTo(toClusterIp),
      },
    ]);
  });

  test("pod to its own node's node port, and to a load balancer's address", async () => {
    await serve({ cluster: [here] });
    const own = request(at.pod1, at.node, NODE_PORT);
    const balancer = { ...request(at.pod1, at.loadBalancer, 80), sourcePort: 40_001 };
    await steps([
      { hook: "pod_ingress", packet: own, verdict: "pass", out: turnedTo(own, here) },
      { hook: "pod_ingress", packet: balancer, verdict: "pass", out: turnedTo(balancer, here) },
    ]);
  });

  test("pod to itself: it sees the node, which turns the answer back at once", async () => {
    await serve({ cluster: [{ address: at.pod1, port: 8080, local: true }] });
    const turned: Packet = {
      ...toClusterIp,
      source: at.node,
      sourcePort: FIRST_SNAT_PORT,
      destination: at.pod1,
      destinationPort: 8080,
      hopLimit: 63,
    };
    await steps([
      { hook: "pod_ingress", packet: toClusterIp, verdict: "redirect", out: turned },
      {
        hook: "pod_ingress",
        packet: { ...answerTo(turned), hopLimit: 64 },
        verdict: "redirect",
        out: { ...answerTo(toClusterIp), hopLimit: 63 },
      },
    ]);
  });

  test("outside to a node port with the backend here: the client's address is kept", async () => {
    await serve({ cluster: [here] });
    const turned = turnedTo(toNodePort, here);
    await steps([
      { hook: "node_ingress", packet: toNodePort, verdict: "pass", out: turned },
      { hook: "pod_egress", device: DEVICE.pod2, packet: turned, verdict: "pass" },
      { hook: "pod_ingress", device: DEVICE.pod2, packet: answerTo(turned), verdict: "pass" },
      {
        hook: "node_egress",
        packet: answerTo(turned),
        verdict: "pass",
        out: answerTo(toNodePort),
      },
    ]);
  });

  test("outside to a backend on another node: by the node's own address, and back", async () => {
    await serve({ cluster: [there] });
    const turned: Packet = {
      ...turnedTo(toNodePort, there),
      source: at.node,
      sourcePort: FIRST_SNAT_PORT,
      hopLimit: 63,
    };
    await steps([
      { hook: "node_ingress", packet: toNodePort, verdict: "redirect", out: turned },
      { hook: "node_egress", packet: turned, verdict: "pass" },
      {
        hook: "node_ingress",
        packet: { ...answerTo(turned), hopLimit: 61 },
        verdict: "redirect",
        out: { ...answerTo(toNodePort), hopLimit: 60 },
      },
    ]);
  });

  test("outside to a backend that is the node's own process: up the stack, and back", async () => {
    const process: BackendGiven = { address: at.node, port: 8080, local: true };
    await serve({ cluster: [process] });
    const turned = turnedTo(toLoadBalancer, process);
    await steps([
      { hook: "node_ingress", packet: toLoadBalancer, verdict: "pass", out: turned },
      {
        hook: "node_egress",
        packet: answerTo(turned),
        verdict: "pass",
        out: answerTo(toLoadBalancer),
      },
    ]);
  });

  test("the host to a frontend: sent anew, the answer comes up from where it left", async () => {
    await serve({ cluster: [there] });
    const packet = request(at.node, at.clusterIp, 80);
    const turned = turnedTo(packet, there);
    await steps([
      { hook: "node_egress", packet, verdict: "redirect", out: turned },
      { hook: "node_ingress", packet: answerTo(turned), verdict: "pass", out: answerTo(packet) },
    ]);
  });

  test("the host to a pod here: the answer is taken to the device of the frontend", async () => {
    await serve({ cluster: [here] });
    const packet = request(at.node, at.clusterIp, 80);
    const turned = turnedTo(packet, here);
    await steps([
      { hook: "node_egress", packet, verdict: "redirect", out: turned },
      {
        hook: "pod_ingress",
        device: DEVICE.pod2,
        packet: { ...answerTo(turned), toMac: "02:00:00:00:00:77" },
        verdict: "redirect",
        out: { ...answerTo(packet), toMac: MAC },
      },
    ]);
  });

  test("the host to itself: the frontend stands for the client, both ways", async () => {
    await serve({ cluster: [{ address: at.node, port: 8080, local: true }] });
    const packet = request(at.node, at.clusterIp, 80);
    const turned: Packet = {
      ...packet,
      source: at.clusterIp,
      sourcePort: FIRST_SNAT_PORT,
      destination: at.node,
      destinationPort: 8080,
      toMac: MAC,
    };
    await steps([
      { hook: "node_egress", packet, verdict: "redirect", out: turned },
      { hook: "node_ingress", packet: turned, verdict: "pass" },
      { hook: "node_egress", packet: answerTo(turned), verdict: "redirect", out: answerTo(packet) },
    ]);
  });

  test("no endpoint anywhere: refused, whatever the policy", async () => {
    const flags = EXTENT_F_INTERNAL_LOCAL | EXTENT_F_EXTERNAL_LOCAL;
    await serve({ flags });
    const refused = (hook: Step["hook"], packet: Packet): Step => ({
      hook,
      packet,
      verdict: "redirect",
      drop: "DROP_REFUSED",
      out: refusalOf(packet),
    });
    await steps([
      refused("pod_ingress", toClusterIp),
      refused("node_ingress", toNodePort),
      refused("node_ingress", toLoadBalancer),
      refused("node_egress", request(at.node, at.clusterIp, 80)),
      refused("pod_ingress", { ...toClusterIp, payload: "a".repeat(601) }),
      refused("pod_ingress", { ...toClusterIp, payload: "", sequence: 0xffff_fffe }),
    ]);
  });

  test("a refusal is not sent to many, nor an error about a datagram with options", async () => {
    await serve({ flags: 0 });
    const silence = { verdict: "drop", drop: "DROP_REFUSED" } as const;
    const group = family === 4 ? "224.0.0.1" : "ff02::1";
    const options = family === 4 ? { options: 4 } : { extensions: [60] };
    const sources = [group, at.any, ...(family === 4 ? ["255.255.255.255"] : [])];
    for (const source of sources) {
      await scene.send({ hook: "pod_ingress", packet: { ...toClusterIp, source }, ...silence });
    }
    const packet = { ...toClusterIp, ...options };
    const reset = {
      verdict: "redirect",
      drop: "DROP_REFUSED",
      out: refusalOf(toClusterIp),
    } as const;
    const end = transport === "udp" ? silence : reset;
    await scene.send({ hook: "pod_ingress", packet, ...end });
  });

  test("policy Local without an endpoint here: silence outside, the list inside", async () => {
    await serve({ cluster: [there], flags: EXTENT_F_EXTERNAL_LOCAL | EXTENT_F_HAS_ENDPOINTS });
    const inside = request(at.pod1, at.loadBalancer, 80);
    const silence = { verdict: "drop", drop: "DROP_NO_LOCAL_ENDPOINT" } as const;
    await steps([
      { hook: "node_ingress", packet: toNodePort, ...silence },
      { hook: "node_ingress", packet: toLoadBalancer, ...silence },
      { hook: "pod_ingress", packet: inside, verdict: "pass", out: turnedTo(inside, there) },
      {
        hook: "pod_ingress",
        packet: { ...toClusterIp, sourcePort: 40_002 },
        verdict: "pass",
        out: { ...turnedTo(toClusterIp, there), sourcePort: 40_002 },
      },
    ]);
  });

  test("internal policy Local: a cluster IP's list is the node's, for whoever calls", async () => {
    const flags = EXTENT_F_INTERNAL_LOCAL | EXTENT_F_HAS_ENDPOINTS;
    const service = await serve({ cluster: [there], local: [here], flags });
    await scene.send({
      hook: "pod_ingress",
      packet: toClusterIp,
      verdict: "pass",
      out: turnedTo(toClusterIp, here),
    });
    await scene.tables.change(service, { cluster: [there], flags });
    const packet = { ...toClusterIp, sourcePort: 40_003 };
    const silence = { verdict: "drop", drop: "DROP_NO_LOCAL_ENDPOINT" } as const;
    await scene.send({ hook: "pod_ingress", packet, ...silence });
  });

  test("what is no frontend's passes every hook unchanged", async () => {
    await serve({ cluster: [here] });
    const packets = [
      request(at.pod1, at.clusterIp, 81),
      request(at.pod1, at.pod2, 80),
      request(at.outside, at.loadBalancer, NODE_PORT),
      request(at.outside, at.node, 80),
      { ...toClusterIp, transport: transport === "udp" ? "tcp" : "udp" } as const,
    ];
    for (const packet of packets) {
      await steps([
        { hook: "pod_ingress", packet, verdict: "pass" },
        { hook: "pod_egress", packet, verdict: "pass" },
        { hook: "node_ingress", packet, verdict: "pass" },
        { hook: "node_egress", packet, verdict: "pass" },
      ]);
    }
  });

  test("flows, packets and bytes are counted for the owner of the state alone", async () => {
    const service = await serve({ cluster: [here] });
    const turned = turnedTo(toClusterIp, here);
    const bytes = buildPacket(toClusterIp).length;
    const exchange: Step[] = [
      { hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out: turned },
      { hook: "pod_ingress", packet: toClusterIp, verdict: "pass", out: turned },
      {
        hook: "pod_egress",
        packet: answerTo(turned),
        verdict: "pass",
        out: answerTo(toClusterIp),
      },
    ];
    await steps(exchange);
    const expected = { flows: 1, packets: 3, bytes: 3 * bytes };
    assert.deepEqual(await scene.tables.counters(service), expected);
    await scene.tables.giveAway(service);
    await steps(exchange.slice(1));
    assert.deepEqual(await scene.tables.counters(service), { flows: 0, packets: 0, bytes: 0 });
  });
}
