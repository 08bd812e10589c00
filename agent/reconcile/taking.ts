/**
 * What one plan takes of the tables: all that it needs, or nothing. The first table without room is
 * named.
 *
 * A service that is not served yet leaves a reserve of slots and cells, so that a full table cannot
 * keep a served one from changing (a change holds the old and the new for a grace period).
 */
import type { Family } from "../../lib/model/rows.ts";
import type { HeldRun, Ledger } from "./ledger.ts";

export type TableWithRoom =
  | "services4"
  | "services6"
  | "states"
  | "slots"
  | "backends4"
  | "backends6";

/** Why a service is refused. */
export interface Shortage {
  readonly table: TableWithRoom;
  readonly wanted: number;
  /** What it may take; the reserve is not counted. */
  readonly free: number;
  /** What it must leave. */
  readonly reserve: number;
  readonly capacity: number;
}

/** One part in so many. */
const RESERVE_PART = 32;

export class Taking {
  readonly #ledger: Ledger;
  readonly #undo: (() => void)[] = [];
  #shortage: Shortage | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Set as soon as something could not be taken. */
  get shortage(): Shortage | undefined {
    return this.#shortage;
  }

  state(): number | undefined {
    const { states } = this.#ledger;
    const id = states.take();
    if (id === undefined) {
      return this.#refuse("states", 1, 0, 0, states.capacity);
    }
    this.#undo.push(() => states.give(id));
    return id;
  }

  cells(family: Family, count: number, growing: boolean): number[] | undefined {
    const ids = this.#ledger.cells[family];
    const reserve = growing ? reserveOf(ids.capacity) : 0;
    if (count > ids.free - reserve) {
      const table = family === 4 ? "backends4" : "backends6";
      return this.#refuse(table, count, ids.free, reserve, ids.capacity);
    }
    const taken = Array.from({ length: count }, () => ids.take() ?? 0);
    this.#undo.push(() => taken.forEach((id) => ids.give(id)));
    return taken;
  }

  run(size: number, growing: boolean): HeldRun | undefined {
    const { slots } = this.#ledger;
    const reserve = growing ? reserveOf(slots.capacity) : 0;
    const base = size <= slots.free - reserve ? slots.take(size) : undefined;
    if (base === undefined) {
      return this.#refuse("slots", size, slots.free, reserve, slots.capacity);
    }
    const run = { base, size, readers: 1 };
    this.#undo.push(() => slots.give(run));
    return run;
  }

  /** Counts what the plan will add to the elements; what it removes itself goes first. */
  frontends(family: Family, added: number, removed: number): void {
    const ledger = this.#ledger;
    const capacity = ledger.frontendCapacity[family];
    const free = capacity - ledger.frontendCount[family];
    const grown = Math.max(added - removed, 0);
    if (grown > free) {
      const table = family === 4 ? "services4" : "services6";
      this.#refuse(table, grown, free, 0, capacity);
      return;
    }
    ledger.frontendCount[family] += grown;
    this.#undo.push(() => {
      ledger.frontendCount[family] -= grown;
    });
  }

  /** Gives all back; nothing of it was written. */
  undo(): void {
    for (const undo of this.#undo.splice(0)) {
      undo();
    }
  }

  #refuse(
    table: TableWithRoom,
    wanted: number,
    unused: number,
    reserve: number,
    capacity: number,
  ): undefined {
    const free = Math.max(unused - reserve, 0);
    this.#shortage ??= { table, wanted, free, reserve, capacity };
    return undefined;
  }
}

/** Whether the table has by now the room that was missing: a hint to try again. */
export function hasRoom(ledger: Ledger, shortage: Shortage): boolean {
  return freeOf(ledger, shortage.table) >= shortage.wanted + shortage.reserve;
}

function freeOf(ledger: Ledger, table: TableWithRoom): number {
  switch (table) {
    case "services4":
      return ledger.frontendCapacity[4] - ledger.frontendCount[4];
    case "services6":
      return ledger.frontendCapacity[6] - ledger.frontendCount[6];
    case "states":
      return ledger.states.free;
    case "slots":
      return ledger.slots.free;
    case "backends4":
      return ledger.cells[4].free;
    case "backends6":
      return ledger.cells[6].free;
  }
}

function reserveOf(capacity: number): number {
  return Math.floor(capacity / RESERVE_PART);
}
