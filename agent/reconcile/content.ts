/**
 * What a state's extent is to say, against what the kernel's says: the next extent, or nothing
 * where they agree.
 *
 * Lists are compared as multisets, so that the kernel's order stays. A backend that leaves both
 * lists but serves on keeps its cell; one that serves no more, or is gone, loses it.
 */
import { type Backend, type DesiredState } from "../desired/states.ts";
import { BackendFlags, ExtentFlags } from "../maps/abi.gen.ts";
import { type Cell, cellGeneration } from "../maps/cell.ts";
import { encodeExtent, type Extent, extentSize, readExtent, type Slot } from "../maps/extent.ts";
import type { Stores } from "../maps/store.ts";
import { nextGeneration } from "../maps/words.ts";
import type { HeldRun, HeldState } from "./ledger.ts";
import type { Taking } from "./taking.ts";

export interface NewCell {
  readonly key: string;
  readonly id: number;
  readonly cell: Cell;
}

/** A change of what a state says. */
export interface Content {
  readonly run: HeldRun;
  readonly words: readonly bigint[];
  readonly newCells: readonly NewCell[];
  /** Keys of the backends that lose their cell after the flip. */
  readonly gone: readonly string[];
}

/** Whom the content is for. `held` may be new: without a run and without cells. */
export interface Target {
  readonly desired: DesiredState;
  readonly held: HeldState;
  readonly owner: number;
  readonly isNew: boolean;
}

/**
 * Undefined where nothing changes, and where there is no room (the taking then says which table).
 */
export function planContent(stores: Stores, target: Target, taking: Taking): Content | undefined {
  const { desired, held, isNew } = target;
  const listed = new Set([...desired.cluster, ...desired.local]);
  const missing = [...listed].filter((key) => !held.cells.has(key));
  const kept = [...held.cells.keys()].filter((k) => !listed.has(k) && desired.backends.has(k));
  if (missing.length === 0 && agrees(stores, target, kept)) {
    return undefined;
  }
  const ids = taking.cells(held.family, missing.length, isNew);
  const slots = desired.cluster.length + desired.local.length + kept.length;
  const run = taking.run(extentSize(slots), isNew);
  if (ids === undefined || run === undefined) {
    return undefined;
  }
  const newCells = missing.map((key, index) =>
    newCell(stores, held, key, ids[index] ?? 0, desired.backends.get(key)),
  );
  const slotOf = slotFinder(stores, held, newCells);
  const words = encodeExtent({
    ...headerOf(target),
    cluster: desired.cluster.map(slotOf),
    local: desired.local.map(slotOf),
    kept: kept.map(slotOf),
  });
  const gone = [...held.cells.keys()].filter((key) => !desired.backends.has(key));
  return { run, words, newCells, gone };
}

function headerOf({ desired, held, owner }: Target): Omit<Extent, "cluster" | "local" | "kept"> {
  const { internalLocal, externalLocal } = desired.policies;
  const flags =
    (internalLocal ? ExtentFlags.EXTENT_F_INTERNAL_LOCAL : 0) |
    (externalLocal ? ExtentFlags.EXTENT_F_EXTERNAL_LOCAL : 0) |
    (desired.hasEndpoints ? ExtentFlags.EXTENT_F_HAS_ENDPOINTS : 0);
  return { flags, affinitySeconds: desired.affinitySeconds, state: held.id, owner };
}

function agrees(stores: Stores, target: Target, kept: readonly string[]): boolean {
  const { desired, held } = target;
  if (held.run === undefined || !held.sound) {
    return false;
  }
  const extent = readExtent(stores.slots, held.run.base);
  const header = headerOf(target);
  const slotOf = slotFinder(stores, held, []);
  return (
    extent !== undefined &&
    extent.flags === header.flags &&
    extent.affinitySeconds === header.affinitySeconds &&
    extent.state === header.state &&
    extent.owner === header.owner &&
    sameSlots(extent.cluster, desired.cluster.map(slotOf)) &&
    sameSlots(extent.local, desired.local.map(slotOf)) &&
    sameSlots(extent.kept, kept.map(slotOf))
  );
}

function sameSlots(a: readonly Slot[], b: readonly Slot[]): boolean {
  if (a.length !== b.length) {
    return false;
  }
  const left = a.toSorted(byCell);
  const right = b.toSorted(byCell);
  return left.every((slot, index) => {
    const other = right[index];
    return slot.cell === other?.cell && slot.generation === other.generation;
  });
}

function byCell(a: Slot, b: Slot): number {
  return a.cell - b.cell || a.generation - b.generation;
}

function slotFinder(
  stores: Stores,
  held: HeldState,
  newCells: readonly NewCell[],
): (key: string) => Slot {
  const fresh = new Map(newCells.map(({ key, id, cell }) => [key, { cell: id, ...cell }]));
  return (key) => {
    const made = fresh.get(key);
    if (made !== undefined) {
      return { cell: made.cell, generation: made.generation };
    }
    const cell = held.cells.get(key) ?? 0;
    return { cell, generation: cellGeneration(stores, held.family, cell) };
  };
}

function newCell(
  stores: Stores,
  held: HeldState,
  key: string,
  id: number,
  backend: Backend | undefined,
): NewCell {
  if (backend === undefined) {
    throw new Error(`a list names ${key}, which does not serve`);
  }
  const generation = nextGeneration(cellGeneration(stores, held.family, id));
  const { address, port, local } = backend;
  const flags = BackendFlags.BACKEND_F_USABLE | (local ? BackendFlags.BACKEND_F_LOCAL : 0);
  return { key, id, cell: { address, port, generation, flags } };
}
