/** The process's heap, set up before anything is allocated in earnest. */
import { setFlagsFromString } from "node:v8";

/**
 * Keeps the young generation at its first size. A state of 100,000 rows passes through it at once;
 * grown to its
 * default bounds for that it would stay so, at 100 MB of RSS, and save few collections after.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
