/**
 * How many flows are tracked: a hash of the kernel does not tell, so its elements are counted now
 * and then, a page a turn of the event loop. The count is that of the last time.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { readPage } from "./kernel-pages.ts";

const PAGE_ELEMENTS = 4096;

export interface CountedMap {
  readonly name: string;
  readonly fd: number;
  readonly capacity: number;
}

export interface FlowUse {
  readonly name: string;
  readonly used: number;
  readonly capacity: number;
  /** Elements are written by the programs alone. */
  readonly writes: 0;
}

/**
 * Counts each map; `isStopped` is asked between pages, since descriptors must not be used after it
 * says so.
 */
export async function countFlows(
  maps: readonly CountedMap[],
  isStopped: () => boolean,
): Promise<FlowUse[]> {
  const uses: FlowUse[] = [];
  for (const { name, fd, capacity } of maps) {
    let used = 0;
    for (let next: number | null = 0; next !== null && !isStopped(); ) {
      const page = readPage(fd, next, PAGE_ELEMENTS);
      used += page.count;
      next = page.next;
      await nextTurn();
    }
    uses.push({ name, used, capacity, writes: 0 });
  }
  return uses;
}
