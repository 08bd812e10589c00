/**
 * The rows of all tables, the revision they are at, and a bounded ring of which keys changed at
 * which revision.
 *
 * Rows are immutable values: whoever took a row keeps what it was. Only keys are remembered,
 * never earlier rows, so that a reader that is behind is sent each key's current row once.
 */
import type { Change, Tables } from "./model/change.ts";
import { ContentDigest } from "./model/digest.ts";
import { rowsEqual } from "./model/equal.ts";
import type { Rows, TableName } from "./model/rows.ts";
import { TABLE_NAMES } from "./model/rows.ts";

export interface DirtyKey {
  readonly table: TableName;
  readonly key: string;
}

export interface HistoryOptions {
  /** Names this life of the operator: revisions of another epoch say nothing here. */
  readonly epoch: string;
  /** Dirty keys remembered; a reader that is further behind must be reset. */
  readonly ringCapacity?: number;
  /**
   * Why a row cannot be held (lib/wire rowRefusal); such a change is left out and the last good
   * row stays.
   */
  readonly refuse?: (change: Change) => string | undefined;
  readonly onRefused?: (change: Change, reason: string) => void;
}

/** 131,072 keys: a few MB, and two minutes at 1,000 changes a second. */
const RING_CAPACITY = 131_072;

type MutableTables = { readonly [T in TableName]: Map<string, Rows[T]> };

export class History {
  readonly epoch: string;
  readonly #tables: MutableTables = {
    services: new Map(),
    endpoints: new Map(),
    nodes: new Map(),
    settings: new Map(),
  };
  readonly #ring: KeyRing;
  readonly #digest = new ContentDigest();
  readonly #options: HistoryOptions;
  /** 1 is the empty content, so that 0 can mean "none". */
  #revision = 1;

  constructor(options: HistoryOptions) {
    this.epoch = options.epoch;
    this.#options = options;
    this.#ring = new KeyRing(options.ringCapacity ?? RING_CAPACITY, this.#revision);
  }

  get revision(): number {
    return this.#revision;
  }

  /** A live view: it changes with every commit. */
  get tables(): Tables {
    return this.#tables;
  }

  /**
   * Takes all changes as one revision and returns the revision now held; it moves only if a row
   * changed.
   */
  commit(changes: readonly Change[]): number {
    const next = this.#revision + 1;
    for (const change of changes) {
      if (this.#admits(change) && this.#take(change)) {
        this.#ring.push(next, change.table, change.key);
        this.#revision = next;
      }
    }
    return this.#revision;
  }

  /**
   * The keys that changed after the revision, each once; "reset" where the ring no longer reaches
   * back to it.
   */
  changesSince(revision: number): DirtyKey[] | "reset" {
    return this.#reaches(revision) ? this.#ring.since(revision) : "reset";
  }

  /**
   * How many changes came after the revision, a key as often as it changed; Infinity where it is
   * out of reach.
   */
  changeCountSince(revision: number): number {
    return this.#reaches(revision) ? this.#ring.countSince(revision) : Infinity;
  }

  row<T extends TableName>(table: T, key: string): Rows[T] | undefined {
    return this.#tables[table].get(key);
  }

  /** Rows in all tables. */
  get size(): number {
    return TABLE_NAMES.reduce((sum, table) => sum + this.#tables[table].size, 0);
  }

  /** A copy of the digest of each bucket (lib/model/digest.ts). */
  bucketDigests(): BigUint64Array {
    return this.#digest.buckets();
  }

  contentHash(): bigint {
    return this.#digest.hash;
  }

  #reaches(revision: number): boolean {
    return revision >= this.#ring.floor && revision <= this.#revision;
  }

  #admits(change: Change): boolean {
    const reason = change.row === undefined ? undefined : this.#options.refuse?.(change);
    if (reason === undefined) {
      return true;
    }
    this.#options.onRefused?.(change, reason);
    return false;
  }

  #take<T extends TableName>(change: { table: T; key: string; row: Rows[T] | undefined }): boolean {
    const { table, key, row } = change;
    const rows: Map<string, Rows[T]> = this.#tables[table];
    const held = rows.get(key);
    if (row === held || (row !== undefined && held !== undefined && rowsEqual<T>(row, held))) {
      return false;
    }
    if (held !== undefined) {
      this.#digest.remove(table, key, held);
    }
    if (row === undefined) {
      rows.delete(key);
    } else {
      rows.set(key, row);
      this.#digest.add(table, key, row);
    }
    return true;
  }
}

/** The latest dirty keys in order of revision, in columns; the oldest are overwritten. */
class KeyRing {
  readonly #capacity: number;
  readonly #revisions: Float64Array;
  readonly #keys: DirtyKey[] = [];
  #pushed = 0;
  /** The oldest revision after which every change is still here. */
  floor: number;

  constructor(capacity: number, revision: number) {
    this.#capacity = capacity;
    this.#revisions = new Float64Array(capacity);
    this.floor = revision;
  }

  push(revision: number, table: TableName, key: string): void {
    const slot = this.#pushed % this.#capacity;
    if (this.#pushed >= this.#capacity) {
      this.floor = this.#revisions[slot] ?? revision;
    }
    this.#revisions[slot] = revision;
    this.#keys[slot] = { table, key };
    this.#pushed++;
  }

  since(revision: number): DirtyKey[] {
    const seen = Object.fromEntries(TABLE_NAMES.map((table) => [table, new Set<string>()]));
    const dirty: DirtyKey[] = [];
    for (let position = this.#firstAfter(revision); position < this.#pushed; position++) {
      const entry = this.#keys[position % this.#capacity];
      const keys = entry && seen[entry.table];
      if (entry !== undefined && keys !== undefined && !keys.has(entry.key)) {
        keys.add(entry.key);
        dirty.push(entry);
      }
    }
    return dirty;
  }

  countSince(revision: number): number {
    return this.#pushed - this.#firstAfter(revision);
  }

  #firstAfter(revision: number): number {
    let low = Math.max(this.#pushed - this.#capacity, 0);
    let high = this.#pushed;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#revisions[middle % this.#capacity] ?? 0) > revision) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
