/**
 * The tc hooks of devices, in one of two ways behind one interface: tcx links with a pin each
 * (Linux 6.6), or filters of a clsact qdisc. Leat's programs run first in both directions: a
 * program that stands before may end the chain (its usual verdict does), and a packet that Leat did
 * not see is a broken connection. Leat's own verdict for what it lets through is "next", so that
 * the others see it, translated.
 */
import { ATTACH_TYPE, isErrno, LINK_FLAG, linkCreate, closeFd } from "../../native/index.ts";
import {
  type TcDirection,
  type TcPlace,
  tcAddClsact,
  tcDeleteFilter,
  tcFilters,
  tcSetFilter,
} from "../../native/tc.ts";
import type { Program } from "./generation.ts";
import { DIRECTIONS } from "./hooks.ts";
import { PinnedLinks } from "./pinned-links.ts";

export type HookMethod = "tcx" | "clsact";

export interface DevicePlace {
  readonly ifindex: number;
  readonly direction: TcDirection;
}

export interface DeviceHooks {
  readonly method: HookMethod;
  /** Finds what is attached already; the devices are those to look at. */
  restore(ifindexes: readonly number[]): void;
  /** ifindexes of which something is held. */
  held(): number[];
  /** The kernel id of Leat's program there; 0 for none. */
  programId(place: DevicePlace): number;
  /**
   * Makes the program run there; false where it does already. NativeError where the kernel refuses.
   */
  set(place: DevicePlace, program: Program): boolean;
  remove(place: DevicePlace): void;
  /** Never detaches. */
  close(): void;
}

const NO_SUCH_DEVICE = 0x7fff_fff0;
const TC_PRIORITY = 1;
/** Of Leat's filters among those of the priority: nobody else's is replaced. */
const TC_HANDLE = 0x1ea7;

/**
 * "auto": tries a tcx link on a device that cannot be: a kernel with tcx misses the device, one
 * without the type.
 */
export function probeMethod(wanted: HookMethod | "auto", program: Program): HookMethod {
  if (wanted !== "auto") return wanted;
  try {
    const attachType = ATTACH_TYPE.TCX_INGRESS;
    closeFd(linkCreate({ progFd: program.fd, target: NO_SUCH_DEVICE, attachType }));
    return "tcx";
  } catch (error) {
    return isErrno(error, "ENODEV") ? "tcx" : "clsact";
  }
}

export function createDeviceHooks(method: HookMethod, linksDirectory: string): DeviceHooks {
  return method === "tcx" ? new TcxHooks(linksDirectory) : new ClsactHooks();
}

const ATTACH_TYPES = {
  ingress: ATTACH_TYPE.TCX_INGRESS,
  egress: ATTACH_TYPE.TCX_EGRESS,
} as const;
const PIN_NAME = /^(ingress|egress)-(\d+)$/;

class TcxHooks implements DeviceHooks {
  readonly method = "tcx";
  readonly #links: PinnedLinks;

  constructor(linksDirectory: string) {
    this.#links = new PinnedLinks(linksDirectory);
  }

  restore(): void {
    this.#links.restore((name) => PIN_NAME.test(name));
  }

  held(): number[] {
    return [...new Set(this.#links.names().map((name) => Number(PIN_NAME.exec(name)?.[2])))];
  }

  programId(place: DevicePlace): number {
    const info = this.#links.info(pinName(place));
    return info?.ifindex === place.ifindex ? info.progId : 0;
  }

  set(place: DevicePlace, program: Program): boolean {
    const link = {
      name: pinName(place),
      target: place.ifindex,
      attachType: ATTACH_TYPES[place.direction],
      flags: LINK_FLAG.BEFORE,
      holds: ({ ifindex }: { readonly ifindex: number }) => ifindex === place.ifindex,
    };
    return this.#links.set(link, program);
  }

  remove(place: DevicePlace): void {
    this.#links.remove(pinName(place));
  }

  close(): void {
    this.#links.close();
  }
}

function pinName({ direction, ifindex }: DevicePlace): string {
  return `${direction}-${ifindex}`;
}

class ClsactHooks implements DeviceHooks {
  readonly method = "clsact";
  readonly #held = new Set<number>();

  restore(ifindexes: readonly number[]): void {
    for (const ifindex of ifindexes) {
      if (DIRECTIONS.some((direction) => this.programId({ ifindex, direction }) !== 0)) {
        this.#held.add(ifindex);
      }
    }
  }

  held(): number[] {
    return [...this.#held];
  }

  programId({ ifindex, direction }: DevicePlace): number {
    const own = ({ priority, handle }: TcPlace): boolean =>
      priority === TC_PRIORITY && handle === TC_HANDLE;
    return tcFilters(ifindex, direction).find(own)?.progId ?? 0;
  }

  set(place: DevicePlace, program: Program): boolean {
    if (this.programId(place) === program.id) return false;
    tcAddClsact(place.ifindex);
    tcSetFilter(filterPlace(place), program.fd, program.name);
    this.#held.add(place.ifindex);
    return true;
  }

  remove(place: DevicePlace): void {
    tcDeleteFilter(filterPlace(place));
    const other = place.direction === "ingress" ? "egress" : "ingress";
    if (this.programId({ ...place, direction: other }) === 0) this.#held.delete(place.ifindex);
  }

  close(): void {
    this.#held.clear();
  }
}

function filterPlace(place: DevicePlace): TcPlace {
  return { ...place, priority: TC_PRIORITY, handle: TC_HANDLE };
}
