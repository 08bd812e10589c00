/**
 * What the kernel's maps of a node say, read from their pins and not from the agent: each frontend
 * with the backends that a program would choose among. The test must have the addon built.
 */
import { join } from "node:path";
import { readCell } from "../../agent/maps/cell.ts";
import { readExtent, type Slot } from "../../agent/maps/extent.ts";
import { decodeFrontend } from "../../agent/maps/frontend.ts";
import { createKernelStores } from "../../agent/maps/kernel-stores.ts";
import type { Stores } from "../../agent/maps/store.ts";
import { lowOf } from "../../agent/maps/words.ts";
import { closeFd, objGet } from "../../native/index.ts";
import { FAMILIES, type Family, hostPort } from "./addresses.ts";

/** Lists of "address:port", sorted; undefined: the frontend serves nothing at all. */
export interface Programmed {
  readonly cluster: readonly string[];
  readonly local: readonly string[];
}

/** Frontends as "10.96.0.1:80/TCP"; a node port has the address zero. */
export type KernelView = Readonly<Record<string, Programmed>>;

/** Reads the maps pinned below a node's bpffs. */
export function kernelView(bpffs: string): KernelView {
  const descriptors: number[] = [];
  const stores = createKernelStores((name) => {
    const descriptor = objGet(join(bpffs, "maps", name));
    descriptors.push(descriptor);
    return descriptor;
  });
  try {
    return Object.fromEntries(FAMILIES.flatMap((family) => frontends(stores, family)));
  } finally {
    stores.close();
    for (const descriptor of descriptors) closeFd(descriptor);
  }
}

function frontends(stores: Stores, family: Family): [string, Programmed][] {
  const store = family === 4 ? stores.services4 : stores.services6;
  const { keys, values, count } = store.dump();
  return Array.from({ length: count }, (_, index) => {
    const key = keys.subarray(index * store.keySize, (index + 1) * store.keySize);
    const value = values.subarray(index * store.valueSize, (index + 1) * store.valueSize);
    const frontend = decodeFrontend(family, key.slice(), value.slice());
    if (frontend === undefined) throw new Error(`a frontend of IPv${family} makes no sense`);
    const name = `${hostPort(frontend.address, frontend.port)}/${frontend.protocol}`;
    return [name, programmed(stores, family, frontend.state)];
  });
}

function programmed(stores: Stores, family: Family, state: number): Programmed {
  const base = lowOf(stores.states.load(state));
  if (base === 0) return { cluster: [], local: [] };
  const extent = readExtent(stores.slots, base);
  if (extent === undefined) throw new Error(`state ${state} names no extent`);
  const names = (slots: readonly Slot[]) =>
    slots.map((slot) => backendName(stores, family, slot)).toSorted();
  return { cluster: names(extent.cluster), local: names(extent.local) };
}

function backendName(stores: Stores, family: Family, slot: Slot): string {
  const cell = readCell(stores, family, slot.cell);
  if (cell?.generation !== slot.generation) throw new Error(`slot names cell ${slot.cell} wrongly`);
  return hostPort(cell.address, cell.port);
}
