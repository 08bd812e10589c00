/** The maps of facts about the node: its addresses and the devices that carry programs. */
import { addressBytes, addressFamily } from "../../lib/model/address.ts";
import { DeviceKind as AbiKind, device as deviceCodec, LocalFlags } from "../maps/abi.gen.ts";
import type { Device, DeviceKind } from "./devices.ts";
import { type FactElement, FactMap } from "./fact-map.ts";
import type { LocalAddress } from "./locals.ts";
import type { MapName } from "./capacities.ts";
import type { PinnedMaps } from "./maps.ts";

const WORD_BYTES = 4;
const MAC_BYTES = 6;
const KINDS: Readonly<Record<Exclude<DeviceKind, "none">, number>> = {
  pod: AbiKind.DEVICE_POD,
  node: AbiKind.DEVICE_NODE,
};

/** How full a map of facts is, and what was written to it since the start. */
export interface NodeMapUse {
  readonly name: "locals4" | "locals6" | "devices";
  readonly used: number;
  readonly capacity: number;
  readonly writes: number;
}

export class NodeMaps {
  readonly #locals4: FactMap;
  readonly #locals6: FactMap;
  readonly #devices: FactMap;
  readonly #capacities: Readonly<Record<NodeMapUse["name"], number>>;

  constructor(maps: PinnedMaps, fence: () => Promise<void>) {
    const open = (name: MapName): FactMap => {
      const map = maps.get(name);
      if (map === undefined) throw new RangeError(`no map ${name}`);
      const { fd, info } = map;
      return new FactMap({ name, fd, fence, keySize: info.keySize, valueSize: info.valueSize });
    };
    this.#locals4 = open("locals4_v1");
    this.#locals6 = open("locals6_v1");
    this.#devices = open("devices_v1");
    const room = (name: MapName): number => maps.get(name)?.info.maxEntries ?? 0;
    this.#capacities = {
      locals4: room("locals4_v1"),
      locals6: room("locals6_v1"),
      devices: room("devices_v1"),
    };
  }

  /** Elements written or deleted. */
  get writes(): number {
    return this.#locals4.writes + this.#locals6.writes + this.#devices.writes;
  }

  uses(): NodeMapUse[] {
    const all = { locals4: this.#locals4, locals6: this.#locals6, devices: this.#devices };
    return (["locals4", "locals6", "devices"] as const).map((name) => {
      const { count: used, writes } = all[name];
      return { name, used, capacity: this.#capacities[name], writes };
    });
  }

  /** Kinds by ifindex as the kernel holds them. */
  kinds(): [number, DeviceKind][] {
    return this.#devices.read().map(({ key, value }) => {
      const kind = deviceCodec.decode(value).kind === AbiKind.DEVICE_POD ? "pod" : "node";
      return [Buffer.from(key).readUInt32LE(), kind];
    });
  }

  /** Answers a sentence for each map that has no room for all. */
  async sync(locals: readonly LocalAddress[], devices: readonly Device[]): Promise<string[]> {
    const of = (family: number): FactElement[] =>
      locals.filter(({ address }) => addressFamily(address) === family).map(localElement);
    return [
      ...(await this.#locals4.sync(of(4))),
      ...(await this.#locals6.sync(of(6))),
      ...(await this.#devices.sync(devices.flatMap(deviceElement))),
    ];
  }
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(WORD_BYTES);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function localElement({ address, nodePorts }: LocalAddress): FactElement {
  return {
    key: addressBytes(address),
    value: word(nodePorts ? LocalFlags.LOCAL_F_NODE_PORT : 0),
  };
}

function deviceElement({ ifindex, kind, mac }: Device): FactElement[] {
  if (kind === "none") return [];
  const own = mac.length === MAC_BYTES ? mac : new Uint8Array(MAC_BYTES);
  return [{ key: word(ifindex), value: deviceCodec.encode({ mac: own, kind: KINDS[kind] }) }];
}
