/**
 * Generations of programs: each is pinned whole under a directory of its own (its number and the
 * digest of what it was made from), and a symbolic link, replaced by one rename, says which is in
 * use. A restart finds the programs there and loads none; a crash between two steps leaves a
 * directory that nothing names, which is swept away.
 */
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { errorCode } from "../../lib/errors.ts";
import { closeFd, objGet, objPin, progInfo } from "../../native/index.ts";
import type { PinDirectories } from "./bpffs.ts";

export interface Program {
  readonly name: string;
  readonly fd: number;
  /** The kernel's, never used twice. */
  readonly id: number;
}

export interface Generation {
  /** Counts up with every replacement. */
  readonly number: number;
  /** Of the objects and settings that it was made from, hexadecimal. */
  readonly digest: string;
  readonly programs: ReadonlyMap<string, Program>;
}

const PRIVATE_MODE = 0o700;
const NAME = /^(\d+)-([0-9a-f]+)$/;

/** "12-0123456789abcdef": what people see, and the directory's name. */
export function generationName({ number, digest }: Pick<Generation, "number" | "digest">): string {
  return `${number}-${digest}`;
}

/** Takes over descriptors of loaded programs. */
export function makeGeneration(
  number: number,
  digest: string,
  descriptors: ReadonlyMap<string, number>,
): Generation {
  const programs = new Map(
    [...descriptors].map(([name, fd]) => [name, { name, fd, id: progInfo(fd).id }]),
  );
  return { number, digest, programs };
}

/** The generation in use; undefined where there is none, or it is not whole. */
export function openCurrent(directories: PinDirectories): Generation | undefined {
  const name = currentName(directories);
  const [, number, digest] = NAME.exec(name ?? "") ?? [];
  if (name === undefined || number === undefined || digest === undefined) return undefined;
  const directory = join(directories.programs, name);
  const programs = new Map<string, Program>();
  for (const program of listed(directory)) {
    const fd = objGet(join(directory, program));
    programs.set(program, { name: program, fd, id: progInfo(fd).id });
  }
  return { number: Number(number), digest, programs };
}

/** The number that the next generation must have to be newer than all that are pinned. */
export function nextNumber(directories: PinDirectories): number {
  const numbers = listed(directories.programs).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

/** Pins the programs of a generation, beside the one in use. */
export function pinGeneration(directories: PinDirectories, generation: Generation): void {
  const directory = join(directories.programs, generationName(generation));
  mkdirSync(directory, { mode: PRIVATE_MODE });
  for (const { name, fd } of generation.programs.values()) objPin(fd, join(directory, name));
}

/** Makes it the one in use, by one rename, and sweeps away the others. */
export function publishGeneration(directories: PinDirectories, generation: Generation): void {
  const name = generationName(generation);
  const fresh = `${directories.current}-new`;
  removeIfThere(fresh);
  symlinkSync(join(basename(directories.programs), name), fresh);
  renameSync(fresh, directories.current);
  sweepGenerations(directories);
}

/** Removes the pins of all generations but the one in use. */
export function sweepGenerations(directories: PinDirectories): void {
  const kept = currentName(directories);
  for (const name of listed(directories.programs).filter((name) => name !== kept)) {
    const directory = join(directories.programs, name);
    for (const program of listed(directory)) unlinkSync(join(directory, program));
    rmdirSync(directory);
  }
}

/** Closes the descriptors; what is pinned or attached stays. */
export function closeGeneration(generation: Generation): void {
  for (const { fd } of generation.programs.values()) closeFd(fd);
}

function currentName(directories: PinDirectories): string | undefined {
  try {
    return basename(readlinkSync(directories.current));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
