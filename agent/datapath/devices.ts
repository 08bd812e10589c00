/**
 * What each device of the node is: a pod's, the node's own way out, or neither, with the reason as
 * a sentence. Pure.
 *
 * A pod's device is a veth whose peer is in another namespace and whose route or bridge holds an
 * address of a pod CIDR: a pod that is routed has a route to its one address straight to the device
 * (a gateway would be another node's), a pod that is bridged is a port of the bridge that has the
 * pods' gateway address. A node device carries a default route or a global address and is neither a
 * pod's device, nor a bridge of pods, nor loopback.
 */
import { cidrContains } from "../../lib/model/address.ts";
import type { Cidr } from "../../lib/model/rows.ts";
import type { NetLink } from "../../native/rtnetlink.ts";
import type { NetFacts } from "./net-state.ts";

export type DeviceKind = "pod" | "node" | "none";

export interface Device {
  readonly ifindex: number;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly why: string;
  /** Its own hardware address; empty where it has none. */
  readonly mac: Uint8Array;
}

export interface DeviceRules {
  readonly podCidrs: readonly Cidr[];
  /**
   * Names with * for any text, several parted by commas; beats the rule of the veth. "": no
   * pattern.
   */
  readonly podDevices: string;
}

interface Verdict {
  readonly kind: DeviceKind;
  readonly why: string;
}

/** Classifies every device, in the order of the facts. */
export function classifyDevices(facts: NetFacts, rules: DeviceRules): Device[] {
  const pattern = rules.podDevices === "" ? undefined : patternOf(rules.podDevices);
  const bridges = podBridges(facts, rules.podCidrs);
  return facts.links.map((link) => {
    const verdict =
      podVerdict(link, facts, rules, pattern, bridges) ?? otherVerdict(link, facts, bridges);
    return { ifindex: link.ifindex, name: link.name, mac: link.mac, ...verdict };
  });
}

/** A pattern of names as a regular expression over whole names. */
function patternOf(text: string): RegExp {
  const names = text
    .split(",")
    .map((name) => name.trim().replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .map((name) => name.replaceAll("*", ".*"));
  return new RegExp(`^(?:${names.join("|")})$`);
}

/** Bridges that hold an address of a pod CIDR: ifindex to that address. */
function podBridges(facts: NetFacts, podCidrs: readonly Cidr[]): Map<number, string> {
  const bridges = new Set(facts.links.filter((l) => l.kind === "bridge").map((l) => l.ifindex));
  return new Map(
    facts.addresses
      .filter(({ ifindex, address }) => bridges.has(ifindex) && isOfPods(address, podCidrs))
      .map(({ ifindex, address }) => [ifindex, address]),
  );
}

function isOfPods(address: string, podCidrs: readonly Cidr[]): boolean {
  return podCidrs.some((cidr) => cidrContains(cidr, address));
}

function podVerdict(
  link: NetLink,
  facts: NetFacts,
  rules: DeviceRules,
  pattern: RegExp | undefined,
  bridges: ReadonlyMap<number, string>,
): Verdict | undefined {
  if (pattern !== undefined) {
    return pattern.test(link.name)
      ? { kind: "pod", why: `the name matches the pattern ${rules.podDevices}` }
      : undefined;
  }
  if (link.kind !== "veth" || link.linkNetnsid === undefined) return undefined;
  const route = facts.hostRoutes.find(
    ({ ifindex, address }) => ifindex === link.ifindex && isOfPods(address, rules.podCidrs),
  );
  if (route !== undefined) {
    return {
      kind: "pod",
      why: `veth to another namespace, with the route to pod ${route.address}`,
    };
  }
  const gateway = bridges.get(link.master);
  if (gateway === undefined) return undefined;
  const bridge = facts.links.find(({ ifindex }) => ifindex === link.master)?.name ?? "";
  return {
    kind: "pod",
    why: `veth to another namespace, port of bridge ${bridge} that holds ${gateway}`,
  };
}

function otherVerdict(
  link: NetLink,
  facts: NetFacts,
  bridges: ReadonlyMap<number, string>,
): Verdict {
  if (link.loopback) return { kind: "none", why: "loopback" };
  const gateway = bridges.get(link.ifindex);
  if (gateway !== undefined) {
    return { kind: "none", why: `bridge of pods, holds ${gateway}` };
  }
  const way = facts.defaultRoutes.find(({ ifindex }) => ifindex === link.ifindex);
  if (way !== undefined) {
    return { kind: "node", why: `carries the default route of IPv${way.family}` };
  }
  const own = facts.addresses.find(({ ifindex, global }) => ifindex === link.ifindex && global);
  if (own !== undefined) return { kind: "node", why: `holds the global address ${own.address}` };
  return { kind: "none", why: noneReason(link) };
}

function noneReason(link: NetLink): string {
  if (link.kind !== "veth") return "neither a default route nor a global address";
  return link.linkNetnsid === undefined
    ? "veth whose peer is in this namespace"
    : "veth to another namespace, without a route or bridge that holds an address of a pod CIDR";
}

/** Sentences on what keeps devices from being found. */
export function deviceProblems(devices: readonly Device[], rules: DeviceRules): string[] {
  const problems: string[] = [];
  if (rules.podCidrs.length === 0 && rules.podDevices === "") {
    problems.push(
      "no pod CIDR is known and no podDevices pattern is set: no device of a pod is found",
    );
  }
  if (!devices.some(({ kind }) => kind === "node")) {
    problems.push(
      "no device carries a default route or a global address: nothing is served to outside",
    );
  }
  return problems;
}
