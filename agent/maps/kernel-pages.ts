/** A hash of the kernel page by page, for people: no page reads more than it shows. */
import { isErrno, mapLookupBatch } from "../../native/index.ts";
import type { Elements } from "./kernel-hash.ts";

export interface ElementPage extends Elements {
  /** Where the next page begins; null: this was the last. */
  readonly next: number | null;
}

const CURSOR_BYTES = 4;

/**
 * About `count` elements from the bucket `offset` on. The cursor of a hash is the number of a
 * bucket.
 */
export function readPage(fd: number, offset: number, count: number): ElementPage {
  const from = new Uint8Array(CURSOR_BYTES);
  new DataView(from.buffer).setUint32(0, offset, true);
  for (let wanted = count; ; wanted *= 2) {
    try {
      const { cursor, ...page } = mapLookupBatch(fd, offset === 0 ? undefined : from, wanted);
      return { ...page, next: cursor === undefined ? null : bucketOf(cursor) };
    } catch (error) {
      if (!isErrno(error, "ENOSPC")) {
        throw error;
      }
    }
  }
}

function bucketOf(cursor: Uint8Array): number {
  return new DataView(cursor.buffer, cursor.byteOffset).getUint32(0, true);
}
