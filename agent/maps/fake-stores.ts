/**
 * The stores in memory: what the kernel's maps do, without a kernel. A hash refuses a key that it
 * has and an element beyond its capacity, as bpf(2) with BPF_NOEXIST does.
 */
import type {
  Counters,
  CounterStore,
  HashStore,
  StoreFailure,
  Stores,
  WordStore,
} from "./store.ts";

export interface FakeCapacities {
  /** Elements of services4 and services6, each. */
  readonly frontends: number;
  readonly states: number;
  /** Words. */
  readonly slots: number;
  /** Cells of backends4 and backends6, each. */
  readonly backends: number;
}

const VALUE_BYTES = 8;
const KEY4_BYTES = 8;
const KEY6_BYTES = 24;
const CELL4_WORDS = 2;
const CELL6_WORDS = 4;

const DEFAULTS: FakeCapacities = { frontends: 1024, states: 1024, slots: 65536, backends: 4096 };

/** `fence`: what a grace period waits for; a turn of the event loop where not given. */
export function createFakeStores(
  capacities: Partial<FakeCapacities> = {},
  fence: () => Promise<void> = turn,
): Stores {
  const { frontends, states, slots, backends } = { ...DEFAULTS, ...capacities };
  return {
    services4: new FakeHash("services4", KEY4_BYTES, frontends),
    services6: new FakeHash("services6", KEY6_BYTES, frontends),
    states: new FakeWords("states", states),
    slots: new FakeWords("slots", slots),
    backends4: new FakeWords("backends4", backends * CELL4_WORDS),
    backends6: new FakeWords("backends6", backends * CELL6_WORDS),
    counters: new FakeCounters(states),
    fence,
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

class FakeHash implements HashStore {
  readonly name: string;
  readonly keySize: number;
  readonly valueSize = VALUE_BYTES;
  readonly capacity: number;
  readonly #elements = new Map<string, { key: Uint8Array; value: Uint8Array }>();
  writes = 0;

  constructor(name: string, keySize: number, capacity: number) {
    this.name = name;
    this.keySize = keySize;
    this.capacity = capacity;
  }

  insert(keys: Uint8Array, values: Uint8Array): StoreFailure[] {
    const failures: StoreFailure[] = [];
    for (let index = 0; index < keys.length / this.keySize; index++) {
      const key = keys.slice(index * this.keySize, (index + 1) * this.keySize);
      const name = keyName(key);
      if (this.#elements.has(name)) {
        failures.push({ index, code: "exists", message: `${this.name} has the key already` });
      } else if (this.#elements.size >= this.capacity) {
        failures.push({ index, code: "full", message: `${this.name} is full` });
      } else {
        const value = values.slice(index * VALUE_BYTES, (index + 1) * VALUE_BYTES);
        this.#elements.set(name, { key, value });
        this.writes++;
      }
    }
    return failures;
  }

  delete(keys: Uint8Array): StoreFailure[] {
    for (let offset = 0; offset < keys.length; offset += this.keySize) {
      if (this.#elements.delete(keyName(keys.subarray(offset, offset + this.keySize)))) {
        this.writes++;
      }
    }
    return [];
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#elements.get(keyName(key))?.value.slice();
  }

  dump(): { keys: Uint8Array; values: Uint8Array; count: number } {
    const elements = [...this.#elements.values()];
    return {
      keys: Uint8Array.from(Buffer.concat(elements.map(({ key }) => key))),
      values: Uint8Array.from(Buffer.concat(elements.map(({ value }) => value))),
      count: elements.length,
    };
  }
}

function keyName(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

class FakeWords implements WordStore {
  readonly name: string;
  readonly #words: BigUint64Array;
  writes = 0;

  constructor(name: string, capacity: number) {
    this.name = name;
    this.#words = new BigUint64Array(capacity);
  }

  get capacity(): number {
    return this.#words.length;
  }

  load(index: number): bigint {
    const word = this.#words[index];
    if (word === undefined) {
      throw new RangeError(`${this.name} has no word ${index}`);
    }
    return word;
  }

  store(index: number, word: bigint): void {
    if (index < 0 || index >= this.#words.length) {
      throw new RangeError(`${this.name} has no word ${index}`);
    }
    this.#words[index] = word;
    this.writes++;
  }
}

class FakeCounters implements CounterStore {
  readonly #elements: Counters[];
  writes = 0;

  constructor(capacity: number) {
    this.#elements = Array.from({ length: capacity }, () => counters(0));
  }

  get capacity(): number {
    return this.#elements.length;
  }

  read(state: number): Counters {
    const element = this.#elements[state];
    if (element === undefined) {
      throw new RangeError(`counters has no element ${state}`);
    }
    return element;
  }

  reset(state: number, owner: number): void {
    this.read(state);
    this.#elements[state] = counters(owner);
    this.writes++;
  }

  dump(): Counters[] {
    return [...this.#elements];
  }
}

function counters(owner: number): Counters {
  return { owner, flows: 0n, packets: 0n, bytes: 0n };
}
