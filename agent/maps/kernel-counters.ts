/**
 * A per-CPU array of counters as a CounterStore: a value is one slot a CPU, and what is read is
 * their sum.
 */
import { type MapInfo, mapInfo, mapLookup, mapLookupBatch, mapUpdate } from "../../native/index.ts";
import { serviceCounters } from "./abi.gen.ts";
import type { Counters, CounterStore } from "./store.ts";

const DUMP_ELEMENTS = 4096;

export class KernelCounters implements CounterStore {
  readonly capacity: number;
  readonly #fd: number;
  readonly #name: string;
  writes = 0;

  constructor(name: string, fd: number) {
    const info: MapInfo = mapInfo(fd);
    this.#name = name;
    this.#fd = fd;
    this.capacity = info.maxEntries;
  }

  read(state: number): Counters {
    const slots = mapLookup(this.#fd, indexKey(state));
    if (slots === undefined) throw new RangeError(`${this.#name} has no element ${state}`);
    return sumOf(slots, 0, slots.length);
  }

  reset(state: number, owner: number): void {
    const slots = mapLookup(this.#fd, indexKey(state));
    if (slots === undefined) throw new RangeError(`${this.#name} has no element ${state}`);
    for (let at = 0; at < slots.length; at += serviceCounters.size) {
      serviceCounters.encode({ owner, flows: 0n, packets: 0n, bytes: 0n }, slots, at);
    }
    mapUpdate(this.#fd, indexKey(state), slots);
    this.writes++;
  }

  dump(): Counters[] {
    const out: Counters[] = [];
    let cursor: Uint8Array | undefined;
    do {
      const batch = mapLookupBatch(this.#fd, cursor, DUMP_ELEMENTS);
      const size = batch.count === 0 ? 0 : batch.values.length / batch.count;
      for (let index = 0; index < batch.count; index++) {
        out.push(sumOf(batch.values, index * size, (index + 1) * size));
      }
      cursor = batch.cursor;
    } while (cursor !== undefined);
    return out;
  }
}

/** The owner is the same on every CPU: it is written by one system call for all. */
function sumOf(slots: Uint8Array, from: number, to: number): Counters {
  const { owner } = serviceCounters.decode(slots, from);
  const sum = { owner, flows: 0n, packets: 0n, bytes: 0n };
  for (let at = from; at < to; at += serviceCounters.size) {
    const slot = serviceCounters.decode(slots, at);
    sum.flows += slot.flows;
    sum.packets += slot.packets;
    sum.bytes += slot.bytes;
  }
  return sum;
}

function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index, true);
  return key;
}
