/**
 * Addresses and prefixes: strict parsing to canonical text (RFC 5952) and to bytes in network
 * order, and back.
 *
 * Refused: IPv4-mapped IPv6 addresses (they would make one address two), zones, leading zeros,
 * blanks. Invariant: parseAddress(addressText(bytes)) yields the same bytes; equal addresses have
 * equal text.
 */
import { isIPv4, isIPv6 } from "node:net";

import type { Cidr, Family } from "./rows.ts";

export interface Address {
  readonly family: Family;
  /** Canonical. */
  readonly text: string;
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array;
}

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const GROUPS = 8;

/** Undefined where the text is no address, or one that Leat refuses. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) {
    return { family: 4, text, bytes: ipv4Bytes(text) };
  }
  if (!isIPv6(text) || text.includes("%")) {
    return undefined;
  }
  const bytes = ipv6Bytes(text);
  return isMapped(bytes) ? undefined : { family: 6, text: ipv6Text(bytes), bytes };
}

/**
 * The address's 4 or 16 bytes in network order; throws a RangeError where the text is no address.
 */
export function addressBytes(text: string): Uint8Array {
  if (isIPv4(text)) {
    return ipv4Bytes(text);
  }
  const address = parseAddress(text);
  if (address === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is no IPv4 or IPv6 address`);
  }
  return address.bytes;
}

/**
 * Canonical text of 4 or 16 bytes in network order; throws a RangeError at another length or a
 * mapped address.
 */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) {
    return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  }
  if (bytes.length !== IPV6_BYTES) {
    throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
  }
  if (isMapped(bytes)) {
    throw new RangeError("an IPv4-mapped IPv6 address is refused");
  }
  return ipv6Text(bytes);
}

/** 4 or 6, of an address that is known to be valid. */
export function addressFamily(text: string): Family {
  return text.includes(":") ? 6 : 4;
}

/** "address/length"; host bits are cleared. Undefined where the text is no prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length)) {
    return undefined;
  }
  const address = parseAddress(text.slice(0, slash));
  const prefix = Number(length);
  if (address === undefined || prefix > address.bytes.length * 8) {
    return undefined;
  }
  const network = clearHostBits(address.bytes, prefix);
  return isMapped(network) ? undefined : { address: addressText(network), prefix };
}

/** "address/length". */
export function cidrText(cidr: Cidr): string {
  return `${cidr.address}/${cidr.prefix}`;
}

/** Whether the address lies in the prefix; never across families. */
export function cidrContains(cidr: Cidr, address: string): boolean {
  if (addressFamily(cidr.address) !== addressFamily(address)) {
    return false;
  }
  const network = addressBytes(cidr.address);
  const masked = clearHostBits(addressBytes(address), cidr.prefix);
  return masked.every((byte, index) => byte === network[index]);
}

function clearHostBits(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, index) => {
    const kept = Math.min(Math.max(prefix - index * 8, 0), 8);
    return byte & (0xff00 >> kept);
  });
}

function ipv4Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(IPV4_BYTES);
  let position = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0) {
      position++;
    } else {
      bytes[position] = (bytes[position] ?? 0) * 10 + digit;
    }
  }
  return bytes;
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = "", tail] = text.split("::");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const bytes = new Uint8Array(IPV6_BYTES);
  before.forEach((group, index) => putGroup(bytes, index, group));
  after.forEach((group, index) => putGroup(bytes, GROUPS - after.length + index, group));
  return bytes;
}

function groups(text: string): number[] {
  if (text === "") {
    return [];
  }
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) {
      return [Number.parseInt(part, 16)];
    }
    const [a = 0, b = 0, c = 0, d = 0] = ipv4Bytes(part);
    return [a * 256 + b, c * 256 + d];
  });
}

function putGroup(bytes: Uint8Array, index: number, group: number): void {
  bytes[index * 2] = group >> 8;
  bytes[index * 2 + 1] = group & 0xff;
}

function isMapped(bytes: Uint8Array): boolean {
  if (bytes.length !== IPV6_BYTES || bytes[10] !== 0xff || bytes[11] !== 0xff) {
    return false;
  }
  return bytes.subarray(0, 10).every((byte) => byte === 0);
}

function ipv6Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let index = 0; index < IPV6_BYTES; index += 2) {
    parts.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  }
  const { start, length } = longestZeroRun(parts);
  if (length < 2) {
    return parts.join(":");
  }
  return `${parts.slice(0, start).join(":")}::${parts.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zero groups, as RFC 5952 4.2.3 asks. */
function longestZeroRun(parts: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  parts.forEach((part, index) => {
    if (part !== "0") {
      start = index + 1;
    } else if (index + 1 - start > best.length) {
      best = { start, length: index + 1 - start };
    }
  });
  return best;
}
