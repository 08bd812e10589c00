/**
 * Builds whole frames, with right checksums. In: what a test names of a packet, the rest has a
 * default. Out: the bytes from the MAC header on. A packet expected is built like a packet sent, so
 * that what a program computes incrementally is compared with what is computed here from nothing.
 */
import { addressBytes } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
export const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;
export const TCP = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;

/** Of a packet that names none. */
export const TO_MAC = "02:00:00:00:00:01";
export const FROM_MAC = "02:00:00:00:00:02";

const ETHERTYPE = { 4: 0x0800, 6: 0x86dd } as const;
const ICMP = { 4: 1, 6: 58 } as const;
const FRAGMENT_HEADER = 44;

export type Transport = keyof typeof PROTOCOLS | "icmp";

export interface Packet {
  readonly family: Family;
  readonly transport: Transport;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly hopLimit?: number;
  /** TCP's; default ACK. */
  readonly flags?: number;
  /** TCP's numbers and window. */
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly window?: number;
  /** ICMP's; default an echo request. */
  readonly type?: number;
  readonly code?: number;
  readonly payload?: string | Uint8Array;
  /** IPv4's. */
  readonly identification?: number;
  /** Bytes of IPv4 options (NOPs), a multiple of 4. */
  readonly options?: number;
  /** IPv6 extension headers before the transport: each is 8 bytes of padding under this number. */
  readonly extensions?: readonly number[];
  /**
   * Offset in bytes, a multiple of 8; what of the whole transport is in it is the payload's
   * business.
   */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  /** UDP over IPv4 without a checksum. */
  readonly noChecksum?: boolean;
  readonly toMac?: string;
  readonly fromMac?: string;
}

/** The bytes as they are on the wire. */
export function buildPacket(packet: Packet): Uint8Array {
  const transport = packet.fragment?.offset ? text(packet) : buildTransport(packet);
  const ip = packet.family === 4 ? buildIpv4(packet, transport) : buildIpv6(packet, transport);
  const ethernet = new Uint8Array(ETHERNET_BYTES);
  ethernet.set(macBytes(packet.toMac ?? TO_MAC), 0);
  ethernet.set(macBytes(packet.fromMac ?? FROM_MAC), 6);
  new DataView(ethernet.buffer).setUint16(12, ETHERTYPE[packet.family]);
  return concatenate(ethernet, ip, transport);
}

export function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(":"), (part) => Number.parseInt(part, 16));
}

function text({ payload = "leat" }: Packet): Uint8Array {
  return typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The complement of the one's-complement sum, as a number in network order. */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (const [index, byte] of part.entries()) sum += index % 2 === 0 ? byte << 8 : byte;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function protocolNumber({ transport, family }: Packet): number {
  return transport === "icmp" ? ICMP[family] : PROTOCOLS[transport];
}

function buildTransport(packet: Packet): Uint8Array {
  const { sourcePort = 0, destinationPort = 0, transport, flags = TCP.ack } = packet;
  const payload = text(packet);
  const header = new Uint8Array({ tcp: 20, udp: 8, sctp: 12, icmp: 8 }[transport]);
  const view = new DataView(header.buffer);
  if (transport === "icmp") {
    header[0] = packet.type ?? (packet.family === 4 ? 8 : 128);
    header[1] = packet.code ?? 0;
  } else {
    view.setUint16(0, sourcePort);
    view.setUint16(2, destinationPort);
  }
  if (transport === "tcp") {
    view.setUint32(4, packet.sequence ?? 0x01020304);
    view.setUint32(8, packet.acknowledgement ?? 0x05060708);
    header[12] = (header.length / 4) << 4;
    header[13] = flags;
    view.setUint16(14, packet.window ?? 0xfaf0);
  }
  const whole = concatenate(header, payload);
  const at = { tcp: 16, udp: 6, sctp: undefined, icmp: 2 }[transport];
  if (transport === "udp") new DataView(whole.buffer).setUint16(4, whole.length);
  if (at !== undefined && packet.noChecksum !== true) setChecksum(packet, whole, at);
  return whole;
}

function setChecksum(packet: Packet, whole: Uint8Array, at: number): void {
  const pseudo = new Uint8Array(8);
  new DataView(pseudo.buffer).setUint32(0, whole.length);
  new DataView(pseudo.buffer).setUint32(4, protocolNumber(packet));
  const ends = concatenate(addressBytes(packet.source), addressBytes(packet.destination));
  const bare = packet.transport === "icmp" && packet.family === 4;
  const sum = bare ? checksum(whole) : checksum(ends, pseudo, whole);
  const said = packet.transport === "udp" && sum === 0 ? 0xffff : sum;
  new DataView(whole.buffer).setUint16(at, said);
}

function buildIpv4(packet: Packet, transport: Uint8Array): Uint8Array {
  const { options = 0, fragment, hopLimit = 64, identification = 0x1234 } = packet;
  const header = new Uint8Array(IPV4_BYTES + options).fill(1, IPV4_BYTES);
  const view = new DataView(header.buffer);
  header[0] = 0x40 | (header.length / 4);
  view.setUint16(2, header.length + transport.length);
  view.setUint16(4, identification);
  const offset = (fragment?.offset ?? 0) / 8;
  view.setUint16(6, fragment ? (fragment.more ? 0x2000 : 0) | offset : 0x4000);
  header[8] = hopLimit;
  header[9] = protocolNumber(packet);
  header.set(addressBytes(packet.source), 12);
  header.set(addressBytes(packet.destination), 16);
  view.setUint16(10, checksum(header));
  return header;
}

function buildIpv6(packet: Packet, transport: Uint8Array): Uint8Array {
  const { extensions = [], fragment, hopLimit = 64 } = packet;
  const chain = [...extensions, ...(fragment ? [FRAGMENT_HEADER] : []), protocolNumber(packet)];
  const headers = chain.slice(0, -1).map((number, index) => {
    const header = new Uint8Array(8);
    header[0] = chain[index + 1] ?? 0;
    if (number === FRAGMENT_HEADER && fragment) {
      new DataView(header.buffer).setUint16(2, fragment.offset | (fragment.more ? 1 : 0));
      new DataView(header.buffer).setUint32(4, 0x12345678);
    } else {
      header.set([1, 4], 2);
    }
    return header;
  });
  const ip = new Uint8Array(IPV6_BYTES);
  const view = new DataView(ip.buffer);
  ip[0] = 0x60;
  view.setUint16(4, headers.length * 8 + transport.length);
  ip[6] = chain[0] ?? 0;
  ip[7] = hopLimit;
  ip.set(addressBytes(packet.source), 8);
  ip.set(addressBytes(packet.destination), 24);
  return concatenate(ip, ...headers);
}
