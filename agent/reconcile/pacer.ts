/**
 * Work in slices: the event loop gets its turn after a few milliseconds, whatever there is to do.
 */
import { performance } from "node:perf_hooks";

export interface Pacer {
  /** Whether the slice is used up. */
  due(): boolean;
  /** Resolves when the event loop had its turn; a new slice begins. */
  pause(): Promise<void>;
}

/** Milliseconds of work between two turns: what a health check or a keepalive may wait. */
const SLICE_MS = 3;

export function createPacer(sliceMs: number = SLICE_MS): Pacer {
  let begun = performance.now();
  return {
    due: () => performance.now() - begun >= sliceMs,
    pause: () =>
      new Promise((resolve) => {
        setImmediate(() => {
          begun = performance.now();
          resolve();
        });
      }),
  };
}
