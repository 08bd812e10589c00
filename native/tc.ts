/**
 * The classic tc hook: a clsact qdisc and direct-action BPF filters on it, by rtnetlink. Of one
 * priority and handle there is one filter: setting it again replaces its program in place, and no
 * packet goes unseen.
 */
import { isErrno } from "./error.ts";
import { netlinkRequest } from "./index.ts";
import {
  type Attribute,
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  NLM_F,
  numberOf,
  stringOf,
  view,
} from "./netlink-message.ts";

export type TcDirection = "ingress" | "egress";

/** Where a filter stands; handles are of one priority. */
export interface TcPlace {
  readonly ifindex: number;
  readonly direction: TcDirection;
  /** 1 to 65535; the lowest runs first. */
  readonly priority: number;
  readonly handle: number;
}

export interface TcFilter extends TcPlace {
  readonly name: string;
  readonly progId: number;
}

const RTM = { NEWQDISC: 36, NEWTFILTER: 44, DELTFILTER: 45, GETTFILTER: 46 } as const;
const TCA = { KIND: 1, OPTIONS: 2 } as const;
const TCA_BPF = { FD: 6, NAME: 7, FLAGS: 8, ID: 11 } as const;
const FLAG_DIRECT_ACTION = 1;
const CLSACT_PARENT = 0xfffffff1;
const CLSACT_HANDLE = 0xffff0000;
const PARENTS = { ingress: 0xfffffff2, egress: 0xfffffff3 } as const;
/** ETH_P_ALL in network byte order. */
const PROTOCOL_ALL = 0x0300;
const TCMSG_BYTES = 20;

function tcMessage(ifindex: number, parent: number, handle = 0, info = 0): Uint8Array {
  const body = new Uint8Array(TCMSG_BYTES);
  view(body).setInt32(4, ifindex, true);
  view(body).setUint32(8, handle, true);
  view(body).setUint32(12, parent, true);
  view(body).setUint32(16, info, true);
  return body;
}

function request(type: number, flags: number, body: Uint8Array, attributes?: Attribute[]): void {
  netlinkRequest(encodeMessage(type, flags | NLM_F.ACK, body, attributes));
}

function filterMessage(place: TcPlace): Uint8Array {
  const info = ((place.priority << 16) | PROTOCOL_ALL) >>> 0;
  return tcMessage(place.ifindex, PARENTS[place.direction], place.handle, info);
}

/**
 * Gives the device a clsact qdisc, unless it has one. EEXIST: a qdisc of another kind (ingress) is
 * there.
 */
export function tcAddClsact(ifindex: number): void {
  const body = tcMessage(ifindex, CLSACT_PARENT, CLSACT_HANDLE);
  // Without NLM_F_EXCL the same qdisc is a success and another kind is refused.
  request(RTM.NEWQDISC, NLM_F.CREATE, body, [[TCA.KIND, "clsact"]]);
}

/**
 * Adds the filter, or replaces the program of the one of that priority and handle. EINVAL: no
 * clsact there.
 */
export function tcSetFilter(place: TcPlace, progFd: number, name: string): void {
  request(RTM.NEWTFILTER, NLM_F.CREATE, filterMessage(place), [
    [TCA.KIND, "bpf"],
    [
      TCA.OPTIONS,
      [
        [TCA_BPF.FD, progFd],
        [TCA_BPF.NAME, name],
        [TCA_BPF.FLAGS, FLAG_DIRECT_ACTION],
      ],
    ],
  ]);
}

/** Removes a filter; false where it, the qdisc or the device is absent. */
export function tcDeleteFilter(place: TcPlace): boolean {
  try {
    request(RTM.DELTFILTER, 0, filterMessage(place), [[TCA.KIND, "bpf"]]);
    return true;
  } catch (error) {
    if (["ENOENT", "EINVAL", "ENODEV"].some((code) => isErrno(error, code))) return false;
    throw error;
  }
}

/**
 * The BPF filters of a device's direction in the order in which they run; [] without clsact or
 * device.
 */
export function tcFilters(ifindex: number, direction: TcDirection): TcFilter[] {
  const body = tcMessage(ifindex, PARENTS[direction]);
  const messages = decodeMessages(netlinkRequest(encodeMessage(RTM.GETTFILTER, NLM_F.DUMP, body)));
  const filters: TcFilter[] = [];
  for (const { payload } of messages) {
    if (payload.length < TCMSG_BYTES) continue;
    const attributes = decodeAttributes(payload.subarray(TCMSG_BYTES));
    const options = decodeAttributes(attributes.get(TCA.OPTIONS) ?? new Uint8Array(0));
    const handle = view(payload).getUint32(8, true);
    if (stringOf(attributes.get(TCA.KIND)) !== "bpf" || handle === 0) continue;
    filters.push({
      ifindex,
      direction,
      priority: view(payload).getUint32(16, true) >>> 16,
      handle,
      name: stringOf(options.get(TCA_BPF.NAME)) ?? "",
      progId: numberOf(options.get(TCA_BPF.ID)) ?? 0,
    });
  }
  return filters.sort((a, b) => a.priority - b.priority);
}
