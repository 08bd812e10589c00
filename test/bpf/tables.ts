/**
 * Fills the maps of a bench as the agent would, a service at a time. In: services in the words of a
 * test. Ids and generations are given here and answered, so that a test can expect them in flows.
 */
import assert from "node:assert/strict";
import { addressBytes } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";
import type { FrontendKind } from "../../agent/desired/frontends.ts";
import { tagOf } from "../../agent/desired/tag.ts";
import {
  backend4,
  backend6,
  BackendFlags,
  device,
  DeviceKind,
  type Flow4,
  flow4,
  type Flow4Key,
  flow4Key,
  flow6,
  flow6Key,
  LocalFlags,
  service4Key,
  service6Key,
  serviceCounters,
} from "../../agent/maps/abi.gen.ts";
import { encodeExtent, type Slot } from "../../agent/maps/extent.ts";
import { pack, packFrontend } from "../../agent/maps/words.ts";
import type { Bench } from "./bench.ts";
import { PROTOCOLS } from "./packet.ts";

export interface FrontendGiven {
  readonly kind: FrontendKind;
  /** The zero address for a node port. */
  readonly address: string;
  readonly port: number;
  readonly protocol: keyof typeof PROTOCOLS;
}

export interface BackendGiven {
  readonly address: string;
  readonly port: number;
  readonly local?: boolean;
  /** Default true. */
  readonly usable?: boolean;
}

export interface ServiceGiven {
  readonly family: Family;
  readonly frontends: readonly FrontendGiven[];
  readonly cluster?: readonly BackendGiven[];
  readonly local?: readonly BackendGiven[];
  /** enum extent_flags */
  readonly flags?: number;
}

/** What a service was given. Slots are in the order of the lists. */
export interface ServiceIds {
  readonly family: Family;
  readonly state: number;
  readonly owner: number;
  readonly cluster: readonly Slot[];
  readonly local: readonly Slot[];
}

export interface FlowElement {
  readonly key: Flow4Key;
  readonly flow: Flow4;
}

const SERVICE_KEY = { 4: service4Key, 6: service6Key } as const;
const BACKEND = { 4: backend4, 6: backend6 } as const;
const FLOW_KEY = { 4: flow4Key, 6: flow6Key } as const;
const FLOW = { 4: flow4, 6: flow6 } as const;
const GENERATION = 7;
const HASHES = ["services4", "services6", "flows4", "flows6", "locals4", "locals6", "devices"];

export function u32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function u64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

function sumWords(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0n;
  for (let at = 0; at < bytes.length; at += 8) sum += view.getBigUint64(at, true);
  return sum;
}

export class Tables {
  readonly #bench: Bench;
  #nextState = 1;
  #nextSlot = 1;
  #nextCell = 1;
  #nextOwner = 1000;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Empties what a case may have filled; the node's own devices and addresses are there again. */
  async reset(): Promise<void> {
    for (const name of HASHES) await this.#bench.ask("clear", { map: `${name}_v1` });
  }

  async #put(map: string, key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#bench.ask("update", { map: `${map}_v1`, key, value });
  }

  async local(address: string, { nodePorts }: { nodePorts: boolean }): Promise<void> {
    const key = addressBytes(address);
    const flags = nodePorts ? LocalFlags.LOCAL_F_NODE_PORT : 0;
    await this.#put(key.length === 4 ? "locals4" : "locals6", key, u32Bytes(flags));
  }

  async device(ifindex: number, kind: "pod" | "node", mac: Uint8Array): Promise<void> {
    const value = { mac, kind: kind === "pod" ? DeviceKind.DEVICE_POD : DeviceKind.DEVICE_NODE };
    await this.#put("devices", u32Bytes(ifindex), device.encode(value));
  }

  async service(given: ServiceGiven): Promise<ServiceIds> {
    const { family } = given;
    const cluster = await this.#backends(family, given.cluster ?? []);
    const local = await this.#backends(family, given.local ?? []);
    const ids = {
      family,
      state: this.#nextState++,
      owner: this.#nextOwner++,
      cluster,
      local,
    };
    await this.#resetCounters(ids);
    await this.#serve(ids, given.flags ?? 0);
    for (const frontend of given.frontends) await this.frontend(family, frontend, ids.state);
    return ids;
  }

  /** Gives a service other lists: a new extent and one store. */
  async change(service: ServiceIds, given: Omit<ServiceGiven, "frontends" | "family">) {
    const cluster = await this.#backends(service.family, given.cluster ?? []);
    const local = await this.#backends(service.family, given.local ?? []);
    const ids = { ...service, cluster, local };
    await this.#serve(ids, given.flags ?? 0);
    return ids;
  }

  async #serve(ids: ServiceIds, flags: number): Promise<void> {
    const { state, owner, cluster, local } = ids;
    const base = this.#nextSlot;
    const kept: Slot[] = [];
    const words = encodeExtent({ flags, affinitySeconds: 0, state, owner, cluster, local, kept });
    for (const word of words) {
      await this.#put("slots", u32Bytes(this.#nextSlot++), u64Bytes(word));
    }
    await this.#put("states", u32Bytes(state), u64Bytes(pack(GENERATION, base)));
  }

  async #backends(family: Family, given: readonly BackendGiven[]): Promise<Slot[]> {
    const slots: Slot[] = [];
    for (const backend of given) {
      const slot = { cell: this.#nextCell++, generation: GENERATION };
      await this.backend(family, slot, backend);
      slots.push(slot);
    }
    return slots;
  }

  /** Writes a cell. */
  async backend(family: Family, slot: Slot, given: BackendGiven): Promise<void> {
    const flags =
      ((given.usable ?? true) ? BackendFlags.BACKEND_F_USABLE : 0) |
      (given.local ? BackendFlags.BACKEND_F_LOCAL : 0);
    const value = BACKEND[family].encode({
      address: addressBytes(given.address),
      port: given.port,
      word: pack(slot.generation, flags),
    });
    await this.#put(`backends${family}`, u32Bytes(slot.cell), value);
  }

  async frontend(family: Family, frontend: FrontendGiven, state: number, tag?: number) {
    const key = SERVICE_KEY[family].encode({
      address: addressBytes(frontend.address),
      port: frontend.port,
      protocol: PROTOCOLS[frontend.protocol],
    });
    const word = packFrontend({ tag: tag ?? tagOf(key), kind: frontend.kind, state });
    await this.#put(`services${family}`, key, u64Bytes(word));
  }

  async #counterSlots(state: number): Promise<Uint8Array> {
    const key = u32Bytes(state);
    return (await this.#bench.ask("lookup", { map: "counters_v1", key })) ?? new Uint8Array();
  }

  /** Makes the state another's: its counters begin at 0 under another owner. */
  async giveAway(service: ServiceIds): Promise<void> {
    await this.#resetCounters({ ...service, owner: this.#nextOwner++ });
  }

  async #resetCounters({ state, owner }: ServiceIds): Promise<void> {
    const slots = await this.#counterSlots(state);
    for (let at = 0; at < slots.length; at += serviceCounters.size) {
      serviceCounters.encode({ owner, flows: 0n, packets: 0n, bytes: 0n }, slots, at);
    }
    await this.#put("counters", u32Bytes(state), slots);
  }

  /** Sums over the CPUs. */
  async counters({
    state,
  }: ServiceIds): Promise<{ flows: number; packets: number; bytes: number }> {
    const slots = await this.#counterSlots(state);
    const sum = { flows: 0, packets: 0, bytes: 0 };
    for (let at = 0; at < slots.length; at += serviceCounters.size) {
      const one = serviceCounters.decode(slots, at);
      sum.flows += Number(one.flows);
      sum.packets += Number(one.packets);
      sum.bytes += Number(one.bytes);
    }
    return sum;
  }

  /** Drops by reason, those that are 0 left out. */
  async drops(): Promise<Map<number, number>> {
    const elements = await this.#bench.ask("dump", { map: "drops_v1" });
    const counts = elements.map(({ key, value }): [number, number] => {
      return [key[0] ?? 0, Number(sumWords(value))];
    });
    return new Map(counts.filter(([, count]) => count > 0));
  }

  async flows(family: Family): Promise<FlowElement[]> {
    const elements = await this.#bench.ask("dump", { map: `flows${family}_v1` });
    return elements.map(({ key, value }) => ({
      key: FLOW_KEY[family].decode(key),
      flow: FLOW[family].decode(value),
    }));
  }

  /** Takes away the elements of one kind (enum flow_kind), as an eviction would. */
  async deleteFlows(family: Family, kind: number): Promise<void> {
    const map = `flows${family}_v1`;
    for (const { key, value } of await this.#bench.ask("dump", { map })) {
      if (FLOW[family].decode(value).head.kind === kind) {
        await this.#bench.ask("delete", { map, key });
      }
    }
  }

  /** Changes one bit of every element's destination, and leaves its seal. */
  async spoilFlows(family: Family): Promise<void> {
    const map = `flows${family}_v1`;
    for (const { key, value } of await this.#bench.ask("dump", { map })) {
      const flow = FLOW[family].decode(value);
      const destination = flow.destination.map((byte, index) => (index === 3 ? byte ^ 1 : byte));
      const spoilt = FLOW[family].encode({ ...flow, destination });
      await this.#bench.ask("update", { map, key, value: spoilt });
    }
  }

  /** Where a service's extent begins. */
  async stateBase({ state }: ServiceIds): Promise<number> {
    const word = await this.#bench.ask("lookup", { map: "states_v1", key: u32Bytes(state) });
    assert(word);
    return new DataView(word.buffer, word.byteOffset).getUint32(0, true);
  }

  async pointState({ state }: ServiceIds, base: number): Promise<void> {
    await this.#put("states", u32Bytes(state), u64Bytes(pack(GENERATION, base)));
  }
}
