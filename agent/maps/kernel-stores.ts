/**
 * The Stores over maps of the kernel, given by descriptor: the reconciler's view of what openMaps
 * found or made.
 */
import { Fence, type FenceOptions } from "./fence.ts";
import { KernelCounters } from "./kernel-counters.ts";
import { KernelHash } from "./kernel-hash.ts";
import { KernelWords } from "./kernel-words.ts";
import type { Stores } from "./store.ts";

export interface KernelStores extends Stores {
  readonly fenceMethod: () => string;
  /** Frees what the fences hold; the maps' descriptors are the caller's. */
  close(): void;
}

/**
 * `fdOf` answers a map's descriptor by its pinned name ("services4_v1"). NativeError as from the
 * kernel.
 */
export function createKernelStores(
  fdOf: (name: string) => number,
  options: FenceOptions = {},
): KernelStores {
  const fence = new Fence(options);
  return {
    services4: new KernelHash("services4", fdOf("services4_v1")),
    services6: new KernelHash("services6", fdOf("services6_v1")),
    states: new KernelWords("states", fdOf("states_v1")),
    slots: new KernelWords("slots", fdOf("slots_v1")),
    backends4: new KernelWords("backends4", fdOf("backends4_v1")),
    backends6: new KernelWords("backends6", fdOf("backends6_v1")),
    counters: new KernelCounters("counters", fdOf("counters_v1")),
    fence: () => fence.wait(),
    fenceMethod: () => fence.method,
    close: () => fence.close(),
  };
}
