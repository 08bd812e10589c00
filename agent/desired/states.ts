/**
 * Rows to what the kernel is to hold of a Service: a state for each service port and family.
 *
 * An extent names backends of one family, so a service port of two families has two states. Lists
 * name backends by key; which cell each has is the reconciler's to know. Pure: equal rows yield
 * equal states.
 */
import { addressFamily } from "../../lib/model/address.ts";
import {
  type EndpointRow,
  type Family,
  type ServicePort,
  type ServiceRow,
  serviceKey,
  servicePortKey,
} from "../../lib/model/rows.ts";
import { chooseEndpoints, isLocal, type Policies } from "../select/endpoints.ts";
import type { NodePlace } from "../select/topology.ts";
import { familiesOf, type Frontend, frontendsOf, isClosedByRanges } from "./frontends.ts";

/**
 * An endpoint as programmed. Its address, port and place are its identity: none of them changes in
 * a cell.
 */
export interface Backend {
  /** "address|port", followed by "|local" for one on this node. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly local: boolean;
}

export interface DesiredState {
  /** "namespace/name:port/protocol/family". */
  readonly key: string;
  readonly servicePort: string;
  readonly service: string;
  readonly family: Family;
  readonly frontends: readonly Frontend[];
  readonly policies: Policies;
  /** Some endpoint of the cluster could serve. */
  readonly hasEndpoints: boolean;
  readonly affinitySeconds: number;
  /** Keys of backends. */
  readonly cluster: readonly string[];
  readonly local: readonly string[];
  /** Every backend that serves, in a list or not, by key. */
  readonly backends: ReadonlyMap<string, Backend>;
}

export type RefusalCode = "source-ranges-unsupported" | "affinity-unsupported";

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

export interface Surroundings {
  readonly node: NodePlace;
  /** All endpoints of a service port, of both families. */
  endpointsOf(servicePort: string): Iterable<EndpointRow>;
}

export function stateKey(servicePort: string, family: Family): string {
  return `${servicePort}/${family}`;
}

/** The states of the service ports that are asked for by key; undefined asks for all. */
export function desiredStates(
  row: ServiceRow,
  around: Surroundings,
  wanted?: ReadonlySet<string>,
): DesiredState[] {
  const families = familiesOf(row);
  return row.ports.flatMap((port) => {
    const key = servicePortKey(row, port);
    if (wanted !== undefined && !wanted.has(key)) {
      return [];
    }
    const endpoints = [...around.endpointsOf(key)];
    return families.map((family) => desiredState(row, port, family, endpoints, around.node));
  });
}

/** What of the Service is not served as it asks. */
export function refusalsOf(row: ServiceRow): Refusal[] {
  const refusals: Refusal[] = [];
  if (isClosedByRanges(row)) {
    const message =
      "loadBalancerSourceRanges are not enforced as yet: the load balancer's addresses stay closed";
    refusals.push({ code: "source-ranges-unsupported", message });
  }
  if (row.affinitySeconds > 0) {
    const message = "sessionAffinity ClientIP is not kept as yet: served without it";
    refusals.push({ code: "affinity-unsupported", message });
  }
  return refusals;
}

export function policiesOf(row: ServiceRow, port: ServicePort, family: Family): Policies {
  const external = [...row.externalIPs, ...row.loadBalancerIPs];
  return {
    internalLocal: row.internalPolicy === "Local",
    externalLocal: row.externalPolicy === "Local",
    externallyAccessible:
      port.nodePort !== 0 || external.some((address) => addressFamily(address) === family),
  };
}

function desiredState(
  row: ServiceRow,
  port: ServicePort,
  family: Family,
  endpoints: readonly EndpointRow[],
  node: NodePlace,
): DesiredState {
  const servicePort = servicePortKey(row, port);
  const policies = policiesOf(row, port, family);
  const ours = endpoints.filter(({ address }) => addressFamily(address) === family);
  const choice = chooseEndpoints(ours, policies, node);
  const backends = new Map<string, Backend>();
  for (const endpoint of ours) {
    if (endpoint.ready || endpoint.serving) {
      const backend = backendOf(endpoint, node);
      backends.set(backend.key, backend);
    }
  }
  return {
    key: stateKey(servicePort, family),
    servicePort,
    service: serviceKey(row),
    family,
    frontends: frontendsOf(row, port, family),
    policies,
    hasEndpoints: choice.hasAny,
    affinitySeconds: row.affinitySeconds,
    cluster: choice.cluster.map((endpoint) => backendOf(endpoint, node).key),
    local: choice.local.map((endpoint) => backendOf(endpoint, node).key),
    backends,
  };
}

export function backendKey({ address, port, local }: Omit<Backend, "key">): string {
  return `${address}|${port}${local ? "|local" : ""}`;
}

function backendOf(endpoint: EndpointRow, node: NodePlace): Backend {
  const { address, port } = endpoint;
  const local = isLocal(endpoint, node);
  return { key: backendKey({ address, port, local }), address, port, local };
}
