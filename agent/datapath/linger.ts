/**
 * A device that is no longer a pod's or the node's stays what it was for a while: addresses and
 * routes flap, and a device without its programs loses packets. Time is given by the caller; one
 * that is gone is forgotten at once.
 */
import type { Device, DeviceKind } from "./devices.ts";

export const LINGER_MS = 30_000;

interface Past {
  readonly kind: DeviceKind;
  /** undefined: it is of that kind now. */
  readonly until: number | undefined;
}

export class Linger {
  readonly #past: Map<number, Past>;

  /** `earlier`: kinds by ifindex as an earlier process left them. */
  constructor(earlier: Iterable<readonly [ifindex: number, kind: DeviceKind]> = []) {
    this.#past = new Map(
      [...earlier].map(([ifindex, kind]) => [ifindex, { kind, until: undefined }]),
    );
  }

  /** The devices with the kinds that they have or keep. */
  apply(devices: readonly Device[], nowMs: number): Device[] {
    const present = new Set(devices.map(({ ifindex }) => ifindex));
    for (const ifindex of this.#past.keys()) {
      if (!present.has(ifindex)) this.#past.delete(ifindex);
    }
    return devices.map((device) => this.#applyTo(device, nowMs));
  }

  #applyTo(device: Device, nowMs: number): Device {
    const { ifindex, kind } = device;
    const past = this.#past.get(ifindex);
    if (kind !== "none") {
      this.#past.set(ifindex, { kind, until: undefined });
      return device;
    }
    if (past === undefined) return device;
    const until = past.until ?? nowMs + LINGER_MS;
    if (nowMs >= until) {
      this.#past.delete(ifindex);
      return device;
    }
    this.#past.set(ifindex, { kind: past.kind, until });
    const why = `was a ${past.kind} device and keeps its programs for a while; now: ${device.why}`;
    return { ...device, kind: past.kind, why };
  }
}
