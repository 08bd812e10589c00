/**
 * Swaps the programs of every hook of a node between two generations, as fast as asked. It runs in
 * the node's namespace. In: options as JSON in the first argument; it opens the generation in use,
 * says "held", and begins at the next line of standard input, when another generation is in use.
 * Out: a line of what was done. It ends with that other generation in place, which is the agent's
 * own.
 */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openPinDirectories } from "../../../agent/datapath/bpffs.ts";
import { type Generation, openCurrent } from "../../../agent/datapath/generation.ts";
import { DIRECTIONS } from "../../../agent/datapath/hooks.ts";
import { linkInfo, linkUpdate, objGet } from "../../../native/index.ts";
import { dumpLinks } from "../../../native/rtnetlink.ts";
import { type TcFilter, tcFilters, tcSetFilter } from "../../../native/tc.ts";

export interface SwapOptions {
  readonly bpffs: string;
  /** Updates of each hook. */
  readonly swaps: number;
  /** Between the updates of one hook. */
  readonly intervalMs: number;
}

export interface SwapCounts {
  readonly swaps: number;
  /** Hooks by how they are attached. */
  readonly links: number;
  readonly filters: number;
}

interface Hook {
  readonly program: string;
  readonly put: (generation: Generation) => void;
}

function current(bpffs: string): Generation {
  const generation = openCurrent(openPinDirectories(bpffs));
  if (generation === undefined) throw new Error(`no generation is in use below ${bpffs}`);
  return generation;
}

function descriptor(generation: Generation, program: string): number {
  const found = generation.programs.get(program);
  if (found === undefined) throw new Error(`generation ${generation.number} has no ${program}`);
  return found.fd;
}

/**
 * The name of the program with this id in the generation in use; undefined where it is not Leat's.
 */
function nameOf(generation: Generation, id: number): string | undefined {
  return [...generation.programs.values()].find((program) => program.id === id)?.name;
}

function linkHooks(bpffs: string, inUse: Generation): Hook[] {
  const folder = join(bpffs, "links");
  return readdirSync(folder).map((name) => {
    const link = objGet(join(folder, name));
    const program = nameOf(inUse, linkInfo(link).progId);
    if (program === undefined) throw new Error(`link ${name} runs a program of no generation`);
    return { program, put: (generation) => linkUpdate(link, descriptor(generation, program)) };
  });
}

function filterHooks(inUse: Generation): Hook[] {
  const devices = dumpLinks().map(({ ifindex }) => ifindex);
  const filters = devices.flatMap((ifindex) =>
    DIRECTIONS.flatMap((direction) => tcFilters(ifindex, direction)),
  );
  return filters.flatMap((filter) => hookOf(filter, nameOf(inUse, filter.progId)));
}

function hookOf(filter: TcFilter, program: string | undefined): Hook[] {
  if (program === undefined) return [];
  const put = (generation: Generation) =>
    tcSetFilter(filter, descriptor(generation, program), filter.name);
  return [{ program, put }];
}

const { bpffs, swaps, intervalMs } = JSON.parse(process.argv[2] ?? "{}") as SwapOptions;
const before = current(bpffs);
console.log("held");
await once(process.stdin, "data");
const inUse = current(bpffs);
if (inUse.number === before.number) throw new Error("the generation in use is still the same");
const links = linkHooks(bpffs, inUse);
const filters = filterHooks(inUse);
for (let swap = 0; swap < swaps; swap++) {
  const next = swap % 2 === 0 ? before : inUse;
  for (const hook of [...links, ...filters]) hook.put(next);
  await delay(intervalMs);
}
for (const hook of [...links, ...filters]) hook.put(inUse);
const counts: SwapCounts = { swaps, links: links.length, filters: filters.length };
console.log(JSON.stringify(counts));
process.exit(0);
