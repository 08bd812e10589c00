/**
 * What the reconciler needs of the BPF maps, whoever holds them: the kernel, a fake in memory, or
 * one that fails on purpose. Bytes are in the layout of bpf/abi (codecs: abi.gen.ts). Every write
 * is counted.
 */

/** Why a write of one element failed. */
export interface StoreFailure {
  /** The element's position in the batch. */
  readonly index: number;
  /** "full": no room (E2BIG, ENOSPC); "exists": the key is there already; "io": any other errno. */
  readonly code: "full" | "exists" | "io";
  readonly message: string;
}

/**
 * A hash whose elements are inserted once and never updated in place (a replaced element is not
 * atomic for readers).
 */
export interface HashStore {
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  /** Elements at most. */
  readonly capacity: number;
  /** Inserts count = keys.length / keySize elements; those not named in the answer were written. */
  insert(keys: Uint8Array, values: Uint8Array): StoreFailure[];
  /** Deletes; an absent key is a success. */
  delete(keys: Uint8Array): StoreFailure[];
  get(key: Uint8Array): Uint8Array | undefined;
  /** All elements, keys and values packed one after another. */
  dump(): { readonly keys: Uint8Array; readonly values: Uint8Array; readonly count: number };
  readonly writes: number;
}

/** A mapped array of 64-bit words: each store is one aligned store that a program sees whole. */
export interface WordStore {
  readonly name: string;
  /** Words at most. */
  readonly capacity: number;
  load(index: number): bigint;
  store(index: number, word: bigint): void;
  readonly writes: number;
}

/** Per-service counters, summed over CPUs; one element a state id. */
export interface CounterStore {
  readonly capacity: number;
  read(state: number): Counters;
  /**
   * Zeroes the element and names its new owner. Called only when no flow of the earlier owner can
   * count.
   */
  reset(state: number, owner: number): void;
  dump(): Counters[];
  readonly writes: number;
}

export interface Counters {
  readonly owner: number;
  readonly flows: bigint;
  readonly packets: bigint;
  readonly bytes: bigint;
}

/** The tables that services are programmed into. */
export interface Stores {
  readonly services4: HashStore;
  readonly services6: HashStore;
  readonly states: WordStore;
  readonly slots: WordStore;
  /** Two words a cell: struct backend4. */
  readonly backends4: WordStore;
  /** Four words a cell: struct backend6. */
  readonly backends6: WordStore;
  readonly counters: CounterStore;
  /** Resolves when no program still reads what was unlinked before the call. */
  fence(): Promise<void>;
}
