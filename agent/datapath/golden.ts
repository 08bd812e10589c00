/**
 * Golden packets: whole frames, made here byte by byte, that a new generation of programs is tried
 * with. Pure. All addresses are of the ranges set aside for documentation, so that none is
 * anybody's.
 */
import { addressBytes, addressFamily } from "../../lib/model/address.ts";

export type GoldenProtocol = "TCP" | "UDP";

export interface Ends {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

export interface GoldenPacket extends Ends {
  readonly protocol: GoldenProtocol;
  readonly hopLimit: number;
}

const ETHERNET_BYTES = 14;
const IP_BYTES = { 4: 20, 6: 40 } as const;
const ETHER_TYPE = { 4: 0x0800, 6: 0x86dd } as const;
const PROTOCOL_NUMBER = { TCP: 6, UDP: 17 } as const;
const PAYLOAD = new TextEncoder().encode("leat golden packet");
const TCP_BYTES = 20;
const UDP_BYTES = 8;
const TCP_SYN = 0x02;
const CHECKSUM_AT = { TCP: 16, UDP: 6 } as const;

/** A TCP SYN or a UDP datagram, with right checksums. */
export function goldenFrame(packet: GoldenPacket): Uint8Array {
  const family = addressFamily(packet.source);
  const transport = transportBytes(packet);
  const frame = new Uint8Array(ETHERNET_BYTES + IP_BYTES[family] + transport.length);
  const view = new DataView(frame.buffer);
  frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]);
  view.setUint16(12, ETHER_TYPE[family]);
  if (family === 4) writeIp4(frame.subarray(ETHERNET_BYTES), packet, transport.length);
  else writeIp6(frame.subarray(ETHERNET_BYTES), packet, transport.length);
  frame.set(transport, ETHERNET_BYTES + IP_BYTES[family]);
  return frame;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeIp4(header: Uint8Array, packet: GoldenPacket, length: number): void {
  const view = viewOf(header);
  view.setUint8(0, 0x45);
  view.setUint16(2, IP_BYTES[4] + length);
  view.setUint8(8, packet.hopLimit);
  view.setUint8(9, PROTOCOL_NUMBER[packet.protocol]);
  header.set(addressBytes(packet.source), 12);
  header.set(addressBytes(packet.destination), 16);
  view.setUint16(10, checksum([header.subarray(0, IP_BYTES[4])]));
}

function writeIp6(header: Uint8Array, packet: GoldenPacket, length: number): void {
  const view = viewOf(header);
  view.setUint8(0, 0x60);
  view.setUint16(4, length);
  view.setUint8(6, PROTOCOL_NUMBER[packet.protocol]);
  view.setUint8(7, packet.hopLimit);
  header.set(addressBytes(packet.source), 8);
  header.set(addressBytes(packet.destination), 24);
}

function transportBytes(packet: GoldenPacket): Uint8Array {
  const { protocol, sourcePort, destinationPort } = packet;
  const header = protocol === "TCP" ? TCP_BYTES : UDP_BYTES;
  const bytes = new Uint8Array(header + PAYLOAD.length);
  const view = viewOf(bytes);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  if (protocol === "TCP") {
    view.setUint8(12, (TCP_BYTES / 4) << 4);
    view.setUint8(13, TCP_SYN);
  } else {
    view.setUint16(4, bytes.length);
  }
  bytes.set(PAYLOAD, header);
  const pseudo = new Uint8Array(4);
  viewOf(pseudo).setUint16(0, bytes.length);
  viewOf(pseudo).setUint16(2, PROTOCOL_NUMBER[protocol]);
  const parts = [addressBytes(packet.source), addressBytes(packet.destination), pseudo, bytes];
  view.setUint16(CHECKSUM_AT[protocol], checksum(parts));
  return bytes;
}

/** The internet checksum over parts of even length, but for the last. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
