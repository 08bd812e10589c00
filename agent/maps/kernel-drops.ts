/** What the programs dropped, by reason: the per-CPU counts of drops_v1, summed. */
import { mapLookupBatch } from "../../native/index.ts";
import { DropReason } from "./abi.gen.ts";

export interface Drops {
  /** As in the metrics: "no-local-endpoint". */
  readonly reason: string;
  readonly packets: number;
}

const COUNT_BYTES = 8;

/** Names by the map's index, DROP_NO_LOCAL_ENDPOINT as "no-local-endpoint". */
const REASONS: readonly (readonly [number, string])[] = Object.entries(DropReason)
  .filter(([name]) => name !== "DROP_NONE" && name !== "DROP_REASON_COUNT")
  .map(([name, index]) => [index, name.slice("DROP_".length).toLowerCase().replaceAll("_", "-")]);

/** Every reason, in their order; `fd` is the map's. */
export function readDrops(fd: number): Drops[] {
  const { values, count } = mapLookupBatch(fd, undefined, DropReason.DROP_REASON_COUNT);
  const bytes = count === 0 ? 0 : values.length / count;
  return REASONS.filter(([index]) => index < count).map(([index, reason]) => ({
    reason,
    packets: sum(values.subarray(index * bytes, (index + 1) * bytes)),
  }));
}

function sum(cpus: Uint8Array): number {
  const view = new DataView(cpus.buffer, cpus.byteOffset, cpus.byteLength);
  let total = 0n;
  for (let offset = 0; offset + COUNT_BYTES <= cpus.byteLength; offset += COUNT_BYTES) {
    total += view.getBigUint64(offset, true);
  }
  return Number(total);
}
