/**
 * An extent to and from words of the slots table (bpf/abi/service.h): a header, then the slots of
 * the Cluster list, the Local list and the kept backends.
 */
import { ExtentLayout } from "./abi.gen.ts";
import type { WordStore } from "./store.ts";
import { highOf, lowOf, pack } from "./words.ts";

const {
  EXTENT_COUNTS,
  EXTENT_HEADER_WORDS,
  EXTENT_KEPT,
  EXTENT_OPTIONS,
  EXTENT_OWNER,
  EXTENT_POLICY,
} = ExtentLayout;

export interface Slot {
  readonly cell: number;
  readonly generation: number;
}

export interface Extent {
  readonly flags: number;
  readonly affinitySeconds: number;
  readonly state: number;
  readonly owner: number;
  readonly cluster: readonly Slot[];
  readonly local: readonly Slot[];
  /** In neither list, but still serving. */
  readonly kept: readonly Slot[];
}

/** Words that an extent of so many slots takes. */
export function extentSize(slots: number): number {
  return EXTENT_HEADER_WORDS + slots;
}

export function encodeExtent(extent: Extent): bigint[] {
  const words = Array.from({ length: EXTENT_HEADER_WORDS }, () => 0n);
  words[EXTENT_COUNTS] = pack(extent.local.length, extent.cluster.length);
  words[EXTENT_POLICY] = pack(extent.affinitySeconds, extent.flags);
  words[EXTENT_OWNER] = pack(extent.state, extent.owner);
  words[EXTENT_OPTIONS] = 0n;
  words[EXTENT_KEPT] = pack(0, extent.kept.length);
  for (const list of [extent.cluster, extent.local, extent.kept]) {
    for (const { cell, generation } of list) {
      words.push(pack(generation, cell));
    }
  }
  return words;
}

/**
 * Undefined where the words from the base on cannot be an extent: its end lies beyond the table.
 */
export function readExtent(slots: WordStore, base: number): Extent | undefined {
  if (base + EXTENT_HEADER_WORDS > slots.capacity) {
    return undefined;
  }
  const header = (index: number) => slots.load(base + index);
  const counts = [
    lowOf(header(EXTENT_COUNTS)),
    highOf(header(EXTENT_COUNTS)),
    lowOf(header(EXTENT_KEPT)),
  ] as const;
  if (base + extentSize(counts[0] + counts[1] + counts[2]) > slots.capacity) {
    return undefined;
  }
  let next = base + EXTENT_HEADER_WORDS;
  const [cluster, local, kept] = counts.map((count) => {
    next += count;
    return readSlots(slots, next - count, count);
  });
  return {
    flags: lowOf(header(EXTENT_POLICY)),
    affinitySeconds: highOf(header(EXTENT_POLICY)),
    state: highOf(header(EXTENT_OWNER)),
    owner: lowOf(header(EXTENT_OWNER)),
    cluster: cluster ?? [],
    local: local ?? [],
    kept: kept ?? [],
  };
}

function readSlots(slots: WordStore, from: number, count: number): Slot[] {
  return Array.from({ length: count }, (_, index) => {
    const word = slots.load(from + index);
    return { cell: lowOf(word), generation: highOf(word) };
  });
}
