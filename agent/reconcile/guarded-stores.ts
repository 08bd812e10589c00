/**
 * The stores with every exception as a StoreError that names the table, so that a programming error
 * is none.
 */
import type { CounterStore, HashStore, Stores, WordStore } from "../maps/store.ts";
import { errorText } from "../../lib/errors.ts";
import { StoreError } from "./errors.ts";

/** Behaves as the stores given; rethrows what they throw. */
export function guardStores(stores: Stores): Stores {
  return {
    services4: guardHash(stores.services4),
    services6: guardHash(stores.services6),
    states: guardWords(stores.states),
    slots: guardWords(stores.slots),
    backends4: guardWords(stores.backends4),
    backends6: guardWords(stores.backends6),
    counters: guardCounters(stores.counters),
    fence: async () => {
      try {
        await stores.fence();
      } catch (cause) {
        throw new StoreError(`no grace period passes: ${errorText(cause)}`, { cause });
      }
    },
  };
}

function guard<T>(table: string, operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    throw new StoreError(`${table}: ${errorText(cause)}`, { cause });
  }
}

function guardHash(store: HashStore): HashStore {
  const { name, keySize, valueSize, capacity } = store;
  return {
    name,
    keySize,
    valueSize,
    capacity,
    insert: (keys, values) => guard(name, () => store.insert(keys, values)),
    delete: (keys) => guard(name, () => store.delete(keys)),
    get: (key) => guard(name, () => store.get(key)),
    dump: () => guard(name, () => store.dump()),
    get writes() {
      return store.writes;
    },
  };
}

function guardWords(store: WordStore): WordStore {
  const { name, capacity } = store;
  return {
    name,
    capacity,
    load: (index) => guard(name, () => store.load(index)),
    store: (index, word) => guard(name, () => store.store(index, word)),
    get writes() {
      return store.writes;
    },
  };
}

function guardCounters(store: CounterStore): CounterStore {
  return {
    capacity: store.capacity,
    read: (state) => guard("counters", () => store.read(state)),
    reset: (state, owner) => guard("counters", () => store.reset(state, owner)),
    dump: () => guard("counters", () => store.dump()),
    get writes() {
      return store.writes;
    },
  };
}
