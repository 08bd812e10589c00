/**
 * The kernel's service tables as rows of names: read from the stores, never from what the agent
 * thinks they hold. A
 * state is called by its service port, a cell by its endpoint; what belongs to nobody says so.
 */
import type { Family } from "../../lib/model/rows.ts";
import { BackendFlags, ExtentFlags } from "../maps/abi.gen.ts";
import { cellCapacity, readCell } from "../maps/cell.ts";
import type { Extent, Slot } from "../maps/extent.ts";
import { readExtent } from "../maps/extent.ts";
import { decodeFrontend, serviceStore } from "../maps/frontend.ts";
import type { Stores } from "../maps/store.ts";
import { highOf, lowOf } from "../maps/words.ts";
import type { MapPage } from "./api.ts";

export interface DumpSource {
  readonly stores: Stores;
  /** What a state id stands for; undefined: for nothing that is served. */
  servicePortOf(state: number): NamedState | undefined;
}

export interface NamedState {
  /** "namespace/name:port/protocol". */
  readonly servicePort: string;
  readonly family: Family;
}

interface Page {
  readonly rows: readonly (readonly string[])[];
  readonly next: number | null;
}

interface Dump {
  readonly columns: readonly string[];
  page(source: DumpSource, offset: number, limit: number): Page;
}

const NOBODY = "(nobody's)";
const BROKEN = "(broken)";

const DUMPS: Readonly<Record<string, Dump>> = {
  services4: frontendDump(4),
  services6: frontendDump(6),
  states: { columns: ["service", "family", "extent", "generation", "lists"], page: statePage },
  slots: { columns: ["service", "list", "endpoint", "usable", "place"], page: slotPage },
  backends4: backendDump(4),
  backends6: backendDump(6),
  counters: { columns: ["service", "family", "flows", "packets", "bytes"], page: counterPage },
};

/** Undefined: there is no such map. The offset counts what the map holds, in its own order. */
export function dumpPage(
  source: DumpSource,
  name: string,
  offset: number,
  limit: number,
): MapPage | undefined {
  const dump = Object.hasOwn(DUMPS, name) ? DUMPS[name] : undefined;
  if (dump === undefined) {
    return undefined;
  }
  return { name, columns: dump.columns, ...dump.page(source, offset, limit) };
}

/** "10.0.0.1:80", "[fd00::1]:80". */
function endpointText({ address, port }: { address: string; port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function nameOf(source: DumpSource, state: number): readonly [string, string] {
  const named = source.servicePortOf(state);
  return named === undefined ? [NOBODY, "-"] : [named.servicePort, `IPv${named.family}`];
}

function frontendDump(family: Family): Dump {
  return {
    columns: ["frontend", "kind", "service"],
    page(source, offset, limit) {
      const store = serviceStore(source.stores, family);
      const { keys, values, count } = store.dump();
      const end = Math.min(offset + limit, count);
      const rows: string[][] = [];
      for (let index = offset; index < end; index++) {
        const key = keys.subarray(index * store.keySize, (index + 1) * store.keySize);
        const value = values.subarray(index * store.valueSize, (index + 1) * store.valueSize);
        rows.push(frontendRow(source, family, key, value));
      }
      return { rows, next: end < count ? end : null };
    },
  };
}

function frontendRow(
  source: DumpSource,
  family: Family,
  key: Uint8Array,
  value: Uint8Array,
): string[] {
  const frontend = decodeFrontend(family, key, value);
  if (frontend === undefined) {
    return [Buffer.from(key).toString("hex"), BROKEN, NOBODY];
  }
  const { kind, port, protocol } = frontend;
  const address = kind === "NodePort" ? "*" : frontend.address;
  return [
    `${endpointText({ address, port })}/${protocol}`,
    kind,
    nameOf(source, frontend.state)[0],
  ];
}

/** Rows of each state id from the offset on that has any, until a page is full. */
function byState(
  stores: Stores,
  offset: number,
  limit: number,
  rowsOf: (state: number) => readonly (readonly string[])[],
): Page {
  const rows: (readonly string[])[] = [];
  const ids = Math.min(stores.states.capacity, stores.counters.capacity);
  for (let state = offset; state < ids; state++) {
    if (rows.length >= limit) {
      return { rows, next: state };
    }
    for (const row of rowsOf(state)) {
      rows.push(row);
    }
  }
  return { rows, next: null };
}

function baseOf(stores: Stores, state: number): number {
  return lowOf(stores.states.load(state));
}

function statePage(source: DumpSource, offset: number, limit: number): Page {
  const { stores } = source;
  return byState(stores, offset, limit, (state) => {
    const word = stores.states.load(state);
    if (word === 0n) {
      return [];
    }
    const base = lowOf(word);
    const extent = base === 0 ? undefined : readExtent(stores.slots, base);
    const generation = `${highOf(word)}`;
    return [[...nameOf(source, state), base === 0 ? "-" : `${base}`, generation, lists(extent)]];
  });
}

function lists(extent: Extent | undefined): string {
  if (extent === undefined) {
    return "-";
  }
  const { cluster, local, kept, flags } = extent;
  const policies = [
    (flags & ExtentFlags.EXTENT_F_INTERNAL_LOCAL) !== 0 ? ", internal Local" : "",
    (flags & ExtentFlags.EXTENT_F_EXTERNAL_LOCAL) !== 0 ? ", external Local" : "",
  ].join("");
  return `cluster ${cluster.length}, local ${local.length}, kept ${kept.length}${policies}`;
}

function slotPage(source: DumpSource, offset: number, limit: number): Page {
  const { stores } = source;
  return byState(stores, offset, limit, (state) => {
    const base = baseOf(stores, state);
    const extent = base === 0 ? undefined : readExtent(stores.slots, base);
    if (extent === undefined) {
      return base === 0 ? [] : [[nameOf(source, state)[0], BROKEN, "-", "-", "-"]];
    }
    const name = nameOf(source, state)[0];
    const family = source.servicePortOf(state)?.family ?? 4;
    return (["cluster", "local", "kept"] as const).flatMap((list) =>
      extent[list].map((slot) => [name, list, ...slotCells(stores, family, slot)]),
    );
  });
}

function slotCells(stores: Stores, family: Family, slot: Slot): readonly string[] {
  const cell =
    slot.cell < cellCapacity(stores, family) ? readCell(stores, family, slot.cell) : null;
  if (cell === null || cell === undefined || cell.generation !== slot.generation) {
    return [BROKEN, "-", "-"];
  }
  return [endpointText(cell), ...flagTexts(cell.flags)];
}

function flagTexts(flags: number): readonly [string, string] {
  return [
    (flags & BackendFlags.BACKEND_F_USABLE) === 0 ? "no" : "yes",
    (flags & BackendFlags.BACKEND_F_LOCAL) === 0 ? "remote" : "local",
  ];
}

function backendDump(family: Family): Dump {
  return {
    columns: ["endpoint", "service", "usable", "place", "generation"],
    page(source, offset, limit) {
      const { stores } = source;
      const owners = cellOwners(source, family);
      const end = cellCapacity(stores, family);
      const rows: string[][] = [];
      for (let id = offset; id < end; id++) {
        if (rows.length >= limit) {
          return { rows, next: id };
        }
        const cell = readCell(stores, family, id);
        if (cell !== undefined && cell.generation + cell.flags + cell.port > 0) {
          const owner = owners.get(id) ?? NOBODY;
          const generation = `${cell.generation}`;
          rows.push([endpointText(cell), owner, ...flagTexts(cell.flags), generation]);
        }
      }
      return { rows, next: null };
    },
  };
}

/** Which service port's extent names each cell. */
function cellOwners(source: DumpSource, family: Family): ReadonlyMap<number, string> {
  const { stores } = source;
  const owners = new Map<number, string>();
  for (let state = 0; state < stores.states.capacity; state++) {
    const base = baseOf(stores, state);
    const named = base === 0 ? undefined : source.servicePortOf(state);
    if (named?.family === family) {
      const extent = readExtent(stores.slots, base);
      for (const list of ["cluster", "local", "kept"] as const) {
        for (const { cell } of extent?.[list] ?? []) {
          owners.set(cell, named.servicePort);
        }
      }
    }
  }
  return owners;
}

function counterPage(source: DumpSource, offset: number, limit: number): Page {
  const { stores } = source;
  return byState(stores, offset, limit, (state) => {
    if (stores.states.load(state) === 0n) {
      return [];
    }
    const { flows, packets, bytes } = stores.counters.read(state);
    return [[...nameOf(source, state), `${flows}`, `${packets}`, `${bytes}`]];
  });
}
