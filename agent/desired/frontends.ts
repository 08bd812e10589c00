/**
 * The frontends of a Service: what clients use, by service port and family, each with its kind.
 *
 * A family is served where the Service has a cluster IP of it. A node port has the address zero:
 * programs look it up once they know that an address is the node's own.
 */
import { addressFamily } from "../../lib/model/address.ts";
import type { Family, Protocol, ServicePort, ServiceRow } from "../../lib/model/rows.ts";

export type FrontendKind = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalIP";

export interface Frontend {
  /** "address|port|protocol": equal exactly where the kernel's keys are equal. */
  readonly key: string;
  readonly family: Family;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly kind: FrontendKind;
}

const ZERO: { readonly [F in Family]: string } = { 4: "0.0.0.0", 6: "::" };

/** The families of the Service's cluster IPs, in their order. */
export function familiesOf(row: ServiceRow): Family[] {
  return [...new Set(row.clusterIPs.map(addressFamily))];
}

/** Source ranges are not enforced as yet: a load balancer's address that has some stays closed. */
export function isClosedByRanges(row: ServiceRow): boolean {
  return row.sourceRanges !== undefined && row.loadBalancerIPs.length > 0;
}

/** Addresses that stand twice keep the first kind of: cluster IP, external IP, load balancer. */
export function frontendsOf(row: ServiceRow, port: ServicePort, family: Family): Frontend[] {
  const found = new Map<string, Frontend>();
  const add = (kind: FrontendKind, address: string, number: number) => {
    const key = frontendKey(address, number, port.protocol);
    if (!found.has(key)) {
      found.set(key, { key, family, address, port: number, protocol: port.protocol, kind });
    }
  };
  const addAll = (kind: FrontendKind, addresses: readonly string[]) => {
    for (const address of addresses) {
      if (addressFamily(address) === family) {
        add(kind, address, port.port);
      }
    }
  };
  addAll("ClusterIP", row.clusterIPs);
  addAll("ExternalIP", row.externalIPs);
  addAll("LoadBalancer", isClosedByRanges(row) ? [] : row.loadBalancerIPs);
  if (port.nodePort !== 0) {
    add("NodePort", ZERO[family], port.nodePort);
  }
  return [...found.values()];
}

export function frontendKey(address: string, port: number, protocol: Protocol): string {
  return `${address}|${port}|${protocol}`;
}
