/**
 * The grace period: after a fence no program still reads what was unlinked before it was asked for.
 * membarrier does it; a kernel that refuses it (EINVAL, ENOSYS, EPERM) is made to wait for RCU by
 * an update of a map of maps. Calls that come together share one fence; one that comes while a
 * fence runs waits for the next.
 */
import {
  closeFd,
  MAP_TYPE,
  mapCreate,
  mapUpdateAsync,
  membarrierGlobal,
  NativeError,
} from "../../native/index.ts";

const REFUSALS: ReadonlySet<string> = new Set(["EINVAL", "ENOSYS", "EPERM"]);
const WORD_BYTES = 4;

export type FenceMethod = "membarrier" | "map-in-map";

export interface FenceOptions {
  /** "auto" (default): membarrier until it is refused. */
  readonly method?: FenceMethod | "auto";
  /** Stands for the system call in tests of its refusal. */
  readonly membarrier?: () => Promise<void>;
}

export class Fence {
  readonly #membarrier: () => Promise<void>;
  #method: FenceMethod;
  readonly #mayFallBack: boolean;
  #running: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;
  #outer: number | undefined;
  #inner: number | undefined;

  constructor({ method = "auto", membarrier = membarrierGlobal }: FenceOptions = {}) {
    this.#membarrier = membarrier;
    this.#method = method === "map-in-map" ? "map-in-map" : "membarrier";
    this.#mayFallBack = method === "auto";
  }

  /** What the next fence will use. */
  get method(): FenceMethod {
    return this.#method;
  }

  /**
   * Resolves after a grace period that began after the call. Rejects with NativeError, then nothing
   * may be reused.
   */
  wait(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#waiting ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#waiting;
  }

  /** Frees the fall-back's maps. */
  close(): void {
    for (const fd of [this.#outer, this.#inner]) if (fd !== undefined) closeFd(fd);
    this.#outer = undefined;
    this.#inner = undefined;
  }

  #start(): Promise<void> {
    this.#waiting = undefined;
    const running = this.#run().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #run(): Promise<void> {
    if (this.#method === "membarrier") {
      try {
        return await this.#membarrier();
      } catch (error) {
        const isRefused = error instanceof NativeError && REFUSALS.has(error.code);
        if (!isRefused || !this.#mayFallBack) throw error;
        this.#method = "map-in-map";
      }
    }
    await this.#updateMapOfMaps();
  }

  async #updateMapOfMaps(): Promise<void> {
    const shape = { keySize: WORD_BYTES, valueSize: WORD_BYTES, maxEntries: 1 };
    this.#inner ??= mapCreate({ ...shape, type: MAP_TYPE.ARRAY, name: "leat_fence_in" });
    this.#outer ??= mapCreate({
      ...shape,
      type: MAP_TYPE.ARRAY_OF_MAPS,
      name: "leat_fence",
      innerFd: this.#inner,
    });
    const value = new Uint8Array(WORD_BYTES);
    new DataView(value.buffer).setUint32(0, this.#inner, true);
    await mapUpdateAsync(this.#outer, new Uint8Array(WORD_BYTES), value);
  }
}
