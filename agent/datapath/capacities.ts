/** How large the maps are: the settings in words of the model, and what each map is given. Pure. */
import { MAPS } from "../maps/abi.gen.ts";

export interface Capacities {
  /** Frontends of each family. */
  readonly frontends: number;
  /** Service ports, each family counted: states and their counters. */
  readonly services: number;
  /** Words of slot lists. */
  readonly slots: number;
  /** Endpoints of each family. */
  readonly backends: number;
  /** Tracked flows of each family; a flow is two entries. */
  readonly flows: number;
}

export type MapName = keyof typeof MAPS;
export const MAP_NAMES = Object.keys(MAPS) as MapName[];

const ENTRIES_PER_FLOW = 2;

/**
 * The elements at most of a map; what no setting governs is as large as the programs declare it.
 */
export function mapEntries(name: MapName, capacities: Capacities): number {
  const { frontends, services, slots, backends, flows } = capacities;
  const governed: Partial<Record<MapName, number>> = {
    services4_v1: frontends,
    services6_v1: frontends,
    states_v1: services,
    counters_v1: services,
    slots_v1: slots,
    backends4_v1: backends,
    backends6_v1: backends,
    flows4_v1: flows * ENTRIES_PER_FLOW,
    flows6_v1: flows * ENTRIES_PER_FLOW,
  };
  return governed[name] ?? MAPS[name].maxEntries;
}
