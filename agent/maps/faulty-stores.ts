/**
 * Stores that fail on purpose, over stores that work: killed at a given write as a process is, or
 * refusing now and then by a seeded plan. A batch is killed between two of its elements, as in the
 * kernel.
 */
import type { CounterStore, HashStore, StoreFailure, Stores, WordStore } from "./store.ts";

export interface Faults {
  /**
   * The write, counted from 1 over all stores, that is not made any more; nothing works from then
   * on.
   */
  readonly killAt?: number;
  /** Share of inserts that answer "io", in [0, 1]. */
  readonly refused?: number;
  /** Share of single stores, resets, deletes and fences that throw, in [0, 1]. */
  readonly thrown?: number;
  readonly seed?: number;
}

export interface FaultyStores extends Stores {
  /** No fault happens any more; what was killed stays so. */
  heal(): void;
  readonly isKilled: boolean;
  /** Writes attempted. */
  readonly attempts: number;
}

/** What a fault throws. */
class FaultError extends Error {}

export function createFaultyStores(stores: Stores, faults: Faults): FaultyStores {
  const plan = new FaultPlan(faults);
  return {
    services4: faultyHash(stores.services4, plan),
    services6: faultyHash(stores.services6, plan),
    states: faultyWords(stores.states, plan),
    slots: faultyWords(stores.slots, plan),
    backends4: faultyWords(stores.backends4, plan),
    backends6: faultyWords(stores.backends6, plan),
    counters: faultyCounters(stores.counters, plan),
    fence: async () => {
      plan.alive();
      plan.maybeThrow("fence");
      await stores.fence();
      plan.alive();
    },
    heal: () => plan.heal(),
    get isKilled() {
      return plan.isKilled;
    },
    get attempts() {
      return plan.attempts;
    },
  };
}

class FaultPlan {
  readonly #faults: Faults;
  #random: () => number;
  #healed = false;
  isKilled = false;
  attempts = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
    this.#random = seededRandom(faults.seed ?? 1);
  }

  heal(): void {
    this.#healed = true;
  }

  alive(): void {
    if (this.isKilled) {
      throw new FaultError("killed");
    }
  }

  /** Before each write. */
  write(): void {
    this.alive();
    this.attempts++;
    this.isKilled = this.attempts === this.#faults.killAt;
    this.alive();
  }

  maybeThrow(name: string): void {
    if (this.#happens(this.#faults.thrown)) {
      throw new FaultError(`${name} failed on purpose`);
    }
  }

  refuses(): boolean {
    return this.#happens(this.#faults.refused);
  }

  #happens(share = 0): boolean {
    return !this.#healed && share > 0 && this.#random() < share;
  }
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function faultyHash(store: HashStore, plan: FaultPlan): HashStore {
  const { name, keySize, valueSize, capacity } = store;
  const part = (bytes: Uint8Array, size: number, index: number) =>
    bytes.slice(index * size, (index + 1) * size);
  return {
    name,
    keySize,
    valueSize,
    capacity,
    insert(keys, values) {
      const failures: StoreFailure[] = [];
      for (let index = 0; index < keys.length / keySize; index++) {
        plan.write();
        const failed = plan.refuses()
          ? [{ index, code: "io" as const, message: `${name} refused on purpose` }]
          : store.insert(part(keys, keySize, index), part(values, valueSize, index));
        failures.push(...failed.map((failure) => ({ ...failure, index })));
      }
      return failures;
    },
    delete(keys) {
      for (let index = 0; index < keys.length / keySize; index++) {
        plan.write();
        plan.maybeThrow(name);
        store.delete(part(keys, keySize, index));
      }
      return [];
    },
    get: (key) => store.get(key),
    dump: () => store.dump(),
    get writes() {
      return store.writes;
    },
  };
}

function faultyWords(store: WordStore, plan: FaultPlan): WordStore {
  return {
    name: store.name,
    capacity: store.capacity,
    load: (index) => store.load(index),
    store(index, word) {
      plan.write();
      plan.maybeThrow(store.name);
      store.store(index, word);
    },
    get writes() {
      return store.writes;
    },
  };
}

function faultyCounters(store: CounterStore, plan: FaultPlan): CounterStore {
  return {
    capacity: store.capacity,
    read: (state) => store.read(state),
    reset(state, owner) {
      plan.write();
      plan.maybeThrow("counters");
      store.reset(state, owner);
    },
    dump: () => store.dump(),
    get writes() {
      return store.writes;
    },
  };
}
