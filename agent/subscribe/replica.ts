/**
 * The operator's tables as this agent has them. Words are gathered and become the tables' new
 * state at a Sync only, and only if the content hash then agrees: what is visible is always one
 * whole revision.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

import { LeatError } from "../../lib/errors.ts";
import type { Change, Tables } from "../../lib/model/change.ts";
import { bucketOf, ContentDigest } from "../../lib/model/digest.ts";
import { rowsEqual } from "../../lib/model/equal.ts";
import type { Rows, TableName } from "../../lib/model/rows.ts";
import { rowKey, TABLE_NAMES } from "../../lib/model/rows.ts";
import type { Delete, Reset, Sync, TableRows, Word } from "../../lib/wire/words.ts";

/** The words make no consistent state: the agent keeps what it has and must be sent everything. */
export class ReplicaError extends LeatError<"hash-mismatch" | "out-of-order" | "too-many-rows"> {}

type Row = Rows[TableName];
type MutableTables = { readonly [T in TableName]: Map<string, Rows[T]> };
type Pending = { readonly [T in TableName]: Map<string, Rows[T] | undefined> };

/**
 * Rows of all tables, held or on their way: far above any cluster, and a bound on memory all the
 * same.
 */
const ROWS_MOST = 4_000_000;
/** Rows checked between two turns of the event loop: 2 to 4 ms. */
const ROWS_A_TURN = 2_048;

export interface ReplicaOptions {
  readonly rowsMost?: number;
}

export class Replica {
  readonly #rowsMost: number;
  readonly #tables: MutableTables = emptyTables();
  #digest = new ContentDigest();
  #epoch = "";
  #revision = 0;
  #reset: Reset | undefined;
  #pending: Pending = emptyTables();

  constructor(options: ReplicaOptions = {}) {
    this.#rowsMost = options.rowsMost ?? ROWS_MOST;
  }

  /** As of the last Sync; changed in place by the next one. */
  get tables(): Tables {
    return this.#tables;
  }

  /** Of the last Sync; "" before the first. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Of the last Sync; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  get contentHash(): bigint {
    return this.#digest.hash;
  }

  /** A digest for each bucket of what is held. */
  bucketDigests(): BigUint64Array {
    return this.#digest.buckets();
  }

  /** Forgets the words since the last Sync: their stream is gone. */
  abandon(): void {
    this.#reset = undefined;
    this.#pending = emptyTables();
  }

  /** Gathers a word; at a Sync, takes all that was gathered and answers what changed. */
  async take(word: Word): Promise<Change[] | undefined> {
    switch (word.kind) {
      case "reset":
        this.abandon();
        this.#reset = word;
        return undefined;
      case "set":
        this.#gather(word);
        return undefined;
      case "delete":
        this.#forget(word);
        return undefined;
      case "sync":
        return await this.#settle(word);
      case "unknown":
        return undefined;
    }
  }

  #gather<T extends TableName>(word: { table: T; rows: readonly Rows[T][] } & TableRows): void {
    const pending: Map<string, Rows[T] | undefined> = this.#pending[word.table];
    for (const row of word.rows as readonly Rows[T][]) {
      pending.set(rowKey<T>(word.table, row), row);
    }
    this.#bound();
  }

  #forget({ table, keys }: Delete): void {
    for (const key of keys) {
      this.#pending[table].set(key, undefined);
    }
    this.#bound();
  }

  #bound(): void {
    const count = sizeOf(this.#tables) + sizeOf(this.#pending);
    if (count > this.#rowsMost) {
      throw new ReplicaError("too-many-rows", `more than ${this.#rowsMost} rows were sent`);
    }
  }

  async #settle(sync: Sync): Promise<Change[]> {
    this.#checkOrder(sync);
    const digest = new ContentDigest(this.#digest);
    const changes: Change[] = [];
    for (const table of TABLE_NAMES) {
      await this.#compare(table, digest, changes);
    }
    if (digest.hash !== sync.contentHash) {
      const hashes = `${hex(digest.hash)}, not ${hex(sync.contentHash)}`;
      const what = `the content at revision ${sync.revision} has the hash ${hashes}`;
      throw new ReplicaError("hash-mismatch", what);
    }
    for (const change of changes) {
      put(this.#tables, change);
    }
    this.#digest = digest;
    this.#epoch = this.#reset?.epoch ?? this.#epoch;
    this.#revision = sync.revision;
    this.abandon();
    return changes;
  }

  #checkOrder(sync: Sync): void {
    if (this.#reset !== undefined) {
      return;
    }
    if (this.#epoch === "") {
      throw new ReplicaError("out-of-order", "the first Sync came without a Reset");
    }
    if (sync.revision < this.#revision) {
      const what = `revision ${sync.revision} came after ${this.#revision}`;
      throw new ReplicaError("out-of-order", what);
    }
  }

  /**
   * Adds what is pending for a table to the changes and to the digest, then what a Reset takes
   * away.
   */
  async #compare(table: TableName, digest: ContentDigest, changes: Change[]): Promise<void> {
    const held: ReadonlyMap<string, Row> = this.#tables[table];
    const pending: ReadonlyMap<string, Row | undefined> = this.#pending[table];
    let looked = 0;
    const note = (key: string, row: Row | undefined) => {
      const before = held.get(key);
      if (before === row || (before && row && rowsEqual(before, row))) {
        return;
      }
      if (before !== undefined) {
        digest.remove(table, key, before);
      }
      if (row !== undefined) {
        digest.add(table, key, row);
      }
      changes.push({ table, key, row } as Change);
    };
    for (const [key, row] of pending) {
      note(key, row);
      if (++looked % ROWS_A_TURN === 0) {
        await nextTurn();
      }
    }
    const isReset = this.#resetTest();
    for (const key of isReset === undefined ? [] : held.keys()) {
      if (!pending.has(key) && isReset?.(table, key)) {
        note(key, undefined);
      }
      if (++looked % ROWS_A_TURN === 0) {
        await nextTurn();
      }
    }
  }

  /** Whether the Reset takes the key away, unless it is sent; undefined where it takes none. */
  #resetTest(): ((table: TableName, key: string) => boolean) | undefined {
    const buckets = this.#reset?.buckets;
    if (buckets === undefined || buckets.length === 0) {
      return undefined;
    }
    if (buckets === "all") {
      return () => true;
    }
    const wanted = new Set(buckets);
    return (table, key) => wanted.has(bucketOf(table, key));
  }
}

function emptyTables(): MutableTables {
  return { services: new Map(), endpoints: new Map(), nodes: new Map(), settings: new Map() };
}

function sizeOf(tables: Tables | Pending): number {
  return TABLE_NAMES.reduce((sum, table) => sum + tables[table].size, 0);
}

function put(tables: MutableTables, change: Change): void {
  if (change.row === undefined) {
    tables[change.table].delete(change.key);
  } else {
    (tables[change.table] as Map<string, unknown>).set(change.key, change.row);
  }
}

function hex(hash: bigint): string {
  return hash.toString(16).padStart(16, "0");
}
