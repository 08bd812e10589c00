/** How flows begin, go on, collide and end. Delivery by the stack; the clock is the test's. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ExtentFlags, FlowKind } from "../../agent/maps/abi.gen.ts";
import { DEVICE } from "./bench.ts";
import { type Packet, TCP } from "./packet.ts";
import { answerTo, PLACES, refusalOf, Scene, type Step } from "./scene.ts";
import type { BackendGiven, ServiceIds } from "./tables.ts";

const FIRST_SNAT_PORT = 61_000;
/** The first that is tried once the client's own port was found taken. */
const ASIDE_PORT = 61_001;
const SNAT_PORTS = 4;
/** Ticks: include/flow.h. */
const LIFE = { unanswered: 60, udp: 180, established: 86_400, closed: 60 };
const { syn, ack, fin, rst } = TCP;

let scene: Scene;
before(async () => {
  scene = await Scene.open({ delivery: "stack" });
});
beforeEach(() => scene.reset());
after(() => scene.bench.close());

for (const family of [4, 6] as const) describe(`IPv${family}`, () => cases(family));

function cases(family: 4 | 6): void {
  const at = PLACES[family];
  const one: BackendGiven = { address: at.pod2, port: 8080, local: true };
  const two: BackendGiven = { address: at.remotePod, port: 8080 };
  const datagram: Packet = {
    family,
    transport: "udp",
    source: at.pod1,
    sourcePort: 40_000,
    destination: at.clusterIp,
    destinationPort: 80,
  };
  const segment = (flags: number): Packet => ({ ...datagram, transport: "tcp", flags });
  const turned = (packet: Packet, { address, port }: BackendGiven = one): Packet => ({
    ...packet,
    destination: address,
    destinationPort: port,
  });

  const serve = (
    protocol: "udp" | "tcp",
    cluster: BackendGiven[],
    address = at.clusterIp,
  ): Promise<ServiceIds> =>
    scene.tables.service({
      family,
      frontends: [{ kind: "ClusterIP", address, port: 80, protocol }],
      cluster,
      flags: ExtentFlags.EXTENT_F_HAS_ENDPOINTS,
    });
  const send = (packet: Packet, out: Packet): Promise<void> =>
    scene.send({ hook: "pod_ingress", packet, verdict: "pass", out });
  const answer = (packet: Packet, out: Packet): Promise<void> =>
    scene.send({ hook: "pod_egress", packet, verdict: "pass", out });
  const isDropped = (packet: Packet, drop: NonNullable<Step["drop"]>): Promise<void> =>
    scene.send({ hook: "pod_ingress", packet, verdict: "drop", drop });
  const forget = (kind: number): Promise<void> => scene.tables.deleteFlows(family, kind);
  const kinds = async (): Promise<number[]> =>
    (await scene.tables.flows(family)).map(({ flow }) => flow.head.kind).toSorted((a, b) => a - b);

  test("the pair carries what the choice was made from", async () => {
    const service = await serve("udp", [one]);
    await send(datagram, turned(datagram));
    const flows = await scene.tables.flows(family);
    assert.equal(flows.length, 2);
    for (const { flow } of flows) {
      assert.equal(flow.head.state, service.state);
      assert.equal(flow.head.owner, service.owner);
      assert.equal(flow.head.backend, service.cluster[0]?.cell);
      assert.equal(flow.head.generation, service.cluster[0]?.generation);
      assert.equal(flow.head.stamp, 1000);
    }
  });

  for (const [what, spoil] of [
    ["is of another generation", (slot: { cell: number }) => ({ ...slot, generation: 8 })],
    ["is not usable", undefined],
  ] as const) {
    test(`UDP goes to another backend when its own ${what}`, async () => {
      const service = await serve("udp", [one]);
      await send(datagram, turned(datagram));
      await scene.tables.change(service, { cluster: [two] });
      await send(datagram, turned(datagram));
      const [slot] = service.cluster;
      assert.ok(slot);
      await scene.tables.backend(family, spoil ? spoil(slot) : slot, {
        ...one,
        usable: spoil !== undefined,
      });
      await send(datagram, turned(datagram, two));
      await answer(answerTo(turned(datagram, two)), answerTo(datagram));
      // What the earlier one still answers is the frontend's, too.
      await answer(answerTo(turned(datagram)), answerTo(datagram));
    });
  }

  test("UDP without a usable backend any more is refused, and comes back", async () => {
    const service = await serve("udp", [one]);
    await send(datagram, turned(datagram));
    const gone = await scene.tables.change(service, {});
    const [slot] = service.cluster;
    assert.ok(slot);
    await scene.tables.backend(family, slot, { ...one, usable: false });
    await scene.send({
      hook: "pod_ingress",
      packet: datagram,
      verdict: "redirect",
      drop: "DROP_REFUSED",
      out: refusalOf(datagram),
    });
    await scene.tables.change(gone, { cluster: [two] });
    await send(datagram, turned(datagram, two));
  });

  test("TCP stays with a backend that was removed, a new connection does not", async () => {
    const service = await serve("tcp", [one]);
    await send(segment(syn), turned(segment(syn)));
    await answer(answerTo(turned(segment(syn | ack))), answerTo(segment(syn | ack)));
    await scene.tables.change(service, { cluster: [two] });
    const [slot] = service.cluster;
    assert.ok(slot);
    await scene.tables.backend(family, slot, { ...one, usable: false });
    await send(segment(ack), turned(segment(ack)));
    await send(segment(syn), turned(segment(syn), two));
  });

  test("TCP that begins nothing and is of no flow is dropped", async () => {
    await serve("tcp", [one]);
    for (const flags of [ack, syn | ack, fin | ack, rst, 0]) {
      await isDropped(segment(flags), "DROP_TCP_NO_FLOW");
    }
    assert.deepEqual(await kinds(), []);
  });

  test("a connection that has ended gives its tuple to the next", async () => {
    const service = await serve("tcp", [one]);
    const again = async (): Promise<void> => {
      await scene.tables.change(service, { cluster: [two] });
      await send(segment(syn), turned(segment(syn), two));
    };
    await send(segment(syn), turned(segment(syn)));
    await answer(answerTo(turned(segment(syn | ack))), answerTo(segment(syn | ack)));
    await send(segment(fin | ack), turned(segment(fin | ack)));
    await send(segment(syn), turned(segment(syn)));
    await answer(answerTo(turned(segment(fin | ack))), answerTo(segment(fin | ack)));
    await send(segment(ack), turned(segment(ack)));
    await again();
  });

  test("a reset from either side ends a connection", async () => {
    const service = await serve("tcp", [one]);
    await send(segment(syn), turned(segment(syn)));
    await answer(answerTo(turned(segment(rst | ack))), answerTo(segment(rst | ack)));
    const changed = await scene.tables.change(service, { cluster: [two] });
    await send(segment(syn), turned(segment(syn), two));
    await send(segment(rst), turned(segment(rst), two));
    await scene.tables.change(changed, { cluster: [one] });
    await send(segment(syn), turned(segment(syn)));
  });

  for (const [what, life, prepare] of [
    ["an unanswered datagram", LIFE.unanswered, []],
    ["an answered dialog", LIFE.udp, ["answer"]],
  ] as const) {
    test(`${what} is forgotten ${life} ticks after its last packet`, async () => {
      const service = await serve("udp", [one]);
      await send(datagram, turned(datagram));
      for (const _ of prepare) await answer(answerTo(turned(datagram)), answerTo(datagram));
      await scene.tables.change(service, { cluster: [two] });
      await scene.later(life);
      await send(datagram, turned(datagram));
      await scene.later(life + 1);
      await send(datagram, turned(datagram, two));
    });
  }

  test("established TCP outlives a day's silence, a closed one a minute's", async () => {
    await serve("tcp", [one]);
    await send(segment(syn), turned(segment(syn)));
    await answer(answerTo(turned(segment(syn | ack))), answerTo(segment(syn | ack)));
    await scene.later(LIFE.established);
    await send(segment(ack), turned(segment(ack)));
    await send(segment(rst), turned(segment(rst)));
    await scene.later(LIFE.closed);
    await send(segment(ack), turned(segment(ack)));
    await scene.later(LIFE.closed + 1);
    await isDropped(segment(ack), "DROP_TCP_NO_FLOW");
  });

  test("a lost reply is made again by the request, a lost request by the reply", async () => {
    await serve("tcp", [one]);
    await send(segment(syn), turned(segment(syn)));
    await forget(FlowKind.FLOW_REPLY);
    await send(segment(ack), turned(segment(ack)));
    assert.deepEqual(await kinds(), [FlowKind.FLOW_REQUEST]);
    await scene.later(1);
    await send(segment(ack), turned(segment(ack)));
    assert.deepEqual(await kinds(), [FlowKind.FLOW_REQUEST, FlowKind.FLOW_REPLY]);
    await answer(answerTo(turned(segment(ack))), answerTo(segment(ack)));
    await forget(FlowKind.FLOW_REQUEST);
    await scene.later(1);
    await answer(answerTo(turned(segment(ack))), answerTo(segment(ack)));
    await send(segment(ack), turned(segment(ack)));
  });

  test("one client's flows to one backend by two frontends have ports of their own", async () => {
    await serve("udp", [one]);
    await serve("udp", [one], at.otherClusterIp);
    const other = { ...datagram, destination: at.otherClusterIp };
    const otherTurned = { ...turned(other), sourcePort: ASIDE_PORT };
    await send(datagram, turned(datagram));
    await send(other, otherTurned);
    await answer(answerTo(turned(datagram)), answerTo(datagram));
    await answer(answerTo(otherTurned), answerTo(other));
  });

  test("a direct datagram to the backend of a flow has a port of its own", async () => {
    await serve("udp", [one]);
    const direct = { ...datagram, destination: one.address, destinationPort: one.port };
    const aside = { ...direct, sourcePort: ASIDE_PORT };
    await send(direct, direct);
    await send(datagram, turned(datagram));
    await send(direct, aside);
    await answer(answerTo(aside), answerTo(direct));
    await answer(answerTo(turned(datagram)), answerTo(datagram));
  });

  test("a reply's key that was lost to another flow is never answered for", async () => {
    await serve("udp", [one]);
    await serve("udp", [one], at.otherClusterIp);
    const other = { ...datagram, destination: at.otherClusterIp };
    await send(datagram, turned(datagram));
    await forget(FlowKind.FLOW_REPLY);
    await send(other, turned(other));
    await scene.later(1);
    await isDropped(datagram, "DROP_FLOW_COLLISION");
    await send(datagram, { ...turned(datagram), sourcePort: ASIDE_PORT });
    await answer(answerTo(turned(other)), answerTo(other));
  });

  test("source ports of the node: as many flows as there are, then a counted drop", async () => {
    await serve("udp", [two]);
    const from = (sourcePort: number): Packet => ({ ...datagram, source: at.outside, sourcePort });
    for (let index = 0; index < SNAT_PORTS; index++) {
      const snat = { source: at.node, sourcePort: FIRST_SNAT_PORT + index, hopLimit: 63 };
      await scene.send({
        hook: "node_ingress",
        packet: from(index + 1),
        verdict: "redirect",
        out: { ...turned(from(index + 1), two), ...snat },
      });
    }
    const packet = from(SNAT_PORTS + 1);
    await scene.send({
      hook: "node_ingress",
      packet,
      verdict: "drop",
      drop: "DROP_SNAT_EXHAUSTED",
    });
    await scene.later(LIFE.unanswered + 1);
    const snat = { source: at.node, sourcePort: FIRST_SNAT_PORT, hopLimit: 63 };
    const out = { ...turned(packet, two), ...snat };
    await scene.send({ hook: "node_ingress", packet, verdict: "redirect", out });
  });

  test("to a reserved port without a flow: dropped, not given to the host's stack", async () => {
    const packet = (destinationPort: number): Packet => ({
      ...segment(syn | ack),
      source: at.remotePod,
      destination: at.node,
      destinationPort,
    });
    const last = FIRST_SNAT_PORT + SNAT_PORTS - 1;
    const drop = { verdict: "drop", drop: "DROP_SNAT_NO_FLOW" } as const;
    for (const hook of ["node_ingress", "pod_ingress"] as const) {
      await scene.send({ hook, packet: packet(FIRST_SNAT_PORT), ...drop });
      await scene.send({ hook, packet: packet(last), ...drop });
      await scene.send({ hook, packet: packet(FIRST_SNAT_PORT - 1), verdict: "pass" });
      await scene.send({ hook, packet: packet(last + 1), verdict: "pass" });
    }
    const elsewhere = { ...packet(FIRST_SNAT_PORT), destination: at.pod1 };
    await scene.send({ hook: "node_ingress", packet: elsewhere, verdict: "pass" });
  });

  test("a frontend under a foreign tag, a torn flow: a counted drop, a new beginning", async () => {
    const service = await serve("udp", [one]);
    const frontend = { kind: "ClusterIP", address: at.otherClusterIp, port: 80 } as const;
    await scene.tables.frontend(family, { ...frontend, protocol: "udp" }, service.state, 1);
    await isDropped({ ...datagram, destination: at.otherClusterIp }, "DROP_LOOKUP_RACE");
    await send(datagram, turned(datagram));
    await scene.tables.change(service, { cluster: [two] });
    await scene.tables.spoilFlows(family);
    await send(datagram, turned(datagram, two));
  });

  test("a chain of tables that does not fit: a counted drop", async () => {
    const service = await serve("udp", [one]);
    const [slot] = service.cluster;
    assert.ok(slot);
    await scene.tables.backend(family, { ...slot, generation: 6 }, one);
    await isDropped(datagram, "DROP_LOOKUP_RACE");
    await scene.tables.backend(family, slot, { ...one, usable: false });
    await isDropped(datagram, "DROP_LOOKUP_RACE");
    await scene.tables.backend(family, slot, one);
    await scene.tables.pointState(service, 0);
    await isDropped(datagram, "DROP_LOOKUP_RACE");
    const other = await serve("udp", [two], at.otherClusterIp);
    await scene.tables.pointState(service, await scene.tables.stateBase(other));
    await isDropped(datagram, "DROP_LOOKUP_RACE");
  });

  test("another device's answer is no different; an unknown one passes", async () => {
    await serve("udp", [one]);
    await send(datagram, turned(datagram));
    const unknown = { ...answerTo(turned(datagram)), sourcePort: 8081 };
    await scene.send({ hook: "pod_egress", packet: unknown, verdict: "pass" });
    await scene.send({ hook: "node_egress", packet: unknown, verdict: "pass" });
    await scene.send({
      hook: "pod_ingress",
      device: DEVICE.pod2,
      packet: unknown,
      verdict: "pass",
    });
  });
}
