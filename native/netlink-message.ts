/**
 * Netlink's framing: messages of a 16-byte head, a fixed struct and attributes, all in host byte
 * order (little endian on every machine that Leat runs on). Reading checks every length; a message
 * that lies ends the reading.
 */

const HEAD_BYTES = 16;
const ATTRIBUTE_HEAD_BYTES = 4;
const NESTED_BITS = 0xc000;

export const NLM_F = { REQUEST: 1, ACK: 4, DUMP: 0x300, EXCL: 0x200, CREATE: 0x400 } as const;

export interface Message {
  readonly type: number;
  /** What follows the head. */
  readonly payload: Uint8Array;
}

/**
 * A value of an attribute: bytes, a 32-bit number, a string (sent with its final zero), or
 * attributes in it.
 */
export type AttributeValue = Uint8Array | number | string | readonly Attribute[];
export type Attribute = readonly [type: number, value: AttributeValue];

function align(size: number): number {
  return (size + 3) & ~3;
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encodeValue(value: AttributeValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return new TextEncoder().encode(`${value}\0`);
  if (typeof value === "number") {
    const bytes = new Uint8Array(4);
    view(bytes).setUint32(0, value, true);
    return bytes;
  }
  return encodeAttributes(value);
}

function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const encoded = attributes.map(([type, value]) => [type, encodeValue(value)] as const);
  const sizes = encoded.map(([, value]) => align(ATTRIBUTE_HEAD_BYTES + value.length));
  const out = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, [type, value]] of encoded.entries()) {
    view(out).setUint16(at, ATTRIBUTE_HEAD_BYTES + value.length, true);
    view(out).setUint16(at + 2, type, true);
    out.set(value, at + ATTRIBUTE_HEAD_BYTES);
    at += sizes[index] ?? 0;
  }
  return out;
}

/** One request. `body` is the message's fixed struct. */
export function encodeMessage(
  type: number,
  flags: number,
  body: Uint8Array,
  attributes: readonly Attribute[] = [],
): Uint8Array {
  const tail = encodeAttributes(attributes);
  const out = new Uint8Array(HEAD_BYTES + align(body.length) + tail.length);
  view(out).setUint32(0, out.length, true);
  view(out).setUint16(4, type, true);
  view(out).setUint16(6, NLM_F.REQUEST | flags, true);
  out.set(body, HEAD_BYTES);
  out.set(tail, HEAD_BYTES + align(body.length));
  return out;
}

/** The messages that lie one after another in what the kernel sent. */
export function decodeMessages(bytes: Uint8Array): Message[] {
  const out: Message[] = [];
  let at = 0;
  while (bytes.length - at >= HEAD_BYTES) {
    const length = view(bytes).getUint32(at, true);
    if (length < HEAD_BYTES || length > bytes.length - at) break;
    const type = view(bytes).getUint16(at + 4, true);
    out.push({ type, payload: bytes.subarray(at + HEAD_BYTES, at + length) });
    at += align(length);
  }
  return out;
}

/** Attributes by type; of a type that stands twice, the last. */
export function decodeAttributes(bytes: Uint8Array): Map<number, Uint8Array> {
  const out = new Map<number, Uint8Array>();
  let at = 0;
  while (bytes.length - at >= ATTRIBUTE_HEAD_BYTES) {
    const length = view(bytes).getUint16(at, true);
    if (length < ATTRIBUTE_HEAD_BYTES || length > bytes.length - at) break;
    const type = view(bytes).getUint16(at + 2, true) & ~NESTED_BITS;
    out.set(type, bytes.subarray(at + ATTRIBUTE_HEAD_BYTES, at + length));
    at += align(length);
  }
  return out;
}

/** A 32-bit number; undefined for an attribute that is absent or of another size. */
export function numberOf(bytes: Uint8Array | undefined): number | undefined {
  return bytes?.length === 4 ? view(bytes).getUint32(0, true) : undefined;
}

/** A string up to its final zero. */
export function stringOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
