/**
 * The tag of a frontend's key, as bpf/include/tag.h computes it: programs compare it with the tag
 * in the value, so that an element recycled while it is read shows. Both sides are held to the same
 * vectors by tests.
 */

const MULTIPLIER = 0x9e3779b97f4a7c15n;
const MASK = 0xffff_ffff_ffff_ffffn;
const WORD_BYTES = 8;

/** 24 bits, never 0. The key's length is a multiple of 8 bytes. */
export function tagOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  let hash = 0n;
  for (let offset = 0; offset < key.byteLength; offset += WORD_BYTES) {
    hash = ((hash ^ view.getBigUint64(offset, true)) * MULTIPLIER) & MASK;
    hash ^= hash >> 32n;
  }
  return Number(hash >> 40n) || 1;
}
