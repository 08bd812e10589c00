/**
 * The way from one consistent state to another as encoded messages, shared by all readers that go
 * it. Messages are made when the first reader asks for them, a few milliseconds' worth at a time,
 * and kept for the others.
 *
 * Invariant: what a transfer sends, and the hash in its Sync, are of one revision: it holds the
 * rows (immutable values) as they were when it was made, whatever is committed since.
 */
import assert from "node:assert/strict";

import type { DirtyKey, History } from "../../lib/history.ts";
import { bucketOf } from "../../lib/model/digest.ts";
import type { Rows, TableName } from "../../lib/model/rows.ts";
import { TABLE_NAMES } from "../../lib/model/rows.ts";
import { encodeKeys, encodeReset, encodeRows, encodeSync } from "../../lib/wire/encode.ts";

export type TransferKind = "delta" | "full" | "partial";

/** "pause": nothing is ready yet, ask again after other work had its turn. */
export type NextMessage = Buffer | "pause" | "end";

type Messages = Generator<Buffer | "pause", void>;

/** A row of common size, encoded. */
const ITEM_BYTES = 32;

interface Point {
  readonly revision: number;
  readonly contentHash: bigint;
}

export class Transfer {
  readonly kind: TransferKind;
  /** The state that it leads to. */
  readonly to: Point;
  readonly #items: number;
  readonly #messages: Buffer[] = [];
  #source: Messages | undefined;
  #encodedBytes = 0;

  /** `items`: rows and keys that it is made from. */
  constructor(kind: TransferKind, to: Point, items: number, source: Messages) {
    this.kind = kind;
    this.to = to;
    this.#items = items;
    this.#source = source;
  }

  /** What it costs to keep: its messages, and about as much for what is not encoded yet. */
  get bytes(): number {
    return this.#encodedBytes + (this.#source === undefined ? 0 : this.#items * ITEM_BYTES);
  }

  /** The message at the position, counted from 0. */
  message(position: number): NextMessage {
    const known = this.#messages[position];
    if (known !== undefined) {
      return known;
    }
    const next = this.#source?.next();
    if (next === undefined || next.done === true) {
      this.#source = undefined;
      return "end";
    }
    if (next.value !== "pause") {
      this.#messages.push(next.value);
      this.#encodedBytes += next.value.length;
    }
    return next.value;
  }
}

/** All rows as they were at one revision. */
export class Capture implements Point {
  readonly revision: number;
  readonly contentHash: bigint;
  readonly digests: BigUint64Array;
  readonly size: number;
  readonly tables: { readonly [T in TableName]: CapturedTable<T> };

  constructor(history: History) {
    const { services, endpoints, nodes, settings } = history.tables;
    this.revision = history.revision;
    this.contentHash = history.contentHash();
    this.digests = history.bucketDigests();
    this.size = history.size;
    this.tables = {
      services: new CapturedTable("services", services),
      endpoints: new CapturedTable("endpoints", endpoints),
      nodes: new CapturedTable("nodes", nodes),
      settings: new CapturedTable("settings", settings),
    };
  }
}

/** A bucket that has not been computed yet; real ones are below BUCKETS. */
const UNKNOWN_BUCKET = 0xffff;
/** Rows looked at between two pauses: about 2 ms when their buckets are computed first. */
const ROWS_A_TURN = 16_384;

class CapturedTable<T extends TableName> {
  readonly #table: T;
  readonly #keys: readonly string[];
  readonly #buckets: Uint16Array;
  readonly rows: readonly Rows[T][];

  constructor(table: T, rows: ReadonlyMap<string, Rows[T]>) {
    this.#table = table;
    this.#keys = [...rows.keys()];
    this.rows = [...rows.values()];
    this.#buckets = new Uint16Array(this.rows.length).fill(UNKNOWN_BUCKET);
  }

  *messages(): Messages {
    yield* encodeRows(this.#table, this.rows);
  }

  *messagesOf(wanted: ReadonlySet<number>): Messages {
    const rows: Rows[T][] = [];
    for (const [index, row] of this.rows.entries()) {
      if (index % ROWS_A_TURN === ROWS_A_TURN - 1) {
        yield "pause";
      }
      if (wanted.has(this.#bucket(index))) {
        rows.push(row);
      }
    }
    yield* encodeRows(this.#table, rows);
  }

  #bucket(index: number): number {
    const known = this.#buckets[index] ?? UNKNOWN_BUCKET;
    if (known !== UNKNOWN_BUCKET) {
      return known;
    }
    const bucket = bucketOf(this.#table, this.#keys[index] ?? "");
    this.#buckets[index] = bucket;
    return bucket;
  }
}

/**
 * A reset to the captured state, of everything or of the buckets given (ascending): all but its
 * Sync, which the delta that follows brings.
 */
export function resetTransfer(
  epoch: string,
  capture: Capture,
  buckets: readonly number[] | "all",
): Transfer {
  const kind = buckets === "all" ? "full" : "partial";
  return new Transfer(kind, capture, capture.size, resetMessages(epoch, capture, buckets));
}

function* resetMessages(
  epoch: string,
  capture: Capture,
  buckets: readonly number[] | "all",
): Messages {
  yield encodeReset({ epoch, buckets });
  const wanted = buckets === "all" ? undefined : new Set(buckets);
  for (const table of Object.values(capture.tables)) {
    if (wanted === undefined) {
      yield* table.messages();
    } else if (wanted.size > 0) {
      yield* table.messagesOf(wanted);
    }
  }
}

/**
 * One transfer after another as one, with the Sync of the last: a reader never sees the state in
 * between. Their messages are shared, not copied.
 */
export function joinTransfers(first: Transfer, last: Transfer): Transfer {
  return new Transfer(first.kind, last.to, 0, joinedMessages([first, last]));
}

function* joinedMessages(transfers: readonly Transfer[]): Messages {
  for (const transfer of transfers) {
    for (let position = 0, ended = false; !ended; ) {
      const next = transfer.message(position);
      ended = next === "end";
      if (next !== "end") {
        yield next;
        position += next === "pause" ? 0 : 1;
      }
    }
  }
}

/**
 * The current rows of all keys that changed after the revision, each once; it must be within
 * reach.
 */
export function deltaTransfer(history: History, from: number): Transfer {
  const keys = history.changesSince(from);
  assert(keys !== "reset", `revision ${from} is out of reach`);
  const to = { revision: history.revision, contentHash: history.contentHash() };
  const parts = TABLE_NAMES.map((table: TableName) => changesOf(history, table, keys));
  return new Transfer("delta", to, keys.length, deltaMessages(parts, to));
}

interface TableChanges<T extends TableName> {
  readonly table: T;
  readonly rows: readonly Rows[T][];
  readonly gone: readonly string[];
}

function changesOf<T extends TableName>(
  history: History,
  table: T,
  keys: readonly DirtyKey[],
): TableChanges<T> {
  const rows: Rows[T][] = [];
  const gone: string[] = [];
  for (const dirty of keys) {
    if (dirty.table === table) {
      const row = history.row(table, dirty.key);
      if (row === undefined) {
        gone.push(dirty.key);
      } else {
        rows.push(row);
      }
    }
  }
  return { table, rows, gone };
}

function* deltaMessages(parts: readonly TableChanges<TableName>[], to: Point): Messages {
  for (const { table, rows, gone } of parts) {
    yield* encodeKeys(table, gone);
    yield* encodeRows(table, rows);
  }
  yield encodeSync(to);
}
