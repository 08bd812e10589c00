/**
 * Which address a thing of the lab has: pure, dual-stack, canonical text. Nodes are counted from 1.
 * Labs may repeat each other's addresses, since each is a set of network namespaces of its own.
 */

/** One address of each family. */
export interface Addresses {
  readonly 4: string;
  readonly 6: string;
}

export type Family = 4 | 6;

export const FAMILIES = [4, 6] as const satisfies Family[];

export const POD_CIDRS = ["10.244.0.0/16", "fd00:244::/32"];
export const SERVICE_CIDRS = ["10.96.0.0/16", "fd00:96::/112"];

/** The router's address on the bridge that joins the nodes. */
export const ROUTER: Addresses = { 4: "172.30.0.254", 6: "fd00:30::fe" };

/** The outside client: behind the router, outside the nodes' own subnet. */
export const OUTSIDE: Addresses = { 4: "192.0.2.10", 6: "2001:db8:9::10" };
export const OUTSIDE_ROUTER: Addresses = { 4: "192.0.2.1", 6: "2001:db8:9::1" };

function hex(value: number): string {
  return value.toString(16);
}

export function nodeAddresses(node: number): Addresses {
  return { 4: `172.30.0.${node}`, 6: `fd00:30::${hex(node)}` };
}

/** The pods of a node are counted from 1; the first addresses of its CIDR are left to the node. */
export function podAddresses(node: number, pod: number): Addresses {
  return { 4: `10.244.${node}.${pod + 9}`, 6: `fd00:244:${hex(node)}::${hex(pod + 9)}` };
}

/** What a node has in its own pod CIDR where its pods hang on a bridge. */
export function podBridgeAddresses(node: number): Addresses {
  return { 4: `10.244.${node}.1`, 6: `fd00:244:${hex(node)}::1` };
}

export function podCidrs(node: number): Addresses {
  return { 4: `10.244.${node}.0/24`, 6: `fd00:244:${hex(node)}::/64` };
}

/** 1 to 254. */
export function clusterIPs(service: number): Addresses {
  return { 4: `10.96.0.${service}`, 6: `fd00:96::${hex(service)}` };
}

/**
 * Addresses of load balancers and external addresses, 1 to 254: outside every subnet of the lab.
 */
export function publicAddresses(service: number): Addresses {
  return { 4: `203.0.113.${service}`, 6: `2001:db8:203::${hex(service)}` };
}

export const PUBLIC_CIDRS: Addresses = { 4: "203.0.113.0/24", 6: "2001:db8:203::/64" };

/** "10.0.0.1:80" or "[fd00::1]:80". */
export function hostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
