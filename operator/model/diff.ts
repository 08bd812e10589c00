/**
 * What changed between the previous and the current rows: equal rows yield nothing, so that an
 * undone change is none.
 */
import type { Change } from "../../lib/model/change.ts";
import { rowsEqual } from "../../lib/model/equal.ts";
import type { Rows, TableName } from "../../lib/model/rows.ts";

/** The change from one row to the other under a key; undefined where both say the same. */
function diffRow<T extends TableName>(
  table: T,
  key: string,
  previous: Rows[T] | undefined,
  current: Rows[T] | undefined,
): Change | undefined {
  if (previous === current) return undefined;
  if (previous !== undefined && current !== undefined && rowsEqual(previous, current)) {
    return undefined;
  }
  return { table, key, row: current } as Change;
}

/** A table's rows as last told, and what a new row under a key changes in them. */
export class DiffTable<T extends TableName> {
  readonly #table: T;
  readonly #told = new Map<string, Rows[T]>();

  constructor(table: T) {
    this.#table = table;
  }

  get(key: string): Rows[T] | undefined {
    return this.#told.get(key);
  }

  get size(): number {
    return this.#told.size;
  }

  /** Adds to `changes` what the row changes; undefined: the key is gone. */
  put(key: string, row: Rows[T] | undefined, changes: Change[]): void {
    const change = diffRow(this.#table, key, this.#told.get(key), row);
    if (change === undefined) return;
    if (row === undefined) this.#told.delete(key);
    else this.#told.set(key, row);
    changes.push(change);
  }
}
