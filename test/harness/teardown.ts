/**
 * Takes a lab away by its label alone, so that it works as well for a lab whose maker was killed.
 * Idempotent.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { cgroupRoot, destroyCgroup, destroyCgroupNow } from "./cgroups.ts";
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

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Takes the lab away when this process ends before the lab does; signals end it, unless the caller
 * takes them. Returns what undoes that.
 */
export function tearDownAtExit(
  label: string,
  cgroup: string,
  signals: "exit" | "caller" = "exit",
): () => void {
  const onExit = () => tearDownNow(label, cgroup);
  const onSignal = () => process.exit(1);
  process.once("exit", onExit);
  if (signals === "exit") for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    process.off("exit", onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

/** The same for a process that may not wait for its turn. */
function tearDownNow(label: string, cgroup: string): void {
  destroyCgroupNow(cgroup);
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
