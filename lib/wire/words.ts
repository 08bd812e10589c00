/** What travels: the operator's words and the agent's answers, as values. */
import type { Failure } from "../model/failure.ts";
import type { Rows, TableName } from "../model/rows.ts";

/** A table's name with rows of that table. */
export type TableRows = {
  [T in TableName]: { readonly table: T; readonly rows: readonly Rows[T][] };
}[TableName];

/** A new epoch: at the next Sync, forget the rows of these buckets that are not sent before it. */
export interface Reset {
  readonly kind: "reset";
  readonly epoch: string;
  /** Ascending, each once. */
  readonly buckets: readonly number[] | "all";
}

export interface Delete {
  readonly kind: "delete";
  readonly table: TableName;
  readonly keys: readonly string[];
}

/** All up to here is consistent. */
export interface Sync {
  readonly kind: "sync";
  readonly revision: number;
  readonly contentHash: bigint;
}

/** Of a newer peer; to be passed over. */
export interface Unknown {
  readonly kind: "unknown";
}

export type Word = Reset | ({ readonly kind: "set" } & TableRows) | Delete | Sync | Unknown;

export interface Open {
  readonly kind: "open";
  readonly node: string;
  readonly version: string;
  /** "" and 0 where nothing was applied yet. */
  readonly epoch: string;
  readonly revision: number;
  /** BUCKETS digests of what the agent holds; undefined: it must be sent everything. */
  readonly buckets: BigUint64Array | undefined;
  /** Why the agent gave up what it was last sent; "" where it did not. */
  readonly refused: string;
}

/** What is programmed and what is not, all told. */
export interface Applied {
  readonly kind: "applied";
  readonly revision: number;
  readonly contentHash: bigint;
  /** FAILURES_MOST at most. */
  readonly failures: readonly Failure[];
  /** How many there are, named or not. */
  readonly failuresTotal: number;
}

export type Answer = Open | Applied | Unknown;
