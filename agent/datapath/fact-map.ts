/**
 * A hash of facts about the node (its addresses, its devices), kept equal to what is wanted.
 * Nothing that is equal is written. A freed element is recycled at once, and a reader may still
 * hold it: so a write that takes an element waits for a grace period after one that freed some.
 * Such facts change seldom.
 */
import { isErrno, mapDelete, mapUpdate } from "../../native/index.ts";
import { dumpElements } from "../maps/kernel-hash.ts";

export interface FactElement {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface FactMapOptions {
  readonly name: string;
  readonly fd: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly fence: () => Promise<void>;
}

export class FactMap {
  readonly #options: FactMapOptions;
  /** An earlier process may have freed elements just now. */
  #mustWait = true;
  #writes = 0;

  constructor(options: FactMapOptions) {
    this.#options = options;
  }

  get writes(): number {
    return this.#writes;
  }

  /** Elements that the kernel holds just now. */
  get count(): number {
    return dumpElements(this.#options.fd).count;
  }

  /** Answers a sentence where the map has no room for all. */
  async sync(wanted: readonly FactElement[]): Promise<string[]> {
    const { name, fd } = this.#options;
    const found = new Map(this.read().map((element) => [hex(element.key), element]));
    const missing = wanted.filter(({ key }) => !found.has(hex(key)));
    const changed = wanted.filter(({ key, value }) => {
      const present = found.get(hex(key));
      return present !== undefined && hex(present.value) !== hex(value);
    });
    for (const element of wanted) found.delete(hex(element.key));
    for (const { key } of found.values()) {
      if (mapDelete(fd, key)) this.#freed();
    }
    let refused = 0;
    for (const element of missing) if (!(await this.#write(element))) refused++;
    for (const element of changed) {
      await this.#write(element);
      this.#freed(0);
    }
    return refused === 0 ? [] : [`${name} is full: ${refused} of ${wanted.length} are left out`];
  }

  /** All elements, as the kernel holds them. */
  read(): FactElement[] {
    const { fd, keySize, valueSize } = this.#options;
    const { keys, values, count } = dumpElements(fd);
    return Array.from({ length: count }, (_, index) => ({
      key: keys.subarray(index * keySize, (index + 1) * keySize),
      value: values.subarray(index * valueSize, (index + 1) * valueSize),
    }));
  }

  #freed(writes = 1): void {
    this.#mustWait = true;
    this.#writes += writes;
  }

  async #write({ key, value }: FactElement): Promise<boolean> {
    if (this.#mustWait) await this.#options.fence();
    this.#mustWait = false;
    try {
      mapUpdate(this.#options.fd, key, value);
      this.#writes++;
      return true;
    } catch (error) {
      if (isErrno(error, "E2BIG")) return false;
      throw error;
    }
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
