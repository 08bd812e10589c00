/** What the stores say, as a program would read it at once: the text that tests compare. */
import type { Family } from "../../../lib/model/rows.ts";
import { readCell } from "../../maps/cell.ts";
import { readExtent, type Slot } from "../../maps/extent.ts";
import { decodeFrontend, serviceStore } from "../../maps/frontend.ts";
import type { Stores } from "../../maps/store.ts";
import { lowOf } from "../../maps/words.ts";

/** What a frontend is served by. */
export interface Decoded {
  readonly kind: string;
  readonly state: number;
  /** flags, affinity, both lists sorted: equal where a client could not tell. */
  readonly content: string;
}

/**
 * Frontends by key. Anything that a program could stumble over stands in the content as "broken".
 */
export function decode(stores: Stores): Map<string, Decoded> {
  const decoded = new Map<string, Decoded>();
  for (const family of [4, 6] as const) {
    const store = serviceStore(stores, family);
    const { keys, values, count } = store.dump();
    for (let index = 0; index < count; index++) {
      const key = keys.subarray(index * store.keySize, (index + 1) * store.keySize);
      const value = values.slice(index * store.valueSize, (index + 1) * store.valueSize);
      const frontend = decodeFrontend(family, key, value);
      if (frontend === undefined) {
        decoded.set(`broken ${Buffer.from(key).toString("hex")}`, BROKEN);
        continue;
      }
      const { kind, state } = frontend;
      const base = lowOf(stores.states.load(state));
      const content = contentAt(stores, family, state, base, true);
      decoded.set(frontend.key, { kind, state, content });
    }
  }
  return decoded;
}

const BROKEN: Decoded = { kind: "", state: 0, content: "broken" };

/**
 * The content of an extent. `fresh`: backends must be usable, which a reader of an older extent may
 * not see.
 */
export function contentAt(
  stores: Stores,
  family: Family,
  state: number,
  base: number,
  fresh: boolean,
): string {
  const extent = base === 0 ? undefined : readExtent(stores.slots, base);
  if (extent === undefined || extent.state !== state) {
    return `broken extent ${base} of state ${state}`;
  }
  const backends = (slots: readonly Slot[]) =>
    slots.map((slot) => backendText(stores, family, slot, fresh)).sort();
  return contentText({
    flags: extent.flags,
    affinitySeconds: extent.affinitySeconds,
    cluster: backends(extent.cluster),
    local: backends(extent.local),
  });
}

export function contentText(content: {
  flags: number;
  affinitySeconds: number;
  cluster: readonly string[];
  local: readonly string[];
}): string {
  const { flags, affinitySeconds, cluster, local } = content;
  return `flags=${flags} affinity=${affinitySeconds} cluster=${list(cluster)} local=${list(local)}`;
}

function list(backends: readonly string[]): string {
  return `[${backends.join()}]`;
}

function backendText(stores: Stores, family: Family, slot: Slot, fresh: boolean): string {
  const cell = readCell(stores, family, slot.cell);
  if (cell === undefined || cell.generation !== slot.generation) {
    return `stranger in cell ${slot.cell}`;
  }
  if (fresh && (cell.flags & 1) === 0) {
    return `unusable ${cell.address}:${cell.port}`;
  }
  return `${cell.address}|${cell.port}`;
}
