/**
 * A backend's cell to and from the words of backends4 and backends6 (struct backend4, backend6):
 * address and port first, then the word that programs test. Invariant: the former never change
 * while a slot names the cell.
 */
import { addressBytes } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";
import { backend4, backend6 } from "./abi.gen.ts";
import { textOf } from "./frontend.ts";
import type { Stores, WordStore } from "./store.ts";
import { highOf, lowOf, pack } from "./words.ts";

export interface Cell {
  readonly address: string;
  /** Host order. */
  readonly port: number;
  readonly generation: number;
  /** BACKEND_F_USABLE, BACKEND_F_LOCAL. */
  readonly flags: number;
}

const WORD_BYTES = 8;
const CODEC = { 4: backend4, 6: backend6 } as const;
/** Words of a cell, the tested one included, which is the last. */
const CELL_WORDS = { 4: backend4.size / WORD_BYTES, 6: backend6.size / WORD_BYTES } as const;

export function backendStore(stores: Stores, family: Family): WordStore {
  return family === 4 ? stores.backends4 : stores.backends6;
}

/** Cells that the family's table holds. */
export function cellCapacity(stores: Stores, family: Family): number {
  return Math.floor(backendStore(stores, family).capacity / CELL_WORDS[family]);
}

export function cellGeneration(stores: Stores, family: Family, id: number): number {
  return highOf(backendStore(stores, family).load(wordIndex(family, id)));
}

export function cellFlags(stores: Stores, family: Family, id: number): number {
  return lowOf(backendStore(stores, family).load(wordIndex(family, id)));
}

/** The one store that ends a backend's use; its generation stays. */
export function retireCell(stores: Stores, family: Family, id: number): void {
  const generation = cellGeneration(stores, family, id);
  backendStore(stores, family).store(wordIndex(family, id), pack(generation, 0));
}

/** Writes the whole cell, its word last. No slot that a program may read names it. */
export function writeCell(stores: Stores, family: Family, id: number, cell: Cell): void {
  const store = backendStore(stores, family);
  const bytes = CODEC[family].encode({
    address: addressBytes(cell.address),
    port: cell.port,
    word: pack(cell.generation, cell.flags),
  });
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < CELL_WORDS[family]; index++) {
    const word = view.getBigUint64(index * WORD_BYTES, true);
    store.store(id * CELL_WORDS[family] + index, word);
  }
}

/** Undefined where the cell holds what Leat does not write. */
export function readCell(stores: Stores, family: Family, id: number): Cell | undefined {
  const store = backendStore(stores, family);
  const bytes = new Uint8Array(CODEC[family].size);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < CELL_WORDS[family]; index++) {
    const word = store.load(id * CELL_WORDS[family] + index);
    view.setBigUint64(index * WORD_BYTES, word, true);
  }
  const { address, port, word } = CODEC[family].decode(bytes);
  const text = textOf(address);
  return text === undefined
    ? undefined
    : { address: text, port, generation: highOf(word), flags: lowOf(word) };
}

function wordIndex(family: Family, id: number): number {
  return (id + 1) * CELL_WORDS[family] - 1;
}
