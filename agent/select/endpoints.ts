/**
 * Which endpoints of one service port and family this node uses: kube-proxy's CategorizeEndpoints.
 *
 * In: the endpoints of one family, what the Service asks for, where the node is. Out: the Cluster
 * set and the Local set, chosen independently of each other, and for each endpoint why it is or is
 * not in each.
 */
import type { EndpointRow } from "../../lib/model/rows.ts";
import { type NodePlace, type Topology, topologyOf } from "./topology.ts";

/** What of a service port decides the choice. */
export interface Policies {
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** It has a node port, a load balancer's address or an external IP. */
  readonly externallyAccessible: boolean;
}

/** Why an endpoint is, or is not, in a set: the first two are. */
export type Reason =
  | "ready"
  | "terminating-fallback"
  /** No client of this service port asks for this set. */
  | "set-not-needed"
  /** Neither ready, nor serving while it terminates. */
  | "not-ready"
  /** Serving while it terminates, and ready endpoints exist. */
  | "terminating"
  | "hinted-to-other-node"
  | "hinted-to-other-zone"
  | "on-other-node";

/** Reasons stand at the endpoint's position in the input. */
export interface Choice {
  readonly cluster: readonly EndpointRow[];
  readonly local: readonly EndpointRow[];
  /** Over the whole cluster, whatever the policies and hints: some endpoint could serve. */
  readonly hasAny: boolean;
  readonly clusterReasons: readonly Reason[];
  readonly localReasons: readonly Reason[];
}

export function isUsed(reason: Reason): boolean {
  return reason === "ready" || reason === "terminating-fallback";
}

/** It serves while it goes: used only where no ready endpoint is left. */
function isFallback(endpoint: EndpointRow): boolean {
  return !endpoint.ready && endpoint.serving && endpoint.terminating;
}

export function isLocal(endpoint: EndpointRow, node: NodePlace): boolean {
  return endpoint.node !== "" && endpoint.node === node.name;
}

/**
 * External clients of a Local policy fall back to the Cluster set from pods, so both sets are
 * needed then.
 */
function usesClusterSet(policies: Policies): boolean {
  return !policies.internalLocal || policies.externallyAccessible;
}

function usesLocalSet(policies: Policies): boolean {
  return policies.internalLocal || (policies.externalLocal && policies.externallyAccessible);
}

export function chooseEndpoints(
  endpoints: readonly EndpointRow[],
  policies: Policies,
  node: NodePlace,
): Choice {
  const clusterReasons = clusterSet(endpoints, policies, node);
  const localReasons = localSet(endpoints, policies, node);
  return {
    cluster: endpoints.filter((_, index) => isUsed(clusterReasons[index] ?? "not-ready")),
    local: endpoints.filter((_, index) => isUsed(localReasons[index] ?? "not-ready")),
    hasAny: endpoints.some((endpoint) => endpoint.ready || isFallback(endpoint)),
    clusterReasons,
    localReasons,
  };
}

function clusterSet(
  endpoints: readonly EndpointRow[],
  policies: Policies,
  node: NodePlace,
): Reason[] {
  if (!usesClusterSet(policies)) {
    return endpoints.map(() => "set-not-needed");
  }
  const topology = topologyOf(endpoints, node);
  const anyReady = endpoints.some((endpoint) => endpoint.ready);
  return endpoints.map((endpoint) =>
    endpoint.ready ? topologyReason(endpoint, topology, node) : fallbackReason(endpoint, !anyReady),
  );
}

function localSet(
  endpoints: readonly EndpointRow[],
  policies: Policies,
  node: NodePlace,
): Reason[] {
  if (!usesLocalSet(policies)) {
    return endpoints.map(() => "set-not-needed");
  }
  const anyReady = endpoints.some((endpoint) => endpoint.ready && isLocal(endpoint, node));
  return endpoints.map((endpoint) => {
    if (!isLocal(endpoint, node)) {
      return "on-other-node";
    }
    return endpoint.ready ? "ready" : fallbackReason(endpoint, !anyReady);
  });
}

function topologyReason(endpoint: EndpointRow, topology: Topology, node: NodePlace): Reason {
  if (topology === "node" && !endpoint.nodeHints.includes(node.name)) {
    return "hinted-to-other-node";
  }
  if (topology === "zone" && !endpoint.zoneHints.includes(node.zone)) {
    return "hinted-to-other-zone";
  }
  return "ready";
}

function fallbackReason(endpoint: EndpointRow, fallback: boolean): Reason {
  if (!isFallback(endpoint)) {
    return "not-ready";
  }
  return fallback ? "terminating-fallback" : "terminating";
}
