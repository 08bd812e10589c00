/** What writer and reader of the flip test share: descriptors, and what the program counts. */
import { mapLookup, mapUpdate } from "../../native/index.ts";
import { u32Bytes } from "./tables.ts";

/** struct many_seen of bpf/testing/choose_test.bpf.c, in its order. */
const SEEN = [
  "lookups",
  "found",
  "absent",
  "falseMisses",
  "races",
  "strangers",
  "torn",
  "backward",
] as const;

export type Seen = Readonly<Record<(typeof SEEN)[number], number>>;

export interface ReaderOptions {
  readonly program: number;
  readonly plan: number;
  readonly seen: number;
  readonly services: number;
  readonly stable: number;
  /** Look-ups take turns between them. */
  readonly families: readonly (4 | 6)[];
  /** One word; not 0: stop. */
  readonly stop: SharedArrayBuffer;
}

const WORD_BYTES = 8;

export function readSeen(fd: number): Seen {
  const bytes = mapLookup(fd, u32Bytes(0)) ?? new Uint8Array(SEEN.length * WORD_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const counts = SEEN.map((name, at) => [name, Number(view.getBigUint64(at * WORD_BYTES, true))]);
  return Object.fromEntries(counts) as Seen;
}

/** Look-ups that were answered wrongly. */
export function wrong({ falseMisses, races, strangers, torn, backward }: Seen): number {
  return falseMisses + races + strangers + torn + backward;
}

/** struct many_plan. */
export function writePlan(fd: number, plan: readonly number[]): void {
  mapUpdate(fd, u32Bytes(0), Uint8Array.from(plan.flatMap((word) => [...u32Bytes(word)])));
}
