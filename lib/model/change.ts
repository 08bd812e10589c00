/**
 * A change of one row: what the operator's diff yields, the stream carries and the agent folds
 * in.
 */
import type { Rows, TableName } from "./rows.ts";

/** Row undefined: the key is gone. */
export interface ChangeOf<T extends TableName> {
  readonly table: T;
  readonly key: string;
  readonly row: Rows[T] | undefined;
}

export type Change = { [T in TableName]: ChangeOf<T> }[TableName];

/** All rows of every table, by key. */
export type Tables = { readonly [T in TableName]: ReadonlyMap<string, Rows[T]> };
