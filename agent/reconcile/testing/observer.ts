/**
 * Readers as programs are, looking between any two writes: they look up a frontend, then its state,
 * then its extent, each step as late as a fence allows. Whoever has begun before a fence begins is
 * through when it ends.
 *
 * A reader must meet what its frontend was served by before the changes that it may have seen, or
 * after one of them, whole; what it holds must not change under it; and a frontend that exists
 * before and after must not be missed.
 */
import type { Family } from "../../../lib/model/rows.ts";
import { decodeFrontend, encodeFrontendKey, serviceStore } from "../../maps/frontend.ts";
import type { Frontend } from "../../desired/frontends.ts";
import type { CounterStore, HashStore, Stores, WordStore } from "../../maps/store.ts";
import { lowOf } from "../../maps/words.ts";
import { contentAt, decode, type Decoded } from "./decode.ts";

/** It has looked the frontend up. */
interface Found {
  readonly frontend: string;
  readonly family: Family;
  readonly kind: string;
  readonly state: number;
  /** The last look-up that found this: its time, and the change under way. */
  time: number;
  change: number;
}

/** It has read the state's word, too. */
interface Based extends Found {
  readonly base: number;
  readonly content: string;
}

interface Meeting {
  readonly frontend: string;
  /** undefined: a miss. */
  readonly content: string | undefined;
  /** The change under way when the reader began. */
  readonly change: number;
}

type FrontendAddress = Omit<Frontend, "kind">;

export class Observer {
  readonly #stores: Stores;
  readonly #frontends = new Map<string, FrontendAddress>();
  readonly #found = new Map<string, Found>();
  readonly #based = new Map<string, Based>();
  readonly #meetings = new Map<string, Meeting>();
  readonly #violations: string[] = [];
  /** What the stores decoded to at the end of each change. */
  readonly #history: ReadonlyMap<string, Decoded>[];
  #time = 0;
  looks = 0;

  constructor(stores: Stores) {
    this.#stores = stores;
    this.#history = [decode(stores)];
  }

  /** The stores to give to whoever writes. */
  watched(): Stores {
    const look = () => this.look();
    const { services4, services6, states, slots, backends4, backends6, counters } = this.#stores;
    return {
      services4: watchHash(services4, look),
      services6: watchHash(services6, look),
      states: watchWords(states, look),
      slots: watchWords(slots, look),
      backends4: watchWords(backends4, look),
      backends6: watchWords(backends6, look),
      counters: watchCounters(counters, look),
      fence: () => this.#fence(),
    };
  }

  /** Looks frontends up from now on. */
  follow(frontends: Iterable<FrontendAddress>): void {
    for (const frontend of frontends) {
      this.#frontends.set(frontend.key, frontend);
    }
  }

  look(): void {
    this.looks++;
    this.#time++;
    this.#frontends.forEach((frontend) => this.#lookUp(frontend));
    this.#found.forEach((found) => this.#readState(found));
    this.#based.forEach((based) => this.#readExtent(based));
  }

  /**
   * The change is done: answers what readers met that they must not. `between`: what else they may
   * meet, of a change that was broken off.
   */
  finish(between: readonly ReadonlyMap<string, Decoded>[] = []): string[] {
    this.look();
    const before = this.#history.at(-1);
    const after = decode(this.#stores);
    this.#history.push(...between, after);
    for (const { frontend, content, change } of this.#meetings.values()) {
      const allowed = this.#history.slice(change).map((each) => describe(each.get(frontend)));
      const was = before?.get(frontend);
      const moved =
        was?.state !== after.get(frontend)?.state || was?.kind !== after.get(frontend)?.kind;
      const mayMiss = moved || allowed.includes(undefined);
      if (content === undefined ? !mayMiss : !allowed.includes(content)) {
        this.#violations.push(`${frontend} met ${content}, not one of ${allowed.join(" or ")}`);
      }
    }
    this.#meetings.clear();
    return this.#violations.splice(0);
  }

  get #change(): number {
    return this.#history.length - 1;
  }

  #lookUp(frontend: FrontendAddress): void {
    const store = serviceStore(this.#stores, frontend.family);
    const key = encodeFrontendKey(frontend);
    const value = store.get(key);
    const found = value === undefined ? undefined : decodeFrontend(frontend.family, key, value);
    if (found === undefined) {
      this.#meet({ frontend: frontend.key, content: undefined, change: this.#change });
      return;
    }
    const { family, kind, state } = found;
    const reader = { frontend: frontend.key, family, kind, state };
    this.#found.set(`${frontend.key} ${kind} ${state}`, {
      ...reader,
      time: this.#time,
      change: this.#change,
    });
  }

  #readState(found: Found): void {
    const base = lowOf(this.#stores.states.load(found.state));
    const key = `${found.frontend} ${found.kind} ${found.state} ${base}`;
    const known = this.#based.get(key);
    const { family, state, kind } = found;
    const isFresh = found.time === this.#time;
    const content = `${kind} ${contentAt(this.#stores, family, state, base, isFresh)}`;
    if (known === undefined) {
      this.#based.set(key, { ...found, base, content });
    } else {
      known.time = Math.max(known.time, found.time);
    }
    this.#meet({ frontend: found.frontend, content, change: found.change });
  }

  #readExtent(based: Based): void {
    const { frontend, kind, family, state, base } = based;
    const content = `${kind} ${contentAt(this.#stores, family, state, base, false)}`;
    if (content !== based.content) {
      this.#violations.push(`${frontend} held ${based.content}, which became ${content}`);
    }
  }

  #meet(meeting: Meeting): void {
    const { frontend, content, change } = meeting;
    this.#meetings.set(`${frontend} ${change} ${content}`, meeting);
  }

  async #fence(): Promise<void> {
    const begun = ++this.#time;
    this.look();
    await this.#stores.fence();
    for (const readers of [this.#found, this.#based]) {
      for (const [key, { time }] of readers) {
        if (time <= begun) {
          readers.delete(key);
        }
      }
    }
    this.look();
  }
}

function describe(decoded: Decoded | undefined): string | undefined {
  return decoded === undefined ? undefined : `${decoded.kind} ${decoded.content}`;
}

function watchHash(store: HashStore, look: () => void): HashStore {
  const { name, keySize, valueSize, capacity } = store;
  const part = (bytes: Uint8Array, size: number, index: number) =>
    bytes.slice(index * size, (index + 1) * size);
  const indexes = (keys: Uint8Array) => [...Array(keys.length / keySize).keys()];
  return {
    name,
    keySize,
    valueSize,
    capacity,
    insert: (keys, values) =>
      indexes(keys).flatMap((index) => {
        look();
        const failures = store.insert(part(keys, keySize, index), part(values, valueSize, index));
        look();
        return failures.map((failure) => ({ ...failure, index }));
      }),
    delete: (keys) =>
      indexes(keys).flatMap((index) => {
        look();
        const failures = store.delete(part(keys, keySize, index));
        look();
        return failures;
      }),
    get: (key) => store.get(key),
    dump: () => store.dump(),
    get writes() {
      return store.writes;
    },
  };
}

function watchWords(store: WordStore, look: () => void): WordStore {
  return {
    name: store.name,
    capacity: store.capacity,
    load: (index) => store.load(index),
    store(index, word) {
      store.store(index, word);
      look();
    },
    get writes() {
      return store.writes;
    },
  };
}

function watchCounters(store: CounterStore, look: () => void): CounterStore {
  return {
    capacity: store.capacity,
    read: (state) => store.read(state),
    reset(state, owner) {
      store.reset(state, owner);
      look();
    },
    dump: () => store.dump(),
    get writes() {
      return store.writes;
    },
  };
}
