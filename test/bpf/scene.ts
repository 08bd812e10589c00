/**
 * Cases of packets: what is in the tables, then packets in, verdicts and whole packets out. Every
 * case is run for both families in the words of a place (node, pod1, outside, ...); what a step
 * does not expect must not happen.
 */
import assert from "node:assert/strict";
import { addressBytes } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";
import { DropReason, settings, SettingsFlags } from "../../agent/maps/abi.gen.ts";
import { type Bench, contextBytes, type Context, DEVICE, MAC, openBench } from "./bench.ts";
import { assertPacket } from "./dissect.ts";
import { buildPacket, FROM_MAC, macBytes, type Packet, TCP, TO_MAC } from "./packet.ts";
import { Tables, u32Bytes } from "./tables.ts";

export interface Places {
  readonly node: string;
  readonly pod1: string;
  readonly pod2: string;
  readonly remotePod: string;
  readonly remoteNode: string;
  /** Of a pod CIDR, with a blackhole route. */
  readonly unroutable: string;
  readonly outside: string;
  readonly clusterIp: string;
  readonly otherClusterIp: string;
  readonly loadBalancer: string;
  readonly any: string;
}

export const PLACES: { readonly [F in Family]: Places } = {
  4: {
    node: "172.30.0.1",
    pod1: "10.244.1.2",
    pod2: "10.244.1.3",
    remotePod: "10.244.2.2",
    remoteNode: "172.30.0.2",
    unroutable: "10.244.9.9",
    outside: "198.51.100.9",
    clusterIp: "10.96.0.10",
    otherClusterIp: "10.96.0.11",
    loadBalancer: "203.0.113.10",
    any: "0.0.0.0",
  },
  6: {
    node: "fd00:30::1",
    pod1: "fd00:244:1::2",
    pod2: "fd00:244:1::3",
    remotePod: "fd00:244:2::2",
    remoteNode: "fd00:30::2",
    unroutable: "fd00:244:9::9",
    outside: "2001:db8:51::9",
    clusterIp: "fd00:96::10",
    otherClusterIp: "fd00:96::11",
    loadBalancer: "2001:db8:113::10",
    any: "::",
  },
};

export type Hook = "pod_ingress" | "pod_egress" | "node_ingress" | "node_egress";
export type Drop = keyof typeof DropReason;

/** TC_ACT_UNSPEC, TC_ACT_SHOT, TC_ACT_REDIRECT */
const VERDICTS = { pass: -1, drop: 2, redirect: 7 } as const;
const SNAT_PORTS = { first: 61_000, last: 61_003 };
const NETNS_COOKIE = 1n;

export interface Step {
  readonly hook: Hook;
  /** Default: pod1 or the node's device, as the hook is. */
  readonly device?: number;
  readonly packet: Packet | Uint8Array;
  readonly verdict: keyof typeof VERDICTS;
  /**
   * Default: the packet as it came. Not looked at where it is dropped: then it must be unchanged.
   */
  readonly out?: Packet;
  /** Counted. */
  readonly drop?: Drop;
  readonly context?: Partial<Context>;
}

export interface SceneOptions {
  readonly delivery: "stack" | "direct";
  readonly snatPorts?: { readonly first: number; readonly last: number };
  /** Default true: the node has an address of each family. */
  readonly nodeAddresses?: boolean;
}

export class Scene {
  readonly bench: Bench;
  readonly tables: Tables;
  #ticks = 1000;
  #drops = new Map<number, number>();

  private constructor(bench: Bench) {
    this.bench = bench;
    this.tables = new Tables(bench);
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const scene = new Scene(await openBench());
    await scene.load(options);
    return scene;
  }

  /** Loads the programs anew, on empty maps. */
  async load({ delivery, snatPorts = SNAT_PORTS, nodeAddresses = true }: SceneOptions) {
    const pods = (list: string[][], size: number) =>
      Array.from({ length: 4 }, (_, index) => {
        const [address, mask] = list[index] ?? [];
        if (address === undefined || mask === undefined) {
          return { address: new Uint8Array(size), mask: new Uint8Array(size) };
        }
        return { address: addressBytes(address), mask: addressBytes(mask) };
      });
    const own = (address: string, size: number) =>
      nodeAddresses ? addressBytes(address) : new Uint8Array(size);
    const bytes = settings.encode({
      hostNetnsCookie: NETNS_COOKIE,
      node4: own(PLACES[4].node, 4),
      node6: own(PLACES[6].node, 16),
      flags: delivery === "direct" ? SettingsFlags.SETTINGS_F_DIRECT : 0,
      snatPortFirst: snatPorts.first,
      snatPortLast: snatPorts.last,
      pods4: pods([["10.244.0.0", "255.255.0.0"]], 4),
      pods6: pods([["fd00:244::", "ffff:ffff::"]], 16),
    });
    await this.bench.load("tc_test", { settings: bytes });
    this.#drops = new Map();
  }

  /**
   * Empty tables but for the node's own addresses and devices; clock and randomness as at the
   * start.
   */
  async reset(): Promise<void> {
    const { tables } = this;
    await tables.reset();
    for (const family of [4, 6] as const) {
      await tables.local(PLACES[family].node, { nodePorts: true });
    }
    await tables.local("127.0.0.1", { nodePorts: false });
    await tables.local("::1", { nodePorts: false });
    await tables.device(DEVICE.node, "node", macBytes(MAC));
    await tables.device(DEVICE.pod1, "pod", macBytes(MAC));
    await tables.device(DEVICE.pod2, "pod", macBytes(MAC));
    await this.setClock(1000);
    this.#drops = await tables.drops();
  }

  /**
   * Ticks of the coarse clock; the next random number, the same from then on unless a step is
   * given.
   */
  async setClock(ticks: number, random = 0, step = 0): Promise<void> {
    this.#ticks = ticks;
    const value = new Uint8Array([...u32Bytes(ticks), ...u32Bytes(random), ...u32Bytes(step)]);
    await this.bench.ask("update", { map: ".data.seams", key: u32Bytes(0), value });
  }

  setRandom(random: number, step = 0): Promise<void> {
    return this.setClock(this.#ticks, random, step);
  }

  later(ticks: number): Promise<void> {
    return this.setClock(this.#ticks + ticks);
  }

  /** Sends one packet through a hook and compares all that came of it. */
  async send(step: Step): Promise<void> {
    const data = step.packet instanceof Uint8Array ? step.packet : buildPacket(step.packet);
    const ifindex = step.device ?? (step.hook.startsWith("pod") ? DEVICE.pod1 : DEVICE.node);
    const answer = await this.bench.run({
      program: `tc_${step.hook}`,
      data,
      context: contextBytes({ ifindex, ...step.context }),
    });
    const drops = await this.#newDrops();
    assert.deepEqual(drops, step.drop === undefined ? [] : [step.drop], "drops");
    assert.equal(answer.verdict, VERDICTS[step.verdict], `verdict, wanted ${step.verdict}`);
    assertPacket(answer.data, step.out ? buildPacket(step.out) : data, step.hook);
  }

  async #newDrops(): Promise<string[]> {
    const before = this.#drops;
    this.#drops = await this.tables.drops();
    return Object.entries(DropReason).flatMap(([name, reason]) => {
      const count = (this.#drops.get(reason) ?? 0) - (before.get(reason) ?? 0);
      return Array.from({ length: count }, () => name);
    });
  }
}

/** What a host would answer whose port is closed; for a packet without options. */
export function refusalOf(packet: Packet): Packet {
  const { family, sequence = 0x01020304 } = packet;
  const back = {
    ...answerTo(packet),
    toMac: packet.fromMac ?? FROM_MAC,
    fromMac: packet.toMac ?? TO_MAC,
    hopLimit: 64,
    identification: 0,
  };
  if (packet.transport === "tcp") {
    const acknowledgement = sequence + 1;
    const flags = TCP.rst | TCP.ack;
    return { ...back, flags, sequence: 0, acknowledgement, window: 0, payload: "" };
  }
  const quoted = family === 4 ? 28 : 48;
  const payload = buildPacket(packet).slice(14, 14 + quoted);
  const [type, code] = family === 4 ? [3, 3] : [1, 4];
  return { ...back, transport: "icmp", type, code, payload };
}

/** A packet with its ends exchanged, else the same. */
export function answerTo(packet: Packet): Packet {
  const { source, destination, sourcePort = 0, destinationPort = 0 } = packet;
  return {
    ...packet,
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
  };
}
