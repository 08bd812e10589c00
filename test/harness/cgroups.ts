/**
 * Control groups of the lab: a folder for the lab and one below it for each place, under whichever
 * cgroup2 mount the machine has. Everything that the lab starts is in one of them, so that one
 * write ends it all.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { run } from "./command.ts";

const OWN_MOUNT = "/run/leat-lab-cgroup2";

/**
 * The mount point of cgroup2; one of the lab's own where the machine has none (it then stays, as
 * /sys would).
 */
export async function cgroupRoot(): Promise<string> {
  const found = mountedAt("cgroup2");
  if (found !== undefined) return found;
  mkdirSync(OWN_MOUNT, { recursive: true });
  await run("mount", ["-t", "cgroup2", "none", OWN_MOUNT]);
  return OWN_MOUNT;
}

function mountedAt(type: string): string | undefined {
  const lines = readFileSync("/proc/mounts", "utf8").split("\n");
  const fields = lines.map((line) => line.split(" ")).find((parts) => parts[2] === type);
  return fields?.[1];
}

/** Every process below a group, for a message. */
function cgroupProcesses(group: string): number[] {
  if (!existsSync(group)) return [];
  const own = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  const below = subgroups(group).flatMap(cgroupProcesses);
  return [...own.map(Number), ...below];
}

function subgroups(group: string): string[] {
  const entries = readdirSync(group, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
}

const KILL_TIMEOUT_MS = 20_000;
const POLL_MS = 5;

/** Ends every process below a group, then removes the groups. An absent group is a success. */
export async function destroyCgroup(group: string): Promise<void> {
  if (!existsSync(group)) return;
  killCgroup(group);
  const end = Date.now() + KILL_TIMEOUT_MS;
  while (isPopulated(group)) {
    if (Date.now() > end) throw new Error(`still running: ${cgroupProcesses(group).join(", ")}`);
    await delay(POLL_MS);
  }
  removeGroups(group);
}

/** The same, blocking; a group whose processes do not end in time stays. */
export function destroyCgroupNow(group: string): void {
  if (!existsSync(group)) return;
  killCgroup(group);
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + KILL_TIMEOUT_MS;
  while (isPopulated(group) && Date.now() < end) Atomics.wait(sleep, 0, 0, POLL_MS);
  if (!isPopulated(group)) removeGroups(group);
}

function killCgroup(group: string): void {
  writeFileSync(join(group, "cgroup.kill"), "1");
}

function isPopulated(group: string): boolean {
  return readFileSync(join(group, "cgroup.events"), "utf8").includes("populated 1");
}

function removeGroups(group: string): void {
  for (const below of subgroups(group)) removeGroups(below);
  rmdirSync(group);
}
