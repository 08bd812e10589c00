/** What the datapath tells about itself: names and sentences, no descriptors. */
import type { HookStatus } from "./attachments.ts";
import type { Device, DeviceKind } from "./devices.ts";
import { type Generation, generationName } from "./generation.ts";

export interface HookView {
  readonly hook: string;
  /** The device's name, or the cgroup's directory. */
  readonly target: string;
  /** "cgroup", "tcx", "clsact"; "" where nothing is attached. */
  readonly how: string;
  /** Of the program there; "" where none is. */
  readonly generation: string;
  /** "" for nothing. */
  readonly problem: string;
}

export interface DeviceView {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly why: string;
}

export interface DatapathStatus {
  /** "waiting": no facts of the cluster have come yet, what was found at start goes on. */
  readonly state: "waiting" | "serving" | "degraded";
  /** "" when it is not degraded. */
  readonly problem: string;
  /** Sentences on what is served less than could be; they degrade nothing. */
  readonly notes: readonly string[];
  /** "" for none. */
  readonly generation: string;
  readonly replacements: number;
  readonly replacementFailures: number;
  /** Times that events of the network were lost and all was read again. */
  readonly resyncs: number;
  /** Elements written to the maps of the node's addresses and devices. */
  readonly nodeMapWrites: number;
  readonly hooks: readonly HookView[];
  readonly devices: readonly DeviceView[];
}

export function hookView(status: HookStatus, current: Generation | undefined): HookView {
  const { hook, target, programId, problem } = status;
  const isAttached = programId !== 0;
  return {
    hook,
    target,
    how: isAttached ? status.how : "",
    generation: isAttached && current !== undefined ? generationName(current) : "",
    problem,
  };
}

export function deviceView({ name, kind, why }: Device): DeviceView {
  return { name, kind, why };
}
