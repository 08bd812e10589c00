/**
 * The directory of the pins: on a BPF file system, owned by root, closed to all others. bpffs is
 * mounted world-writable unless told otherwise, so what is made here is 0700 and what is found is
 * checked.
 *
 *   DIR/maps/NAME               the tables
 *   DIR/links/NAME              hooks
 *   DIR/programs/N-DIGEST/NAME  a generation of programs
 *   DIR/current                 symbolic link to the generation in use
 *   DIR/facts                   what the programs in use were made for
 */
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "../../lib/errors.ts";
import { BPF_FS_MAGIC, CGROUP2_MAGIC, statfsType } from "../../native/index.ts";
import { DatapathError } from "./errors.ts";

export interface PinDirectories {
  readonly root: string;
  readonly maps: string;
  readonly links: string;
  readonly programs: string;
  /** The symbolic link. */
  readonly current: string;
  /** A map of one element. */
  readonly facts: string;
}

const PRIVATE_MODE = 0o700;
const PERMISSIONS = 0o777;

/**
 * Makes the directories that are missing and checks all; DatapathError "bpffs-unfit" says what is
 * wrong with which.
 */
export function openPinDirectories(root: string): PinDirectories {
  const directories = {
    root,
    maps: join(root, "maps"),
    links: join(root, "links"),
    programs: join(root, "programs"),
    current: join(root, "current"),
    facts: join(root, "facts"),
  };
  requireBpfFs(root);
  for (const path of [root, directories.maps, directories.links, directories.programs]) {
    makePrivate(path);
  }
  return directories;
}

/** The directory itself or, before it is made, the one that will hold it. */
function requireBpfFs(root: string): void {
  const holder = typeOf(root) === undefined ? dirname(root) : root;
  const type = typeOf(holder);
  if (type === undefined) throw new DatapathError("bpffs-unfit", `${holder} does not exist`);
  if (type === BPF_FS_MAGIC) return;
  throw new DatapathError(
    "bpffs-unfit",
    `${holder} is not on a BPF file system; mount one: mount -t bpf bpf ${dirname(root)}`,
  );
}

function typeOf(path: string): number | undefined {
  try {
    return statfsType(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes a directory for root alone, or checks the one that is there. */
function makePrivate(path: string): void {
  try {
    mkdirSync(path, { mode: PRIVATE_MODE });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== 0) {
    throw new DatapathError("bpffs-unfit", `${path} is no directory of root`);
  }
  // The root of a mount of its own comes as 1777.
  if ((found.mode & PERMISSIONS) !== PRIVATE_MODE) chmodSync(path, PRIVATE_MODE);
}

/** DatapathError "cgroup-unfit" where the directory is no cgroup2's. */
export function requireCgroup(path: string): void {
  const type = typeOf(path);
  if (type === CGROUP2_MAGIC) return;
  const found = type === undefined ? "does not exist" : "is not on a cgroup2 file system";
  throw new DatapathError("cgroup-unfit", `${path} ${found}`);
}
