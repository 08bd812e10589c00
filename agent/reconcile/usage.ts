/** How full the tables are; what rests for a grace period counts as used. */
import type { Ledger } from "./ledger.ts";
import type { TableWithRoom } from "./taking.ts";

export interface TableUsage {
  readonly name: TableWithRoom;
  readonly used: number;
  /** Elements that can be used; for slots, words. */
  readonly capacity: number;
}

export function usageOf(ledger: Ledger): TableUsage[] {
  const { states, slots, cells, frontendCount, frontendCapacity } = ledger;
  const ofPool = (name: TableWithRoom, pool: { capacity: number; free: number }) => {
    return { name, used: pool.capacity - pool.free, capacity: pool.capacity };
  };
  return [
    { name: "services4", used: frontendCount[4], capacity: frontendCapacity[4] },
    { name: "services6", used: frontendCount[6], capacity: frontendCapacity[6] },
    ofPool("states", states),
    ofPool("slots", slots),
    ofPool("backends4", cells[4]),
    ofPool("backends6", cells[6]),
  ];
}
