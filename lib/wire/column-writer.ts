/**
 * Lays values out by column and counts the bytes that they will take when encoded, never too few.
 */
import { addressBytes } from "../model/address.ts";
import type { Cidr } from "../model/rows.ts";

export class ColumnWriter {
  /** Texts that columns name by their index; each stands once. */
  readonly strings: string[] = [];
  /** An upper bound of the columns' encoded size, field headers left out. */
  bytes = 0;
  readonly #indexes = new Map<string, number>();

  number(column: number[], value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RangeError(`${value} is no unsigned 32-bit number`);
    }
    column.push(value);
    this.bytes += varintBytes(value);
  }

  /** The value's index in the list of all that it may be. */
  choice<T>(column: number[], choices: readonly T[], value: T): void {
    const index = choices.indexOf(value);
    if (index < 0) {
      throw new RangeError(`${String(value)} is none of ${choices.join(", ")}`);
    }
    this.number(column, index);
  }

  flag(column: boolean[], value: boolean): void {
    column.push(value);
    this.bytes += 1;
  }

  text(column: string[], value: string): void {
    const length = Buffer.byteLength(value);
    column.push(value);
    this.bytes += length + varintBytes(length) + 2;
  }

  /** A text that other rows are likely to repeat. */
  symbol(column: number[], value: string): void {
    let index = this.#indexes.get(value);
    if (index === undefined) {
      index = this.strings.length;
      this.#indexes.set(value, index);
      this.text(this.strings, value);
    }
    this.number(column, index);
  }

  address(column: Uint8Array[], value: string): void {
    const bytes = addressBytes(value);
    column.push(bytes);
    this.bytes += bytes.length + 3;
  }

  cidr(addresses: Uint8Array[], prefixes: number[], value: Cidr): void {
    this.address(addresses, value.address);
    this.number(prefixes, value.prefix);
  }

  list<T>(counts: number[], values: readonly T[], each: (value: T) => void): void {
    this.number(counts, values.length);
    values.forEach(each);
  }
}

function varintBytes(value: number): number {
  if (value < 0x80) {
    return 1;
  }
  if (value < 0x4000) {
    return 2;
  }
  return value < 0x20_0000 ? 3 : 5;
}
