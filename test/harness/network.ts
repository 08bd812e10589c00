/**
 * The network of a lab: a router namespace with the bridge that joins the nodes, the nodes'
 * namespaces, and the outside client's behind the router. Devices have no names that must be
 * unique: each is made inside its namespace.
 */
import {
  type Addresses,
  nodeAddresses,
  OUTSIDE,
  OUTSIDE_ROUTER,
  podCidrs,
  PUBLIC_CIDRS,
  ROUTER,
} from "./addresses.ts";
import { enter, ipBatch, run, setSysctls } from "./command.ts";

export interface NetworkOptions {
  /** Nodes are counted from 1. */
  readonly nodes: number;
  /** False: senders compute every checksum themselves. */
  readonly offload: boolean;
  /** rp_filter of every device in the nodes' namespaces. */
  readonly rpFilter: 0 | 1 | 2;
}

/** Names of the namespaces of one lab. */
export interface NetworkNames {
  readonly router: string;
  readonly outside: string;
  readonly node: (node: number) => string;
}

export function networkNames(label: string): NetworkNames {
  return {
    router: `${label}-router`,
    outside: `${label}-outside`,
    node: (node) => `${label}-n${node}`,
  };
}

/** Settings that every namespace of the lab wants before its first device is made. */
export function namespaceSettings(rpFilter: number): [string, string][] {
  return [
    ["ipv6/conf/all/disable_ipv6", "0"],
    ["ipv6/conf/default/disable_ipv6", "0"],
    ["ipv6/conf/all/accept_dad", "0"],
    ["ipv6/conf/default/accept_dad", "0"],
    ["ipv6/conf/default/accept_ra", "0"],
    ["ipv4/conf/all/rp_filter", String(rpFilter)],
    ["ipv4/conf/default/rp_filter", String(rpFilter)],
    ["ipv4/tcp_tw_reuse", "1"],
    ["ipv4/ip_local_port_range", "10000 29999"],
  ];
}

const FORWARDING: [string, string][] = [
  ["ipv4/ip_forward", "1"],
  ["ipv6/conf/all/forwarding", "1"],
];

export function addAddresses(device: string, addresses: Addresses, prefix: Addresses): string[] {
  return [
    `addr add ${addresses[4]}/${prefix[4]} dev ${device}`,
    `addr add ${addresses[6]}/${prefix[6]} dev ${device} nodad`,
  ];
}

function addRoutes(to: Addresses, how: Addresses): string[] {
  return [`route add ${to[4]} ${how[4]}`, `route add ${to[6]} ${how[6]}`];
}

const DEFAULT: Addresses = { 4: "default", 6: "default" };

function via(gateway: Addresses): Addresses {
  return { 4: `via ${gateway[4]}`, 6: `via ${gateway[6]}` };
}

/** Makes the namespaces and joins them. */
export async function buildNetwork(names: NetworkNames, options: NetworkOptions): Promise<void> {
  const nodes = Array.from({ length: options.nodes }, (_, index) => index + 1);
  const all = [names.router, names.outside, ...nodes.map(names.node)];
  await ipBatch(
    undefined,
    all.map((netns) => `netns add ${netns}`),
  );
  await Promise.all(
    all.map((netns) => {
      const settings = namespaceSettings(netns === names.outside ? 0 : options.rpFilter);
      return setSysctls(netns, netns === names.outside ? settings : [...settings, ...FORWARDING]);
    }),
  );
  await ipBatch(names.router, routerLines(names, nodes));
  await Promise.all([
    ipBatch(names.outside, [
      "link set lo up",
      ...addAddresses("eth0", OUTSIDE, { 4: "24", 6: "64" }),
      "link set eth0 up",
      ...addRoutes(DEFAULT, via(OUTSIDE_ROUTER)),
    ]),
    ...nodes.map((node) => ipBatch(names.node(node), nodeLines(node, nodes))),
  ]);
  if (!options.offload) {
    const devices = ["br0", "outside", ...nodes.map((node) => `n${node}`)];
    await disableOffload(names.router, devices);
    for (const netns of all.slice(1)) await disableOffload(netns, ["eth0"]);
  }
}

function routerLines(names: NetworkNames, nodes: readonly number[]): string[] {
  return [
    "link set lo up",
    "link add br0 type bridge",
    ...addAddresses("br0", ROUTER, { 4: "24", 6: "64" }),
    "link set br0 up",
    ...nodes.flatMap((node) => [
      `link add n${node} type veth peer name eth0 netns ${names.node(node)}`,
      `link set n${node} master br0 up`,
    ]),
    `link add outside type veth peer name eth0 netns ${names.outside}`,
    ...addAddresses("outside", OUTSIDE_ROUTER, { 4: "24", 6: "64" }),
    "link set outside up",
    ...addRoutes(PUBLIC_CIDRS, via(nodeAddresses(1))),
  ];
}

function nodeLines(node: number, nodes: readonly number[]): string[] {
  return [
    "link set lo up",
    ...addAddresses("eth0", nodeAddresses(node), { 4: "24", 6: "64" }),
    "link set eth0 up",
    ...addRoutes(DEFAULT, via(ROUTER)),
    ...nodes
      .filter((other) => other !== node)
      .flatMap((other) => addRoutes(podCidrs(other), via(nodeAddresses(other)))),
  ];
}

/** Makes the senders at these devices compute every checksum. */
export async function disableOffload(netns: string, devices: readonly string[]): Promise<void> {
  const script = 'for device in "$@"; do ethtool -K "$device" tx off > /dev/null || exit 1; done';
  await enter(netns, ["sh", "-c", script, "sh", ...devices]);
}

/** Removes namespaces with all that is in them; absent ones are a success. */
export async function removeNamespaces(netnsNames: readonly string[]): Promise<void> {
  for (const netns of netnsNames) await run("ip", ["netns", "delete", netns]);
}
