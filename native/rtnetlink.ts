/**
 * Devices, addresses, routes and neighbours of this network namespace: dumps, and what the event
 * groups tell. Addresses are bytes in network order (4 or 16). Reading is pure; only the dump
 * functions ask the kernel.
 */
import { isErrno, NativeError } from "./error.ts";
import { netlinkRequest } from "./index.ts";
import {
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  type Message,
  NLM_F,
  numberOf,
  stringOf,
  view,
} from "./netlink-message.ts";

/** Masks for netlinkListen. */
export const RTNETLINK_GROUPS = {
  LINK: 0x1,
  NEIGHBOUR: 0x4,
  TC: 0x8,
  ADDRESS4: 0x10,
  ROUTE4: 0x40,
  ADDRESS6: 0x100,
  ROUTE6: 0x400,
} as const;

export interface NetLink {
  readonly ifindex: number;
  readonly name: string;
  /** "veth", "bridge", "dummy", ...; "" for hardware and loopback. */
  readonly kind: string;
  readonly up: boolean;
  readonly loopback: boolean;
  /** 0: none. */
  readonly master: number;
  /**
   * ifindex of a veth's peer or a VLAN's lower device, in the namespace that linkNetnsid tells; 0:
   * none.
   */
  readonly peer: number;
  /** Set where the peer is in another namespace; -1: one that has no id here. */
  readonly linkNetnsid: number | undefined;
  readonly mtu: number;
  readonly mac: Uint8Array;
}

export interface NetAddress {
  readonly ifindex: number;
  readonly address: Uint8Array;
  readonly prefix: number;
  /** 0: global, 253: link, 254: host. */
  readonly scope: number;
}

export interface NetRoute {
  /** All zeroes, and of the family's length, for a default route. */
  readonly destination: Uint8Array;
  readonly prefix: number;
  readonly table: number;
  /** 1: unicast; 2: local; ... */
  readonly type: number;
  readonly priority: number;
  /** One a next hop; ifindex 0 where the route names no device. */
  readonly hops: readonly { readonly ifindex: number; readonly gateway: boolean }[];
}

export interface NetNeighbour {
  readonly ifindex: number;
  readonly address: Uint8Array;
  readonly mac: Uint8Array;
  /** NUD_* bits: 2 reachable, 4 stale, 128 permanent, ... */
  readonly state: number;
}

export type NetEvent =
  | { readonly kind: "link"; readonly gone: boolean; readonly link: NetLink }
  | { readonly kind: "address"; readonly gone: boolean; readonly address: NetAddress }
  | { readonly kind: "route"; readonly gone: boolean; readonly route: NetRoute }
  | { readonly kind: "neighbour"; readonly gone: boolean; readonly neighbour: NetNeighbour }
  /** A qdisc or filter of that device came or went. */
  | { readonly kind: "tc"; readonly gone: boolean; readonly ifindex: number };

const AF_INET = 2;
const AF_INET6 = 10;
const RTM = { LINK: 16, ADDRESS: 20, ROUTE: 24, NEIGHBOUR: 28, QDISC: 36, FILTER: 44 } as const;
const GET = 2;
const TABLE_MAIN = 254;
const IFF_UP = 1;
const IFF_LOOPBACK = 8;
const EMPTY = new Uint8Array(0);
const DUMP_ATTEMPTS = 5;

function parseLink(payload: Uint8Array): NetLink | undefined {
  // AF_BRIDGE messages tell of a bridge's port, not of the device.
  if (payload.length < 16 || payload[0] !== 0) return undefined;
  const attributes = decodeAttributes(payload.subarray(16));
  const info = decodeAttributes(attributes.get(18) ?? EMPTY);
  const flags = view(payload).getUint32(8, true);
  const netnsid = numberOf(attributes.get(37));
  return {
    ifindex: view(payload).getInt32(4, true),
    name: stringOf(attributes.get(3)) ?? "",
    kind: stringOf(info.get(1)) ?? "",
    up: (flags & IFF_UP) !== 0,
    loopback: (flags & IFF_LOOPBACK) !== 0,
    master: numberOf(attributes.get(10)) ?? 0,
    peer: numberOf(attributes.get(5)) ?? 0,
    linkNetnsid: netnsid === undefined ? undefined : netnsid | 0,
    mtu: numberOf(attributes.get(4)) ?? 0,
    mac: attributes.get(1) ?? EMPTY,
  };
}

function parseAddress(payload: Uint8Array): NetAddress | undefined {
  if (payload.length < 8) return undefined;
  const attributes = decodeAttributes(payload.subarray(8));
  // IFA_LOCAL is this end of a point-to-point device, IFA_ADDRESS then the other.
  const address = attributes.get(2) ?? attributes.get(1);
  if (address === undefined) return undefined;
  return {
    ifindex: view(payload).getUint32(4, true),
    address,
    prefix: payload[1] ?? 0,
    scope: payload[3] ?? 0,
  };
}

function parseHops(bytes: Uint8Array): NetRoute["hops"] {
  const hops = [];
  let at = 0;
  while (bytes.length - at >= 8) {
    const length = view(bytes).getUint16(at, true);
    if (length < 8 || length > bytes.length - at) break;
    const attributes = decodeAttributes(bytes.subarray(at + 8, at + length));
    const ifindex = view(bytes).getInt32(at + 4, true);
    hops.push({ ifindex, gateway: attributes.has(5) || attributes.has(18) });
    at += (length + 3) & ~3;
  }
  return hops;
}

function parseRoute(payload: Uint8Array): NetRoute | undefined {
  if (payload.length < 12) return undefined;
  const [family = 0, prefix = 0] = payload;
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const attributes = decodeAttributes(payload.subarray(12));
  const multipath = attributes.get(9);
  const single = {
    ifindex: numberOf(attributes.get(4)) ?? 0,
    gateway: attributes.has(5) || attributes.has(18),
  };
  return {
    destination: attributes.get(1) ?? new Uint8Array(family === AF_INET ? 4 : 16),
    prefix,
    table: numberOf(attributes.get(15)) ?? payload[4] ?? 0,
    type: payload[7] ?? 0,
    priority: numberOf(attributes.get(6)) ?? 0,
    hops: multipath === undefined ? [single] : parseHops(multipath),
  };
}

function parseNeighbour(payload: Uint8Array): NetNeighbour | undefined {
  if (payload.length < 12) return undefined;
  const attributes = decodeAttributes(payload.subarray(12));
  const address = attributes.get(1);
  if (address === undefined) return undefined;
  return {
    ifindex: view(payload).getInt32(4, true),
    address,
    mac: attributes.get(2) ?? EMPTY,
    state: view(payload).getUint16(8, true),
  };
}

/**
 * What one message tells; undefined for a kind that is not followed or a message that is cut short.
 */
function parseEvent({ type, payload }: Message): NetEvent | undefined {
  const base = type & ~3;
  const gone = (type & 3) === 1;
  if ((type & 3) > 1) return undefined;
  if (base === RTM.QDISC || base === RTM.FILTER) {
    if (payload.length < 20) return undefined;
    return { kind: "tc", gone, ifindex: view(payload).getInt32(4, true) };
  }
  if (base === RTM.LINK) {
    const link = parseLink(payload);
    return link && { kind: "link", gone, link };
  }
  if (base === RTM.ADDRESS) {
    const address = parseAddress(payload);
    return address && { kind: "address", gone, address };
  }
  if (base === RTM.ROUTE) {
    const route = parseRoute(payload);
    return route && { kind: "route", gone, route };
  }
  if (base !== RTM.NEIGHBOUR) return undefined;
  const neighbour = parseNeighbour(payload);
  return neighbour && { kind: "neighbour", gone, neighbour };
}

/** Reads what netlinkListen hands over. */
export function parseEvents(messages: Uint8Array): NetEvent[] {
  return decodeMessages(messages)
    .map(parseEvent)
    .filter((event) => event !== undefined);
}

/** A dump that changed under way (EINTR) is asked for again, so that nothing is missing from it. */
function dump(type: number, body: Uint8Array): NetEvent[] {
  for (let attempt = 1; ; attempt++) {
    try {
      return parseEvents(netlinkRequest(encodeMessage(type + GET, NLM_F.DUMP, body)));
    } catch (error) {
      const isTorn = isErrno(error, "EINTR") && attempt < DUMP_ATTEMPTS;
      if (!isTorn) throw error;
    }
  }
}

/** All devices of this namespace. NativeError as from every dump. */
export function dumpLinks(): NetLink[] {
  return dump(RTM.LINK, new Uint8Array(16)).flatMap((e) => (e.kind === "link" ? [e.link] : []));
}

/** All addresses, both families. */
export function dumpAddresses(): NetAddress[] {
  return dump(RTM.ADDRESS, new Uint8Array(8)).flatMap((e) =>
    e.kind === "address" ? [e.address] : [],
  );
}

function dumpRoutesOf(family: number): NetRoute[] {
  const body = new Uint8Array(12);
  body[0] = family;
  body[4] = TABLE_MAIN;
  try {
    return dump(RTM.ROUTE, body).flatMap((e) => (e.kind === "route" ? [e.route] : []));
  } catch (error) {
    // A namespace that never had a route of the family has no table of it; a kernel may lack IPv6.
    if (error instanceof NativeError && ["ENOENT", "EOPNOTSUPP"].includes(error.code)) return [];
    throw error;
  }
}

/** The main table's routes, both families. */
export function dumpRoutes(): NetRoute[] {
  return [...dumpRoutesOf(AF_INET), ...dumpRoutesOf(AF_INET6)];
}

/** The neighbour tables, both families. */
export function dumpNeighbours(): NetNeighbour[] {
  return dump(RTM.NEIGHBOUR, new Uint8Array(12)).flatMap((e) =>
    e.kind === "neighbour" ? [e.neighbour] : [],
  );
}
