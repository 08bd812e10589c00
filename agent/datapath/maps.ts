/**
 * The pinned maps: those found are checked against the tables that this version's code was built
 * for and the wanted capacities, and only when all fit are the missing ones made. A map that does
 * not fit is refused by name and nothing is touched: what it holds serves on under the programs
 * that made it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "../../lib/errors.ts";
import {
  closeFd,
  type LoadedObject,
  loadObject,
  type MapInfo,
  mapInfo,
  objGet,
} from "../../native/index.ts";
import { MAPS } from "../maps/abi.gen.ts";
import { type Capacities, MAP_NAMES, type MapName, mapEntries } from "./capacities.ts";
import { DatapathError } from "./errors.ts";

export interface PinnedMap {
  readonly name: MapName;
  readonly fd: number;
  readonly info: MapInfo;
}

export type PinnedMaps = ReadonlyMap<MapName, PinnedMap>;

export interface MapsOptions {
  /** The directory of the maps' pins. */
  readonly directory: string;
  readonly capacities: Capacities;
  /** Objects that declare the maps. */
  readonly objects: readonly string[];
}

interface Shape {
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

const SHAPE_WORDS: Readonly<Record<keyof Shape, string>> = {
  type: "type",
  keySize: "a key of bytes",
  valueSize: "a value of bytes",
  maxEntries: "room for elements",
  flags: "flags",
};

/**
 * Opens or makes every map; the descriptors are the caller's. DatapathError "pin-mismatch",
 * "pin-foreign".
 */
export async function openMaps(options: MapsOptions): Promise<PinnedMaps> {
  const { directory, capacities, objects } = options;
  const wanted = new Map(MAP_NAMES.map((name) => [name, wantedShape(name, capacities)]));
  const found = new Map<MapName, PinnedMap>();
  try {
    for (const name of MAP_NAMES.filter((name) => existsSync(join(directory, name)))) {
      found.set(name, openPin(directory, name));
    }
    const mismatches = [...found.values()].flatMap((map) => mismatch(map, wanted.get(map.name)));
    if (mismatches.length > 0) throw new DatapathError("pin-mismatch", mismatches.join("; "));
    if (found.size < MAP_NAMES.length) await makeMissing(options, wanted);
    for (const name of MAP_NAMES.filter((name) => !found.has(name))) {
      found.set(name, openPin(directory, name));
    }
    return found;
  } catch (error) {
    for (const { fd } of found.values()) closeFd(fd);
    if (error instanceof DatapathError) throw error;
    throw new DatapathError("load-failed", `cannot make the maps of ${objects.join(", ")}`, {
      cause: error,
    });
  }
}

function wantedShape(name: MapName, capacities: Capacities): Shape {
  return { ...MAPS[name], maxEntries: mapEntries(name, capacities) };
}

function openPin(directory: string, name: MapName): PinnedMap {
  const path = join(directory, name);
  const fd = objGet(path);
  try {
    return { name, fd, info: mapInfo(fd) };
  } catch (error) {
    closeFd(fd);
    throw new DatapathError("pin-foreign", `${path} is no map: ${errorText(error)}`);
  }
}

/** A sentence for each property that differs: what is pinned and what is needed. */
function mismatch({ name, info }: PinnedMap, wanted: Shape | undefined): string[] {
  if (wanted === undefined) return [];
  const properties = Object.keys(SHAPE_WORDS) as (keyof Shape)[];
  return properties
    .filter((property) => info[property] !== wanted[property])
    .map(
      (property) =>
        `pinned map ${name} has ${SHAPE_WORDS[property]} ${info[property]},` +
        ` but this version and its settings need ${wanted[property]}`,
    );
}

/** libbpf makes them, with their BTF, from the objects that declare them; no program is loaded. */
async function makeMissing(
  { directory, objects }: MapsOptions,
  wanted: ReadonlyMap<MapName, Shape>,
): Promise<void> {
  const maxEntries = Object.fromEntries(
    [...wanted].filter(([, shape]) => shape.maxEntries > 0).map(([n, s]) => [n, s.maxEntries]),
  );
  for (const path of objects) {
    const made: LoadedObject = await loadObject(path, {
      pinDir: directory,
      maxEntries,
      programs: [],
    });
    for (const fd of Object.values(made.maps)) closeFd(fd);
  }
}
