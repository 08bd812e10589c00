/**
 * Reads a batch's columns back into values, one array a column, and refuses the batch by the name
 * of the column that is wrong: another number of entries than rows, an index or a choice out of
 * range, no address, no port.
 */
import { addressText, parseCidr } from "../model/address.ts";
import type { Cidr } from "../model/rows.ts";
import type { WireError } from "./limits.ts";
import { malformed } from "./limits.ts";

type Column<T> = readonly T[] | null | undefined;

const NONE: readonly never[] = Object.freeze([]);
const PORT_MOST = 65_535;

export class ColumnReader {
  readonly #table: string;
  readonly #strings: readonly string[];

  constructor(table: string, strings?: Column<string>) {
    this.#table = table;
    this.#strings = strings ?? [];
  }

  /** A column of `rows` entries, as they are. */
  values<T>(name: string, rows: number, column: Column<T>): readonly T[] {
    const values = column ?? NONE;
    if (values.length !== rows) {
      throw this.#wrong(name, `has ${values.length} entries for ${rows} rows`);
    }
    return values;
  }

  /** Columns of indexes into the list of all that a value may be. */
  choices<T extends string>(
    name: string,
    rows: number,
    column: Column<number>,
    choices: readonly (T | undefined)[],
  ): T[] {
    return this.values(name, rows, column).map((index) => {
      const choice = choices[index];
      if (choice === undefined) {
        throw this.#wrong(name, `holds ${index}, which means nothing`);
      }
      return choice;
    });
  }

  symbols(name: string, rows: number, column: Column<number>): string[] {
    return this.values(name, rows, column).map((index) => {
      const text = this.#strings[index];
      if (text === undefined) {
        throw this.#wrong(name, `names string ${index} of ${this.#strings.length}`);
      }
      return text;
    });
  }

  /** Numbers of at most `most`. */
  numbers(name: string, rows: number, column: Column<number>, most = PORT_MOST): readonly number[] {
    const values = this.values(name, rows, column);
    for (const value of values) {
      if (value > most) {
        throw this.#wrong(name, `holds ${value}, more than ${most}`);
      }
    }
    return values;
  }

  addresses(name: string, rows: number, column: Column<Uint8Array>): string[] {
    return this.values(name, rows, column).map((bytes) => {
      try {
        return addressText(bytes);
      } catch (error) {
        throw this.#wrong(name, "holds no address", error);
      }
    });
  }

  /** As many prefixes as there are addresses. */
  cidrs(name: string, addresses: Column<Uint8Array>, prefixes: Column<number>): Cidr[] {
    const count = addresses?.length ?? 0;
    const lengths = this.values(`${name}_prefix`, count, prefixes);
    return this.addresses(`${name}_address`, count, addresses).map((address, index) => {
      const prefix = lengths[index] ?? 0;
      if (parseCidr(`${address}/${prefix}`)?.address !== address) {
        throw this.#wrong(name, `holds ${address}/${prefix}, which is no prefix`);
      }
      return { address, prefix };
    });
  }

  /** Each row's list, cut from the entries of all rows, which must be used up. */
  lists<T>(name: string, rows: number, counts: Column<number>, entries: readonly T[]): T[][] {
    let start = 0;
    const lists = this.values(`${name}_count`, rows, counts).map((count) => {
      const end = start + count;
      if (end > entries.length) {
        throw this.#wrong(name, `has ${entries.length} entries, fewer than are counted`);
      }
      const list = count === 0 ? (NONE as unknown as T[]) : entries.slice(start, end);
      start = end;
      return list;
    });
    if (start !== entries.length) {
      throw this.#wrong(name, `has ${entries.length} entries, but ${start} are counted`);
    }
    return lists;
  }

  #wrong(name: string, what: string, cause?: unknown): WireError {
    return malformed(`${this.#table}: column ${name} ${what}`, cause);
  }
}

/** The entry of a column whose length has been compared with the number of rows. */
export function at<T>(column: readonly T[], index: number): T {
  const value = column[index];
  if (value === undefined) {
    throw new RangeError(`a column of ${column.length} entries was read at ${index}`);
  }
  return value;
}
