/**
 * A mapped array of the kernel as a WordStore: no system call; each store is one aligned 64-bit
 * store.
 */
import { mapMmap } from "../../native/index.ts";
import type { WordStore } from "./store.ts";

export class KernelWords implements WordStore {
  readonly name: string;
  readonly #words: BigUint64Array;
  writes = 0;

  constructor(name: string, fd: number) {
    this.name = name;
    this.#words = new BigUint64Array(mapMmap(fd));
  }

  get capacity(): number {
    return this.#words.length;
  }

  load(index: number): bigint {
    return Atomics.load(this.#words, index);
  }

  store(index: number, word: bigint): void {
    Atomics.store(this.#words, index, word);
    this.writes++;
  }
}
