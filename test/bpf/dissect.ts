/**
 * Takes frames apart for a reader. In: bytes as packet.ts builds them. Out: fields by name, so that
 * two packets that differ are told apart by field; what no field covers is compared as bytes.
 */
import assert from "node:assert/strict";
import { addressText } from "../../lib/model/address.ts";

interface FieldPlace {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly show: (bytes: Uint8Array) => string;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function number(bytes: Uint8Array): string {
  return String(Number.parseInt(hex(bytes), 16));
}

function address(bytes: Uint8Array): string {
  try {
    return addressText(bytes);
  } catch {
    return hex(bytes);
  }
}

const field = (name: string, at: number, size: number, show = hex): FieldPlace => ({
  name,
  at,
  size,
  show,
});

const ETHERNET = [
  field("ethernet destination", 0, 6),
  field("ethernet source", 6, 6),
  field("ethernet type", 12, 2),
];
const IPV4 = [
  field("ip version and length", 14, 1),
  field("ip total length", 16, 2, number),
  field("ip identification", 18, 2),
  field("ip fragment", 20, 2),
  field("ip ttl", 22, 1, number),
  field("ip protocol", 23, 1, number),
  field("ip checksum", 24, 2),
  field("ip source", 26, 4, address),
  field("ip destination", 30, 4, address),
];
const IPV6 = [
  field("ip payload length", 18, 2, number),
  field("ip next header", 20, 1, number),
  field("ip hop limit", 21, 1, number),
  field("ip source", 22, 16, address),
  field("ip destination", 38, 16, address),
];

/** The transport's fields, where it begins at its usual place. */
function transportFields(at: number, protocol: number): FieldPlace[] {
  const ports = [field("source port", at, 2, number), field("destination port", at + 2, 2, number)];
  if (protocol === 17) return [...ports, field("udp checksum", at + 6, 2)];
  if (protocol !== 6) return ports;
  return [...ports, field("tcp flags", at + 13, 1), field("tcp checksum", at + 16, 2)];
}

function fieldsOf(packet: Uint8Array): FieldPlace[] {
  const isV4 = packet[12] === 0x08;
  const transport = isV4 ? 14 + ((packet[14] ?? 0) & 0xf) * 4 : 54;
  const protocol = packet[isV4 ? 23 : 20] ?? 0;
  return [...ETHERNET, ...(isV4 ? IPV4 : IPV6), ...transportFields(transport, protocol)];
}

/** A line for each field that differs; bytes outside all fields as "byte N". */
function differences(actual: Uint8Array, expected: Uint8Array): string[] {
  if (actual.length !== expected.length) {
    return [`length: ${actual.length}, expected ${expected.length}`];
  }
  const fields = fieldsOf(expected);
  const lines = fields
    .map(({ name, at, size, show }) => {
      const [is, wanted] = [actual, expected].map((packet) => packet.slice(at, at + size));
      if (is === undefined || wanted === undefined || hex(is) === hex(wanted)) return "";
      return `${name}: ${show(is)}, expected ${show(wanted)}`;
    })
    .filter((line) => line !== "");
  const covered = (index: number) =>
    fields.some(({ at, size }) => index >= at && index < at + size);
  for (const [index, byte] of actual.entries()) {
    if (byte !== expected[index] && !covered(index)) {
      lines.push(`byte ${index}: ${byte}, expected ${expected[index]}`);
    }
  }
  return lines;
}

/** Fails with the differing fields. */
export function assertPacket(actual: Uint8Array, expected: Uint8Array, what = "packet"): void {
  const lines = differences(actual, expected);
  assert.equal(lines.length, 0, `${what} differs:\n  ${lines.join("\n  ")}`);
}
