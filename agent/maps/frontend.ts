/**
 * Frontends to and from the elements of services4 and services6: keys as struct service4_key and
 * service6_key, a value of one word. A value that was read is trusted only if its tag is that of
 * its own key.
 */
import { addressBytes, addressText } from "../../lib/model/address.ts";
import type { Family, Protocol } from "../../lib/model/rows.ts";
import { type Frontend, frontendKey } from "../desired/frontends.ts";
import { tagOf } from "../desired/tag.ts";
import { service4Key, service6Key } from "./abi.gen.ts";
import type { HashStore, Stores } from "./store.ts";
import { packFrontend, unpackFrontend } from "./words.ts";

const VALUE_BYTES = 8;
const CODEC = { 4: service4Key, 6: service6Key } as const;
const PROTOCOL_NUMBER: { readonly [P in Protocol]: number } = { TCP: 6, UDP: 17, SCTP: 132 };
const PROTOCOL_BY_NUMBER = new Map(
  Object.entries(PROTOCOL_NUMBER).map(([protocol, number]) => [number, protocol as Protocol]),
);

/** A frontend as the kernel has it. */
export interface HeldFrontend extends Frontend {
  readonly state: number;
}

export function serviceStore(stores: Stores, family: Family): HashStore {
  return family === 4 ? stores.services4 : stores.services6;
}

export function encodeFrontendKey(frontend: Omit<Frontend, "key" | "kind">): Uint8Array {
  return CODEC[frontend.family].encode({
    address: addressBytes(frontend.address),
    port: frontend.port,
    protocol: PROTOCOL_NUMBER[frontend.protocol],
  });
}

export function encodeFrontendValue(
  key: Uint8Array,
  kind: Frontend["kind"],
  state: number,
): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  const word = packFrontend({ tag: tagOf(key), kind, state });
  new DataView(bytes.buffer).setBigUint64(0, word, true);
  return bytes;
}

/**
 * Undefined where the element is none that Leat writes: a foreign tag, an unknown kind or protocol.
 */
export function decodeFrontend(
  family: Family,
  bytes: Uint8Array,
  value: Uint8Array,
): HeldFrontend | undefined {
  const word = new DataView(value.buffer, value.byteOffset).getBigUint64(0, true);
  const content = unpackFrontend(word);
  const fields = CODEC[family].decode(bytes);
  const protocol = PROTOCOL_BY_NUMBER.get(fields.protocol);
  const address = textOf(fields.address);
  if (content?.tag !== tagOf(bytes) || protocol === undefined || address === undefined) {
    return undefined;
  }
  const { port } = fields;
  const { kind, state } = content;
  const key = frontendKey(address, port, protocol);
  return { key, family, address, port, protocol, kind, state };
}

/** The address's text; undefined where Leat writes no such address. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return addressText(bytes);
  } catch {
    return undefined;
  }
}
