/**
 * Opens the hooks of the node once a program is there to probe the kernel with, takes back what is
 * attached, and lets go of what another setting (tcx or clsact) had attached, once its successor is
 * in place.
 */
import { Attachments } from "./attachments.ts";
import type { PinDirectories } from "./bpffs.ts";
import { CgroupHooks } from "./cgroup-hooks.ts";
import { createDeviceHooks, type HookMethod, probeMethod } from "./device-hooks.ts";
import { DatapathError } from "./errors.ts";
import type { Generation } from "./generation.ts";
import { DIRECTIONS, deviceProgram } from "./hooks.ts";

export interface HookSetOptions {
  readonly cgroup: string;
  readonly directories: PinDirectories;
  readonly hooks: HookMethod | "auto";
  /** Every device of the node. */
  readonly ifindexes: readonly number[];
}

/** The hooks as they are found. */
export function openAttachments(
  { cgroup, directories, hooks, ifindexes }: HookSetOptions,
  generation: Generation,
): Attachments {
  const probe = generation.programs.get(deviceProgram("node", "ingress"));
  if (probe === undefined) {
    throw new DatapathError("load-failed", "the objects have no program for devices");
  }
  const cgroupHooks = new CgroupHooks(cgroup, directories.links);
  const deviceHooks = createDeviceHooks(probeMethod(hooks, probe), directories.links);
  cgroupHooks.restore();
  deviceHooks.restore(ifindexes);
  return new Attachments(cgroupHooks, deviceHooks);
}

/**
 * Detaches what the way that is not in use has on these devices: its successor runs there already.
 */
export function dropOtherMethod(
  inUse: HookMethod,
  { directories, ifindexes }: HookSetOptions,
): void {
  const other = createDeviceHooks(inUse === "tcx" ? "clsact" : "tcx", directories.links);
  other.restore(ifindexes);
  for (const ifindex of other.held()) {
    for (const direction of DIRECTIONS) other.remove({ ifindex, direction });
  }
  other.close();
}
