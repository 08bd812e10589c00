/**
 * The facts of the node and the cluster as the programs' constants: rows in, struct settings out.
 * Pure. The first internal address of each family is the node's own (an external one where it has
 * none), the source of SNAT.
 */
import { addressBytes, addressFamily, cidrText } from "../../lib/model/address.ts";
import type { Cidr, Family, NodeRow, SettingsRow } from "../../lib/model/rows.ts";
import { type Settings, settings, SettingsFlags, SettingsLimits } from "../maps/abi.gen.ts";

export type Delivery = "stack" | "direct";

export interface DatapathFacts {
  readonly node: NodeRow;
  readonly settings: SettingsRow;
}

export interface SettingsInput extends DatapathFacts {
  readonly netnsCookie: bigint;
  readonly delivery: Delivery;
  readonly snatPorts: { readonly first: number; readonly last: number };
}

/**
 * Above the ephemeral range that Linux ships with (32768 to 60999) and the node ports: both
 * inclusive.
 */
export const SNAT_PORTS = { first: 61_000, last: 65_535 } as const;

const BYTES: Readonly<Record<Family, number>> = { 4: 4, 6: 16 };

/** The bytes of `settings` in the programs' .rodata. */
export function settingsBytes(input: SettingsInput): Uint8Array {
  const { node, netnsCookie, delivery, snatPorts } = input;
  const prefixes = podCidrs(input);
  const value: Settings = {
    hostNetnsCookie: netnsCookie,
    node4: nodeAddress(node, 4),
    node6: nodeAddress(node, 6),
    flags: delivery === "direct" ? SettingsFlags.SETTINGS_F_DIRECT : 0,
    snatPortFirst: snatPorts.first,
    snatPortLast: snatPorts.last,
    pods4: prefixList(prefixes, 4),
    pods6: prefixList(prefixes, 6),
  };
  return settings.encode(value);
}

/**
 * The pods' prefixes: the cluster's, and the node's own where it has some that those do not name.
 */
export function podCidrs({ node, settings }: DatapathFacts): Cidr[] {
  const all = new Map([...settings.podCIDRs, ...node.podCIDRs].map((c) => [cidrText(c), c]));
  return [...all.values()];
}

/** Sentences on what of the facts the programs cannot hold. */
export function settingsProblems(input: DatapathFacts): string[] {
  const problems: string[] = [];
  for (const family of [4, 6] as const) {
    const count = podCidrs(input).filter((c) => addressFamily(c.address) === family).length;
    if (count > SettingsLimits.SETTINGS_POD_CIDRS) {
      problems.push(
        `${count} IPv${family} pod CIDRs, of which direct delivery knows the first ` +
          `${SettingsLimits.SETTINGS_POD_CIDRS}: the others' pods are reached through the stack`,
      );
    }
  }
  return problems;
}

function nodeAddress(node: NodeRow, family: Family): Uint8Array {
  const own = [...node.internalIPs, ...node.externalIPs];
  const address = own.find((candidate) => addressFamily(candidate) === family);
  return address === undefined ? new Uint8Array(BYTES[family]) : addressBytes(address);
}

function prefixList(
  cidrs: readonly Cidr[],
  family: Family,
): { address: Uint8Array; mask: Uint8Array }[] {
  const size = BYTES[family];
  const known = cidrs.filter((cidr) => addressFamily(cidr.address) === family);
  return Array.from({ length: SettingsLimits.SETTINGS_POD_CIDRS }, (_, index) => {
    const cidr = known[index];
    return cidr === undefined
      ? { address: new Uint8Array(size), mask: new Uint8Array(size) }
      : { address: addressBytes(cidr.address), mask: maskOf(cidr.prefix, size) };
  });
}

function maskOf(prefix: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    return 0xff & (0xff << (8 - bits));
  });
}
