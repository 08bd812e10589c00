/** Takes a lab away by its label alone, so that it works as well for a lab whose maker was killed. Idempotent. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cgroupRoot, destroyCgroup, killCgroup } from "./cgroups.ts";
import { run, runSync } from "./command.ts";
import { removeNamespaces } from "./network.ts";
import { deadLabels, mounts, namespaces, RUN_FOLDER, residue } from "./residue.ts";

/** Ends the processes, then removes groups, mounts, namespaces and files. */
export async function tearDown(label: string): Promise<void> {
  await destroyCgroup(join(await cgroupRoot(), label));
  for (const point of mounts(label)) await run("umount", [point]);
  await removeNamespaces(namespaces(label));
  rmSync(join(RUN_FOLDER, label), { recursive: true, force: true });
}

/** The same for a process that may not wait; what a dying process still holds is left to the next lab. */
export function tearDownNow(label: string, cgroup: string): void {
  if (existsSync(cgroup)) killCgroup(cgroup);
  for (const point of mounts(label)) runSync("umount", ["-l", point]);
  for (const netns of namespaces(label)) runSync("ip", ["netns", "delete", netns]);
  rmSync(join(RUN_FOLDER, label), { recursive: true, force: true });
}

/** Takes away what killed tests left. */
export async function sweepDeadLabs(): Promise<void> {
  for (const label of deadLabels()) await tearDown(label);
}

/** Throws where a lab left anything. */
export function assertNoResidue(label: string): void {
  const left = residue(label);
  if (left.length > 0) throw new Error(`the lab left: ${left.join("; ")}`);
}
