/**
 * Loads the objects: on the pinned maps, for a generation that is to serve, or on maps of their
 * own, for a rehearsal. The digest says whether anything differs from what is loaded already: the
 * objects' bytes, the settings and the names of the programs.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closeFd, type LoadedObject, loadObject } from "../../native/index.ts";
import { DatapathError } from "./errors.ts";
import { ALL_PROGRAMS, OBJECTS, SETTINGS_VARIABLE } from "./hooks.ts";
import type { PinnedMaps } from "./maps.ts";

const DIGEST_DIGITS = 16;

/** Programs and maps by name, all descriptors the caller's. */
export interface Loaded {
  readonly programs: ReadonlyMap<string, number>;
  readonly maps: ReadonlyMap<string, number>;
}

/** The objects' files. */
export function objectPaths(directory: string): string[] {
  return OBJECTS.map((name) => join(directory, name));
}

/** 16 hexadecimal digits over everything that a generation is made from. */
export function generationDigest(objects: string, settings: Uint8Array): string {
  const hash = createHash("sha256");
  for (const path of objectPaths(objects)) hash.update(readFileSync(path));
  hash.update(settings).update(ALL_PROGRAMS.join());
  return hash.digest("hex").slice(0, DIGEST_DIGITS);
}

/**
 * Loads on the given maps. DatapathError "load-failed" with the verifier's complaint as its cause.
 */
export async function loadOnPins(
  objects: string,
  settings: Uint8Array,
  maps: PinnedMaps,
): Promise<Loaded> {
  const reuse = Object.fromEntries([...maps.values()].map(({ name, fd }) => [name, fd]));
  return loadAll(objects, OBJECTS, { globals: { [SETTINGS_VARIABLE]: settings }, reuse });
}

/** Loads one object on maps of its own, small and gone with their descriptors. */
export async function loadPrivately(
  objects: string,
  name: string,
  settings: Uint8Array,
): Promise<Loaded> {
  return loadAll(objects, [name], { globals: { [SETTINGS_VARIABLE]: settings } });
}

async function loadAll(
  objects: string,
  names: readonly string[],
  options: Parameters<typeof loadObject>[1],
): Promise<Loaded> {
  const programs = new Map<string, number>();
  const maps = new Map<string, number>();
  try {
    for (const name of names) {
      const loaded: LoadedObject = await loadObject(join(objects, name), options);
      for (const [program, fd] of Object.entries(loaded.programs)) programs.set(program, fd);
      for (const [map, fd] of Object.entries(loaded.maps)) {
        // The objects share maps, and have data sections of their own that nobody asks for.
        if (maps.has(map)) closeFd(fd);
        else maps.set(map, fd);
      }
    }
    return { programs, maps };
  } catch (error) {
    closeLoaded({ programs, maps });
    throw new DatapathError("load-failed", `cannot load ${names.join(", ")}`, { cause: error });
  }
}

export function closeLoaded({ programs, maps }: Loaded): void {
  for (const fd of [...programs.values(), ...maps.values()]) closeFd(fd);
}
