/**
 * Structs of bpf/abi as bytes and back: what abi.gen.ts is written in. Integers of the host's order
 * are little-endian (all platforms served are); wire fields are big-endian. Padding is written as
 * zeros. A value that does not fit its field is a programming error: it throws, nothing is cut.
 */
import { strict as assert } from "node:assert";

export interface Codec<T> {
  /** Bytes. */
  readonly size: number;
  /** Writes `size` bytes at the offset (default: of a new array), answers the array. */
  encode(value: T, bytes?: Uint8Array, offset?: number): Uint8Array;
  decode(bytes: Uint8Array, offset?: number): T;
}

/** One kind of field: reads and writes `size` bytes at an offset. */
export interface FieldKind<V> {
  readonly size: number;
  put(view: DataView, offset: number, value: V): void;
  get(view: DataView, offset: number): V;
}

export interface Field<V> {
  readonly offset: number;
  readonly kind: FieldKind<V>;
}

function checkUnsigned(value: number, bits: number): void {
  assert(Number.isInteger(value) && value >= 0 && value < 2 ** bits, `${value} is no u${bits}`);
}

export const u8: FieldKind<number> = {
  size: 1,
  put(view, offset, value) {
    checkUnsigned(value, 8);
    view.setUint8(offset, value);
  },
  get: (view, offset) => view.getUint8(offset),
};

function unsigned16(littleEndian: boolean): FieldKind<number> {
  return {
    size: 2,
    put(view, offset, value) {
      checkUnsigned(value, 16);
      view.setUint16(offset, value, littleEndian);
    },
    get: (view, offset) => view.getUint16(offset, littleEndian),
  };
}

export const u16 = unsigned16(true);
/** A port as it is on the wire; the value is in host order. */
export const be16 = unsigned16(false);

export const u32: FieldKind<number> = {
  size: 4,
  put(view, offset, value) {
    checkUnsigned(value, 32);
    view.setUint32(offset, value, true);
  },
  get: (view, offset) => view.getUint32(offset, true),
};

export const u64: FieldKind<bigint> = {
  size: 8,
  put(view, offset, value) {
    assert(BigInt.asUintN(64, value) === value, `${value} is no u64`);
    view.setBigUint64(offset, value, true);
  },
  get: (view, offset) => view.getBigUint64(offset, true),
};

/** Exactly `size` bytes as they are: an address, a hardware address. */
export function bytes(size: number): FieldKind<Uint8Array> {
  return {
    size,
    put(view, offset, value) {
      assert.equal(value.length, size, "length in bytes");
      new Uint8Array(view.buffer, view.byteOffset + offset, size).set(value);
    },
    get: (view, offset) => new Uint8Array(view.buffer, view.byteOffset + offset, size).slice(),
  };
}

/** A struct within a struct. */
export function nested<T>(codec: Codec<T>): FieldKind<T> {
  return {
    size: codec.size,
    put(view, offset, value) {
      codec.encode(value, new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
    },
    get: (view, offset) =>
      codec.decode(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset),
  };
}

/** Exactly `count` elements one after another. */
export function list<V>(kind: FieldKind<V>, count: number): FieldKind<readonly V[]> {
  return {
    size: kind.size * count,
    put(view, offset, value) {
      assert.equal(value.length, count, "elements");
      for (const [index, element] of value.entries()) {
        kind.put(view, offset + index * kind.size, element);
      }
    },
    get: (view, offset) =>
      Array.from({ length: count }, (_, index) => kind.get(view, offset + index * kind.size)),
  };
}

/** A field at its offset in the struct. */
export function at<V>(offset: number, kind: FieldKind<V>): Field<V> {
  return { offset, kind };
}

/** The codec of a struct of `size` bytes. */
export function struct<T extends object>(
  size: number,
  fields: { readonly [K in keyof T]-?: Field<T[K]> },
): Codec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<T[keyof T & string]>][];
  return {
    size,
    encode(value, target = new Uint8Array(size), offset = 0) {
      assert(offset + size <= target.length, `${size} bytes at ${offset} of ${target.length}`);
      target.fill(0, offset, offset + size);
      const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
      for (const [name, field] of entries) {
        field.kind.put(view, offset + field.offset, value[name]);
      }
      return target;
    },
    decode(source, offset = 0) {
      assert(offset + size <= source.length, `${size} bytes at ${offset} of ${source.length}`);
      const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
      const value: Partial<T> = {};
      for (const [name, field] of entries) {
        value[name] = field.kind.get(view, offset + field.offset);
      }
      return value as T;
    },
  };
}
