/**
 * Which addresses a Service or an endpoint may have: what is no address, or never a peer's, is
 * refused by reason.
 */
import { type Address, addressBytes, parseAddress } from "../../lib/model/address.ts";
import type { Cidr } from "../../lib/model/rows.ts";

/** A prefix made ready for many comparisons. */
export interface Network {
  readonly bytes: Uint8Array;
  readonly prefix: number;
}

export type Judged =
  | { readonly address: Address; readonly reason?: undefined }
  | { readonly address?: undefined; readonly reason: string };

export function networkOf(cidr: Cidr): Network {
  return { bytes: addressBytes(cidr.address), prefix: cidr.prefix };
}

/**
 * Whether the address (4 or 16 bytes in network order) lies in the network; never across families.
 */
export function isWithin(network: Network, bytes: Uint8Array): boolean {
  if (network.bytes.length !== bytes.length) return false;
  for (let index = 0; index * 8 < network.prefix; index++) {
    const mask = (0xff00 >> Math.min(network.prefix - index * 8, 8)) & 0xff;
    if ((((network.bytes[index] ?? 0) ^ (bytes[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/**
 * The address, unless it is none or of a kind that Kubernetes allows neither clients nor endpoints
 * to have.
 */
export function judgeAddress(text: string): Judged {
  const address = parseAddress(text);
  if (address === undefined) return { reason: "is not an IP address" };
  const kind = address.family === 4 ? specialKind4(address.bytes) : specialKind6(address.bytes);
  return kind === undefined ? { address } : { reason: `is ${kind}` };
}

function specialKind4(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  if (first === 0) return "an unspecified address";
  if (first === 127) return "a loopback address";
  if (first === 169 && second === 254) return "a link-local address";
  if (first >= 224 && first < 240) return "a multicast address";
  return bytes.every((byte) => byte === 255) ? "the broadcast address" : undefined;
}

function specialKind6(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff) return "a multicast address";
  if (first === 0xfe && (second & 0xc0) === 0x80) return "a link-local address";
  if (bytes.subarray(0, 15).some((byte) => byte !== 0)) return undefined;
  if (bytes[15] === 0) return "an unspecified address";
  return bytes[15] === 1 ? "a loopback address" : undefined;
}
