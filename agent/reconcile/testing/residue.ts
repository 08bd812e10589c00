/**
 * What the frontends in the stores need, counted from the stores alone: what is in use beyond it
 * has leaked.
 */
import type { Family } from "../../../lib/model/rows.ts";
import { backendStore, cellCapacity, cellFlags } from "../../maps/cell.ts";
import { extentSize, readExtent } from "../../maps/extent.ts";
import { decodeFrontend, serviceStore } from "../../maps/frontend.ts";
import type { Stores } from "../../maps/store.ts";
import { lowOf } from "../../maps/words.ts";

interface Needed {
  readonly states: Map<number, Family>;
  readonly cells: { readonly [F in Family]: Set<number> };
  slots: number;
}

/** By table, as usage() names them. */
export function neededOf(stores: Stores): Record<string, number> {
  const needed = readNeeded(stores);
  return {
    services4: stores.services4.dump().count,
    services6: stores.services6.dump().count,
    states: needed.states.size,
    slots: needed.slots,
    backends4: needed.cells[4].size,
    backends6: needed.cells[6].size,
  };
}

/** States and cells that look in use and are not. */
export function residueOf(stores: Stores): string[] {
  const { states, cells } = readNeeded(stores);
  const residue: string[] = [];
  for (let id = 0; id < stores.states.capacity; id++) {
    if (!states.has(id) && lowOf(stores.states.load(id)) !== 0) {
      residue.push(`state ${id} serves nobody`);
    }
  }
  for (const family of [4, 6] as const) {
    for (let id = 0; id < cellCapacity(stores, family); id++) {
      if (!cells[family].has(id) && cellFlags(stores, family, id) !== 0) {
        residue.push(`${backendStore(stores, family).name} ${id} is usable and in no extent`);
      }
    }
  }
  return residue;
}

function readNeeded(stores: Stores): Needed {
  const needed: Needed = { states: new Map(), cells: { 4: new Set(), 6: new Set() }, slots: 0 };
  for (const family of [4, 6] as const) {
    const store = serviceStore(stores, family);
    const { keySize, valueSize } = store;
    const { keys, values, count } = store.dump();
    for (let index = 0; index < count; index++) {
      const key = keys.slice(index * keySize, (index + 1) * keySize);
      const value = values.slice(index * valueSize, (index + 1) * valueSize);
      needed.states.set(decodeFrontend(family, key, value)?.state ?? 0, family);
    }
  }
  for (const [state, family] of needed.states) {
    const extent = readExtent(stores.slots, lowOf(stores.states.load(state)));
    const slots = [extent?.cluster, extent?.local, extent?.kept].flatMap((list) => list ?? []);
    needed.slots += extentSize(slots.length);
    slots.forEach(({ cell }) => needed.cells[family].add(cell));
  }
  return needed;
}
