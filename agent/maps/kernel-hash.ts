/**
 * A hash of the kernel as a HashStore. Inserts are single system calls with BPF_NOEXIST (the kernel
 * refuses the flag in batches), so that an element that is there is never replaced; deletes and
 * dumps go in batches.
 */
import {
  errnoName,
  isErrno,
  type MapInfo,
  mapDeleteBatch,
  mapInfo,
  mapLookup,
  mapLookupBatch,
  mapUpdate,
  NativeError,
  UPDATE_FLAG,
} from "../../native/index.ts";
import type { HashStore, StoreFailure } from "./store.ts";

const DUMP_ELEMENTS = 4096;
const ENOENT = 2;
const CODES: Readonly<Record<string, StoreFailure["code"]>> = {
  E2BIG: "full",
  ENOSPC: "full",
  EEXIST: "exists",
};

export interface Elements {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly count: number;
}

export class KernelHash implements HashStore {
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly capacity: number;
  readonly #fd: number;
  writes = 0;

  constructor(name: string, fd: number) {
    const info: MapInfo = mapInfo(fd);
    this.name = name;
    this.#fd = fd;
    this.keySize = info.keySize;
    this.valueSize = info.valueSize;
    this.capacity = info.maxEntries;
  }

  insert(keys: Uint8Array, values: Uint8Array): StoreFailure[] {
    const failures: StoreFailure[] = [];
    for (let index = 0; index < keys.length / this.keySize; index++) {
      const key = keys.subarray(index * this.keySize, (index + 1) * this.keySize);
      const value = values.subarray(index * this.valueSize, (index + 1) * this.valueSize);
      try {
        mapUpdate(this.#fd, key, value, UPDATE_FLAG.NOEXIST);
        this.writes++;
      } catch (error) {
        if (!(error instanceof NativeError)) throw error;
        failures.push(this.#failure(index, error.code));
      }
    }
    return failures;
  }

  delete(keys: Uint8Array): StoreFailure[] {
    const failures: StoreFailure[] = [];
    const count = keys.length / this.keySize;
    let index = 0;
    while (index < count) {
      const { done, errno } = mapDeleteBatch(this.#fd, keys.subarray(index * this.keySize));
      this.writes += done;
      index += done;
      if (errno === 0) break;
      if (errno !== ENOENT) failures.push(this.#failure(index, errnoName(errno)));
      index++;
    }
    return failures;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return mapLookup(this.#fd, key);
  }

  dump(): Elements {
    return dumpElements(this.#fd);
  }

  #failure(index: number, errno: string): StoreFailure {
    const code = CODES[errno] ?? "io";
    const reasons = {
      full: `${this.name} is full (${this.capacity} elements)`,
      exists: `${this.name} has the key already`,
      io: `${this.name}: ${errno}`,
    };
    return { index, code, message: reasons[code] };
  }
}

/** All elements of a map, packed; what changes during the dump may be missed or seen. */
export function dumpElements(fd: number): Elements {
  const keys: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  let count = 0;
  for (const batch of batches(fd)) {
    keys.push(batch.keys);
    values.push(batch.values);
    count += batch.count;
  }
  return { keys: concat(keys), values: concat(values), count };
}

/** A map's elements in batches of some thousands. */
function* batches(fd: number): Generator<Elements> {
  let cursor: Uint8Array | undefined;
  let size = DUMP_ELEMENTS;
  for (;;) {
    try {
      const batch = mapLookupBatch(fd, cursor, size);
      yield batch;
      if (batch.cursor === undefined) return;
      cursor = batch.cursor;
    } catch (error) {
      if (!isErrno(error, "ENOSPC")) throw error;
      size *= 2;
    }
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
