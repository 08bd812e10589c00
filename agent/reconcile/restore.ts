/**
 * Reads back from the stores what an earlier process programmed: ids, extents, cells, owners and
 * frontends.
 *
 * The kernel is the truth, so that a restart with nothing changed writes nothing. What is broken or
 * named by nobody is set aside, to be reclaimed after the first consistent state of the cluster.
 * One fence passes first, since the earlier process may have died while something rested.
 */
import type { Family } from "../../lib/model/rows.ts";
import { BackendFlags } from "../maps/abi.gen.ts";
import { backendKey } from "../desired/states.ts";
import { cellCapacity, cellFlags, readCell } from "../maps/cell.ts";
import { type Extent, extentSize, readExtent, type Slot } from "../maps/extent.ts";
import { decodeFrontend, type HeldFrontend, serviceStore } from "../maps/frontend.ts";
import type { Stores } from "../maps/store.ts";
import { lowOf } from "../maps/words.ts";
import { Extents } from "./extents.ts";
import type { CellRef } from "./grace.ts";
import { Ids } from "./ids.ts";
import { type HeldState, Ledger } from "./ledger.ts";
import type { Pacer } from "./pacer.ts";

/** Set aside: held by no state, and not free as yet. */
export interface Strays {
  readonly states: readonly number[];
  readonly cells: readonly CellRef[];
  /** Keys of elements that cannot be Leat's. */
  readonly frontends: readonly { readonly family: Family; readonly key: Uint8Array }[];
  /** Held states whose counters name another owner. */
  readonly recounts: readonly HeldState[];
}

export interface Restored {
  /** All its states are vanishing: no service has claimed them yet. */
  readonly ledger: Ledger;
  readonly strays: Strays;
}

interface Reading {
  readonly stores: Stores;
  readonly pacer: Pacer;
  readonly held: Map<number, HeldState>;
  readonly cellOwners: { readonly [F in Family]: Set<number> };
  ownerMax: number;
}

const FAMILIES = [4, 6] as const;
const PACED = 32;

/** Writes nothing. */
export async function restore(stores: Stores, pacer: Pacer): Promise<Restored> {
  await stores.fence();
  const reading: Reading = {
    stores,
    pacer,
    held: new Map(),
    cellOwners: { 4: new Set(), 6: new Set() },
    ownerMax: 0,
  };
  const frontends = await readFrontends(reading);
  await readStates(reading);
  shareOverlaps([...reading.held.values()]);
  const recounts = readOwners(reading);
  const states = await strayStates(reading);
  const cells = [...(await strayCells(reading, 4)), ...(await strayCells(reading, 6))];
  const ledger = createLedger(reading, { states, cells, frontends });
  return { ledger, strays: { states, cells, frontends, recounts } };
}

/** Groups frontends by the state that they name; answers the elements that cannot be right. */
async function readFrontends(reading: Reading): Promise<Strays["frontends"]> {
  const { stores, pacer } = reading;
  const broken: { family: Family; key: Uint8Array }[] = [];
  for (const family of FAMILIES) {
    const store = serviceStore(stores, family);
    const { keys, values, count } = store.dump();
    for (let index = 0; index < count; index++) {
      const key = keys.slice(index * store.keySize, (index + 1) * store.keySize);
      const value = values.slice(index * store.valueSize, (index + 1) * store.valueSize);
      const frontend = decodeFrontend(family, key, value);
      if (frontend === undefined || !addFrontend(reading, frontend)) {
        broken.push({ family, key });
      }
      if (isDue(pacer, index)) {
        await pacer.pause();
      }
    }
  }
  return broken;
}

function addFrontend({ held, stores }: Reading, frontend: HeldFrontend): boolean {
  const { state: id, ...rest } = frontend;
  if (id < 1 || id >= stateElements(stores)) {
    return false;
  }
  const state = held.get(id) ?? unnamedState(id, frontend.family);
  if (state.family !== frontend.family) {
    return false;
  }
  state.frontends.set(frontend.key, rest);
  held.set(id, state);
  return true;
}

function unnamedState(id: number, family: Family): HeldState {
  return {
    id,
    family,
    owner: 0,
    key: "",
    service: "",
    run: undefined,
    sound: false,
    unfenced: 0,
    cells: new Map(),
    frontends: new Map(),
  };
}

async function readStates(reading: Reading): Promise<void> {
  const { stores, held, pacer } = reading;
  for (const id of [...held.keys()].sort((a, b) => a - b)) {
    const state = held.get(id);
    const base = lowOf(stores.states.load(id));
    const extent = base === 0 ? undefined : readExtent(stores.slots, base);
    if (state !== undefined && extent !== undefined) {
      takeExtent(reading, state, base, extent);
    }
    if (isDue(pacer, id)) {
      await pacer.pause();
    }
  }
}

function takeExtent(reading: Reading, state: HeldState, base: number, extent: Extent): void {
  const slots = [...extent.cluster, ...extent.local, ...extent.kept];
  state.run = { base, size: extentSize(slots.length), readers: 1 };
  state.owner = extent.owner;
  const cells = slots.map((slot) => takeCell(reading, state, slot));
  state.sound = extent.state === state.id && extent.owner !== 0 && cells.every(Boolean);
}

/**
 * Whether the slot names a cell that is whole and this state's own. A broken one is held, to rest
 * with the extent.
 */
function takeCell({ stores, cellOwners }: Reading, state: HeldState, slot: Slot): boolean {
  const { family, cells } = state;
  const id = slot.cell;
  if (id < 1 || id >= cellCapacity(stores, family)) {
    return false;
  }
  const cell = readCell(stores, family, id);
  const flags = cell?.flags ?? 0;
  const local = (flags & BackendFlags.BACKEND_F_LOCAL) !== 0;
  const key = cell === undefined ? "" : backendKey({ ...cell, local });
  const whole = slot.generation === cell?.generation && (flags & BackendFlags.BACKEND_F_USABLE) > 0;
  if (cells.get(key) === id) {
    return whole;
  }
  if (cellOwners[family].has(id)) {
    return false;
  }
  cellOwners[family].add(id);
  const isOwn = whole && !cells.has(key);
  cells.set(isOwn ? key : `broken|${id}`, id);
  return isOwn;
}

/**
 * Extents that overlap are one run, freed when the last of its readers is gone; none of them is
 * relied on.
 */
function shareOverlaps(states: readonly HeldState[]): void {
  const sorted = states.filter(({ run }) => run !== undefined);
  sorted.sort((a, b) => (a.run?.base ?? 0) - (b.run?.base ?? 0));
  let previous: HeldState | undefined;
  for (const state of sorted) {
    const { run } = state;
    const before = previous?.run;
    if (run !== undefined && before !== undefined && run.base < before.base + before.size) {
      before.size = Math.max(before.size, run.base + run.size - before.base);
      before.readers++;
      state.run = before;
      state.sound = false;
      if (previous !== undefined) {
        previous.sound = false;
      }
    }
    previous = state;
  }
}

/**
 * Finds the greatest serial number ever used, and the states whose counters are another owner's.
 */
function readOwners(reading: Reading): HeldState[] {
  const { stores, held } = reading;
  const recounts: HeldState[] = [];
  for (const [id, { owner }] of stores.counters.dump().entries()) {
    const state = held.get(id);
    reading.ownerMax = Math.max(reading.ownerMax, owner, state?.owner ?? 0);
    if (state !== undefined && state.sound && state.owner !== owner) {
      recounts.push(state);
    }
  }
  return recounts;
}

/**
 * States that serve something, though no frontend names them: their process died before or after
 * that.
 */
async function strayStates({ stores, held, pacer }: Reading): Promise<number[]> {
  const strays: number[] = [];
  for (let id = 1; id < stateElements(stores); id++) {
    if (!held.has(id) && lowOf(stores.states.load(id)) !== 0) {
      strays.push(id);
    }
    if (isDue(pacer, id)) {
      await pacer.pause();
    }
  }
  return strays;
}

/** Cells that are usable, though no extent in use names them. */
async function strayCells(reading: Reading, family: Family): Promise<CellRef[]> {
  const { stores, cellOwners, pacer } = reading;
  const strays: CellRef[] = [];
  for (let id = 1; id < cellCapacity(stores, family); id++) {
    if (!cellOwners[family].has(id) && cellFlags(stores, family, id) !== 0) {
      strays.push({ family, id });
    }
    if (isDue(pacer, id)) {
      await pacer.pause();
    }
  }
  return strays;
}

function createLedger(
  { stores, held, cellOwners, ownerMax }: Reading,
  strays: Pick<Strays, "states" | "cells" | "frontends">,
): Ledger {
  const states = [...held.values()];
  const runs = new Set(states.flatMap(({ run }) => (run === undefined ? [] : [run])));
  const cellIds = (family: Family) => {
    const stray = strays.cells.filter((cell) => cell.family === family).map(({ id }) => id);
    return new Ids(cellCapacity(stores, family), [...cellOwners[family], ...stray]);
  };
  const ledger = new Ledger({
    states: new Ids(stateElements(stores), [...held.keys(), ...strays.states]),
    cells: { 4: cellIds(4), 6: cellIds(6) },
    slots: new Extents(stores.slots.capacity, [...runs]),
    frontendCapacity: { 4: stores.services4.capacity, 6: stores.services6.capacity },
    nextOwner: ownerMax + 1,
  });
  for (const state of states) {
    ledger.abandon(state);
    for (const frontend of state.frontends.values()) {
      ledger.addFrontend(state, frontend);
      ledger.frontendCount[frontend.family]++;
    }
  }
  for (const { family } of strays.frontends) {
    ledger.frontendCount[family]++;
  }
  return ledger;
}

/** A state has counters: the smaller table counts. */
function stateElements(stores: Stores): number {
  return Math.min(stores.states.capacity, stores.counters.capacity);
}

/** Looks at the clock once in a while only: to look costs more than to read an element. */
function isDue(pacer: Pacer, index: number): boolean {
  return index % PACED === 0 && pacer.due();
}
