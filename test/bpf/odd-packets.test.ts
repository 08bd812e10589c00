/**
 * Packets that are cut, contradict themselves, or carry what is not looked through: never a changed
 * byte on one that is dropped or passed, never a wrong one on one that is translated.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ExtentFlags } from "../../agent/maps/abi.gen.ts";
import { contextBytes, DEVICE } from "./bench.ts";
import { buildPacket, type Packet, TCP } from "./packet.ts";
import { answerTo, PLACES, Scene } from "./scene.ts";
import { assertPacket } from "./dissect.ts";

const HOOKS = ["pod_ingress", "pod_egress", "node_ingress", "node_egress"] as const;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const DESTINATION_OPTIONS = 60;

let scene: Scene;
before(async () => {
  scene = await Scene.open({ delivery: "stack" });
});
beforeEach(() => scene.reset());
after(() => scene.bench.close());

for (const family of [4, 6] as const) describe(`IPv${family}`, () => cases(family));
describe("IPv4 alone", cases4);
describe("IPv6 alone", cases6);

async function serve(family: 4 | 6): Promise<void> {
  const at = PLACES[family];
  await scene.tables.service({
    family,
    frontends: (["udp", "tcp", "sctp"] as const).map((protocol) => ({
      kind: "ClusterIP",
      address: at.clusterIp,
      port: 80,
      protocol,
    })),
    cluster: [{ address: at.pod2, port: 8080, local: true }],
    flags: ExtentFlags.EXTENT_F_HAS_ENDPOINTS,
  });
}

function request(family: 4 | 6, transport: Packet["transport"]): Packet {
  const at = PLACES[family];
  return {
    family,
    transport,
    source: at.pod1,
    sourcePort: 40_000,
    destination: at.clusterIp,
    destinationPort: 80,
    flags: TCP.syn,
  };
}

function turned(packet: Packet): Packet {
  return { ...packet, destination: PLACES[packet.family].pod2, destinationPort: 8080 };
}

/** Every hook lets the packet pass as it is. */
async function passes(packet: Packet | Uint8Array): Promise<void> {
  for (const hook of HOOKS) await scene.send({ hook, packet, verdict: "pass" });
}

function edited(packet: Packet, edit: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = buildPacket(packet);
  edit(bytes);
  return bytes;
}

function cases(family: 4 | 6): void {
  const network = 14;
  const transportAt = network + (family === 4 ? 20 : 40);

  for (const transport of ["udp", "tcp"] as const) {
    test(`${transport} cut at each byte passes as it is`, async () => {
      await serve(family);
      const whole = buildPacket(request(family, transport));
      // The kernel takes no frame without a whole header of its kind for a test run.
      for (let length = 15; length < whole.length; length++) {
        const data = whole.slice(0, length);
        const run = { program: "tc_pod_ingress", data, context: contextBytes({ ifindex: 20 }) };
        const answer = await scene.bench.run(run).catch((error: unknown) => String(error));
        if (typeof answer === "string") {
          assert.match(answer, /EINVAL/);
          assert.ok(length < transportAt, `refused at ${length}`);
          continue;
        }
        assert.equal(answer.verdict, -1, `verdict of ${length} bytes`);
        assertPacket(answer.data, data, `${length} bytes`);
      }
      assert.deepEqual(await scene.tables.flows(family), []);
    });
  }

  test("wrong lengths and versions pass as they are", async () => {
    await serve(family);
    const udp = request(family, "udp");
    const tcp = request(family, "tcp");
    const set16 = (at: number, value: number) => (bytes: Uint8Array) =>
      new DataView(bytes.buffer).setUint16(at, value);
    const lengthAt = family === 4 ? network + 2 : network + 4;
    const inIp = family === 4 ? 20 + 8 + 4 : 8 + 4;
    for (const packet of [
      edited(udp, set16(lengthAt, inIp + 1)),
      edited(udp, set16(lengthAt, 0xffff)),
      edited(udp, set16(lengthAt, inIp - 12 + 7)),
      edited(udp, set16(transportAt + 4, 7)),
      edited(udp, set16(transportAt + 4, 13)),
      edited(tcp, (bytes) => bytes.fill(0x40, transportAt + 12, transportAt + 13)),
      edited(tcp, (bytes) => bytes.fill(0x70, transportAt + 12, transportAt + 13)),
      edited(udp, (bytes) => bytes.fill(0x55, network, network + 1)),
    ]) {
      await passes(packet);
    }
    assert.deepEqual(await scene.tables.flows(family), []);
  });

  test("a frame longer than its packet is translated, its padding kept", async () => {
    await serve(family);
    const packet = request(family, "udp");
    const pad = (bytes: Uint8Array): Uint8Array => Uint8Array.of(...bytes, 0xaa, 0xbb);
    const answer = await scene.bench.run({
      program: "tc_pod_ingress",
      data: pad(buildPacket(packet)),
      context: contextBytes({ ifindex: DEVICE.pod1 }),
    });
    assertPacket(answer.data, pad(buildPacket(turned(packet))));
  });

  test("ICMP, and a protocol that is not known, pass", async () => {
    await serve(family);
    await passes(request(family, "icmp"));
    const protocolAt = family === 4 ? network + 9 : network + 6;
    await passes(
      edited(request(family, "udp"), (bytes) => bytes.fill(47, protocolAt, protocolAt + 1)),
    );
  });

  test("SCTP to a frontend is dropped, else passes", async () => {
    await serve(family);
    const packet = request(family, "sctp");
    await scene.send({ hook: "pod_ingress", packet, verdict: "drop", drop: "DROP_PROTOCOL" });
    await passes({ ...packet, destinationPort: 81 });
  });

  test("a first fragment to a frontend or of a reply is dropped, a later one passes", async () => {
    await serve(family);
    const packet = request(family, "udp");
    const first = { offset: 0, more: true };
    const drop = { verdict: "drop", drop: "DROP_FRAGMENT" } as const;
    await scene.send({ hook: "pod_ingress", packet: { ...packet, fragment: first }, ...drop });
    await passes({ ...packet, fragment: { offset: 8, more: true } });
    await passes({ ...packet, fragment: { offset: 16, more: false } });
    await passes({ ...packet, destinationPort: 81, fragment: first });
    await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
    await scene.send({ hook: "pod_ingress", packet: { ...packet, fragment: first }, ...drop });
    const reply = { ...answerTo(turned(packet)), fragment: first };
    await scene.send({ hook: "pod_ingress", device: DEVICE.pod2, packet: reply, verdict: "pass" });
    await scene.send({ hook: "pod_egress", packet: reply, ...drop });
  });

  test("a packet of many segments is translated and counted as that many", async () => {
    await serve(family);
    const packet = { ...request(family, "tcp"), payload: "x".repeat(3000) };
    await scene.send({
      hook: "pod_ingress",
      packet,
      context: { gsoSegments: 3, gsoSize: 1000 },
      verdict: "pass",
      out: turned(packet),
    });
  });

  test("a payload of any length keeps its checksum right", async () => {
    await serve(family);
    for (const [index, length] of [0, 1, 2, 3, 31, 64, 1399].entries()) {
      for (const transport of ["udp", "tcp"] as const) {
        const payload = "y".repeat(length);
        const packet = { ...request(family, transport), payload, sourcePort: 41_000 + index };
        await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
      }
    }
  });

  test("a frame of another kind passes", async () => {
    await serve(family);
    const vlan = edited(request(family, "udp"), (bytes) => bytes.set([0x81, 0x00], 12));
    await passes(vlan);
  });
}

function cases4(): void {
  test("options are kept and counted in the checksum", async () => {
    await serve(4);
    for (const options of [4, 20, 40]) {
      const packet = { ...request(4, "udp"), options, sourcePort: 42_000 + options };
      await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
      const segment = { ...request(4, "tcp"), options, sourcePort: 42_000 + options };
      await scene.send({
        hook: "pod_ingress",
        packet: segment,
        verdict: "pass",
        out: turned(segment),
      });
    }
  });

  test("a header length that contradicts the packet passes", async () => {
    await serve(4);
    for (let ihl = 0; ihl < 16; ihl++) {
      if (ihl === 5) continue;
      await passes(edited(request(4, "udp"), (bytes) => bytes.fill(0x40 | ihl, 14, 15)));
    }
    assert.deepEqual(await scene.tables.flows(4), []);
  });

  test("a datagram without a checksum stays without one", async () => {
    await serve(4);
    const packet = { ...request(4, "udp"), noChecksum: true };
    await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
  });
}

function cases6(): void {
  test("known extension headers are looked through", async () => {
    await serve(6);
    const chains = [[HOP_BY_HOP], [DESTINATION_OPTIONS], [HOP_BY_HOP, DESTINATION_OPTIONS]];
    for (const [index, extensions] of chains.entries()) {
      for (const transport of ["udp", "tcp"] as const) {
        const packet = { ...request(6, transport), extensions, sourcePort: 43_000 + index };
        await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
      }
    }
  });

  test("an atomic fragment is a whole packet", async () => {
    await serve(6);
    const packet = { ...request(6, "udp"), fragment: { offset: 0, more: false } };
    await scene.send({ hook: "pod_ingress", packet, verdict: "pass", out: turned(packet) });
  });

  test("a routing header, and more headers than are looked through, pass as they are", async () => {
    await serve(6);
    await passes({ ...request(6, "udp"), extensions: [ROUTING] });
    await passes({ ...request(6, "udp"), extensions: [HOP_BY_HOP, ROUTING] });
    await passes({ ...request(6, "udp"), extensions: Array<number>(5).fill(DESTINATION_OPTIONS) });
  });

  test("an extension header that says it is longer than the packet passes", async () => {
    await serve(6);
    for (const length of [1, 2, 16, 255]) {
      const packet = { ...request(6, "udp"), extensions: [DESTINATION_OPTIONS] };
      await passes(edited(packet, (bytes) => bytes.fill(length, 55, 56)));
    }
    assert.deepEqual(await scene.tables.flows(6), []);
  });
}
