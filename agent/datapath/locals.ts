/**
 * The addresses of the node's own namespace, and on which of them node ports are served: by default
 * the Node's own addresses, those of its object that a device here holds. Pure.
 */
import type { NodeRow } from "../../lib/model/rows.ts";
import type { NetFacts } from "./net-state.ts";

export interface LocalAddress {
  readonly address: string;
  readonly nodePorts: boolean;
}

/** Each address once, in the order in which the devices hold them. */
export function localAddresses(facts: NetFacts, node: NodeRow): LocalAddress[] {
  const own = new Set([...node.internalIPs, ...node.externalIPs]);
  const addresses = new Set(facts.addresses.map(({ address }) => address));
  return [...addresses].map((address) => ({ address, nodePorts: own.has(address) }));
}

/** A sentence where no address of the Node object is here, so that no node port is served. */
export function localProblems(locals: readonly LocalAddress[], node: NodeRow): string[] {
  if (locals.some(({ nodePorts }) => nodePorts)) return [];
  const own = [...node.internalIPs, ...node.externalIPs].join(", ");
  return [
    `no device holds an address of the Node object (${own || "it has none"}): ` +
      "node ports are not served",
  ];
}
