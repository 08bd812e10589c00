/**
 * The facts that the programs in use were made for, kept in a small pinned map: an agent that
 * starts while the operator is away goes on with them, so that a pod that is made meanwhile has its
 * programs. Of no use after a reboot, and gone with it, as the pins are.
 */
import { existsSync } from "node:fs";
import {
  closeFd,
  MAP_TYPE,
  mapCreate,
  mapLookup,
  mapUpdate,
  objGet,
  objPin,
} from "../../native/index.ts";
import type { DatapathFacts } from "./settings.ts";

const VALUE_BYTES = 1 << 14;
const KEY = new Uint8Array(4);

/** Remembers them, if they are not too long; false where they are. NativeError as from the map. */
export function rememberFacts(path: string, facts: DatapathFacts): boolean {
  const text = new TextEncoder().encode(JSON.stringify(facts));
  if (text.length > VALUE_BYTES) return false;
  const value = new Uint8Array(VALUE_BYTES);
  value.set(text);
  const fd = existsSync(path) ? objGet(path) : makeMap(path);
  try {
    const found = mapLookup(fd, KEY);
    if (found === undefined || Buffer.compare(found, value) !== 0) mapUpdate(fd, KEY, value);
    return true;
  } finally {
    closeFd(fd);
  }
}

/** undefined where there are none, or none that this version can read. */
export function rememberedFacts(path: string): DatapathFacts | undefined {
  if (!existsSync(path)) return undefined;
  const fd = objGet(path);
  try {
    const value = mapLookup(fd, KEY) ?? new Uint8Array(0);
    const end = value.indexOf(0);
    const text = new TextDecoder().decode(end < 0 ? value : value.subarray(0, end));
    return readFacts(text);
  } finally {
    closeFd(fd);
  }
}

function makeMap(path: string): number {
  const shape = { keySize: KEY.length, valueSize: VALUE_BYTES, maxEntries: 1 };
  const fd = mapCreate({ ...shape, type: MAP_TYPE.ARRAY, name: "leat_facts" });
  try {
    objPin(fd, path);
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function readFacts(text: string): DatapathFacts | undefined {
  try {
    const facts = JSON.parse(text) as Partial<DatapathFacts> | null;
    const { node, settings } = facts ?? {};
    const isWhole =
      Array.isArray(node?.internalIPs) &&
      Array.isArray(node.externalIPs) &&
      Array.isArray(node.podCIDRs) &&
      Array.isArray(settings?.podCIDRs);
    return isWhole && node !== undefined && settings !== undefined ? { node, settings } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
