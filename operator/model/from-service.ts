/**
 * From a Service object to its row: which Services are served, and what of each (SEMANTICS 3.1).
 * Pure.
 *
 * A bad value is refused alone, with a sentence in the row's refusals; the rest of the Service is
 * served.
 */
import { parseCidr } from "../../lib/model/address.ts";
import type {
  Cidr,
  Family,
  ServicePort,
  ServiceRow,
  ServiceType,
  TrafficPolicy,
} from "../../lib/model/rows.ts";
import type { ServiceObject, ServicePortObject } from "../watch/objects.ts";
import { isWithin, judgeAddress, type Network } from "./addresses.ts";
import { Refusals } from "./refusals.ts";
import { isOurs, isPort, isPortName, isProtocol, type ModelRules } from "./rules.ts";

export interface ServedService {
  readonly row: ServiceRow;
  /** The families of the Service; endpoints of another are not its own. */
  readonly families: readonly Family[];
}

export type ServiceOutcome =
  | { readonly served: ServedService; readonly refusals: readonly string[] }
  | { readonly served: undefined; readonly refusals: readonly string[] };

/** v1.ClientIPConfig: at most one day. */
const AFFINITY_SECONDS_MOST = 86_400;
const DEFAULT_AFFINITY_SECONDS = 10_800;

/**
 * The Service as it is served; not served where it is headless, ExternalName, another proxy's or
 * has no address.
 */
export function serviceFromObject(object: ServiceObject, rules: ModelRules): ServiceOutcome {
  const isHeadless = object.clusterIPs.includes("None");
  if (!isOurs(object.labels, rules) || object.type === "ExternalName" || isHeadless) {
    return { served: undefined, refusals: [] };
  }
  if (object.clusterIPs.every((address) => address === "")) {
    return {
      served: undefined,
      refusals: ["spec.clusterIP is not set: the Service is not served"],
    };
  }
  const refusals = new Refusals();
  const families = readFamilies(object);
  const row = {
    namespace: object.namespace,
    name: object.name,
    type: readType(object, refusals),
    clusterIPs: readClusterIPs(object, refusals),
    externalIPs: readExternalIPs(object, families, rules, refusals),
    loadBalancerIPs: readLoadBalancerIPs(object, families, rules, refusals),
    ...readPolicies(object, refusals),
    affinitySeconds: readAffinity(object, refusals),
    sourceRanges: readSourceRanges(object, refusals),
    healthCheckNodePort: readHealthCheckNodePort(object, refusals),
    ports: readPorts(object, refusals),
  };
  const sentences = refusals.list();
  return { served: { row: { ...row, refusals: sentences }, families }, refusals: sentences };
}

/** spec.ipFamilies; where a manifest has none, the families of the cluster addresses. */
function readFamilies(object: ServiceObject): Family[] {
  const named = object.ipFamilies.flatMap((name): Family[] =>
    name === "IPv4" ? [4] : name === "IPv6" ? [6] : [],
  );
  if (named.length > 0) return [...new Set(named)];
  const found = object.clusterIPs.map((text) => judgeAddress(text).address?.family);
  return [...new Set(found.filter((family) => family !== undefined))];
}

function readType(object: ServiceObject, refusals: Refusals): ServiceType {
  const { type } = object;
  if (type === "ClusterIP" || type === "NodePort" || type === "LoadBalancer") return type;
  refusals.add("spec.type", type, "is unknown: taken for ClusterIP");
  return "ClusterIP";
}

function readClusterIPs(object: ServiceObject, refusals: Refusals): string[] {
  return object.clusterIPs.flatMap((text, index) => {
    const field = `spec.clusterIPs[${index}]`;
    const { address, reason } = judgeAddress(text);
    if (address === undefined) {
      refusals.add(field, text, reason);
      return [];
    }
    const wanted = object.ipFamilies[index];
    if (wanted !== undefined && wanted !== familyName(address.family)) {
      refusals.add(field, text, `is ${familyName(address.family)}, spec.ipFamilies says ${wanted}`);
      return [];
    }
    return [address.text];
  });
}

/**
 * An address from outside the cluster's own ranges: a Service must not be able to take another's
 * traffic.
 */
function readExternalIPs(
  object: ServiceObject,
  families: readonly Family[],
  rules: ModelRules,
  refusals: Refusals,
): string[] {
  const taken = object.externalIPs.map((text, index) =>
    outsideAddress(`spec.externalIPs[${index}]`, text, families, rules, refusals),
  );
  return unique(taken);
}

function readLoadBalancerIPs(
  object: ServiceObject,
  families: readonly Family[],
  rules: ModelRules,
  refusals: Refusals,
): string[] {
  const taken = object.ingress.map(({ ip, ipMode }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`;
    if (ip === "" || ipMode === "Proxy") return undefined;
    if (ipMode !== "VIP") {
      refusals.add(`${field}.ipMode`, ipMode, "is neither VIP nor Proxy");
      return undefined;
    }
    return outsideAddress(`${field}.ip`, ip, families, rules, refusals);
  });
  return unique(taken);
}

function outsideAddress(
  field: string,
  text: string,
  families: readonly Family[],
  rules: ModelRules,
  refusals: Refusals,
): string | undefined {
  const { address, reason } = judgeAddress(text);
  if (address === undefined) {
    refusals.add(field, text, reason);
    return undefined;
  }
  const isInside = (network: Network) => isWithin(network, address.bytes);
  if (!families.includes(address.family)) {
    refusals.add(field, text, `is ${familyName(address.family)}, which the Service is not`);
  } else if (rules.serviceNetworks.some(isInside)) {
    refusals.add(field, text, "lies in the cluster's service range");
  } else if (rules.podNetworks.some(isInside)) {
    refusals.add(field, text, "lies in the cluster's pod range");
  } else {
    return address.text;
  }
  return undefined;
}

function readPolicies(
  object: ServiceObject,
  refusals: Refusals,
): { internalPolicy: TrafficPolicy; externalPolicy: TrafficPolicy } {
  const internal = readPolicy("spec.internalTrafficPolicy", object.internalPolicy, refusals);
  const external = readPolicy("spec.externalTrafficPolicy", object.externalPolicy, refusals);
  const isReachableFromOutside = object.type !== "ClusterIP" || object.externalIPs.length > 0;
  return {
    internalPolicy: internal,
    externalPolicy: isReachableFromOutside ? external : "Cluster",
  };
}

function readPolicy(field: string, policy: string, refusals: Refusals): TrafficPolicy {
  if (policy === "Cluster" || policy === "Local") return policy;
  refusals.add(field, policy, "is neither Cluster nor Local: taken for Cluster");
  return "Cluster";
}

function readAffinity(object: ServiceObject, refusals: Refusals): number {
  const { affinity, affinitySeconds } = object;
  if (affinity === "None") return 0;
  if (affinity !== "ClientIP") {
    refusals.add("spec.sessionAffinity", affinity, "is neither None nor ClientIP: taken for None");
    return 0;
  }
  if (affinitySeconds >= 1 && affinitySeconds <= AFFINITY_SECONDS_MOST) return affinitySeconds;
  const field = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
  const range = `is not within 1 to ${AFFINITY_SECONDS_MOST}`;
  refusals.add(field, affinitySeconds, `${range}: ${DEFAULT_AFFINITY_SECONDS} is taken`);
  return DEFAULT_AFFINITY_SECONDS;
}

/**
 * undefined only where no range is given: if none of the given can be read, no source is allowed.
 */
function readSourceRanges(object: ServiceObject, refusals: Refusals): Cidr[] | undefined {
  if (object.sourceRanges.length === 0) return undefined;
  return object.sourceRanges.flatMap((text, index) => {
    const range = parseCidr(text.trim());
    if (range !== undefined) return [range];
    refusals.add(`spec.loadBalancerSourceRanges[${index}]`, text, "is not a prefix");
    return [];
  });
}

/** Only a load balancer with externalTrafficPolicy Local is asked for health. */
function readHealthCheckNodePort(object: ServiceObject, refusals: Refusals): number {
  const { healthCheckNodePort: port } = object;
  if (object.type !== "LoadBalancer" || object.externalPolicy !== "Local" || port === 0) return 0;
  if (isPort(port)) return port;
  refusals.add("spec.healthCheckNodePort", port, "is not a port");
  return 0;
}

function readPorts(object: ServiceObject, refusals: Refusals): ServicePort[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  return object.ports.flatMap((given, index) => {
    const field = `spec.ports[${index}]`;
    const port = readPort(field, given, object.type, refusals);
    if (port === undefined) return [];
    const name = `${port.name}/${port.protocol}`;
    const number = `${port.port}/${port.protocol}`;
    if (names.has(name) || numbers.has(number)) {
      refusals.add(field, undefined, `(${port.name || number}) repeats an earlier port`);
      return [];
    }
    names.add(name);
    numbers.add(number);
    return [port];
  });
}

function readPort(
  field: string,
  given: ServicePortObject,
  type: string,
  refusals: Refusals,
): ServicePort | undefined {
  const { name, protocol, port } = given;
  if (!isProtocol(protocol)) {
    refusals.add(`${field}.protocol`, protocol, "is unknown");
  } else if (!isPort(port)) {
    refusals.add(`${field}.port`, port, "is not a port");
  } else if (!isPortName(name)) {
    refusals.add(`${field}.name`, name, "is not a port's name");
  } else {
    return { name, protocol, port, nodePort: readNodePort(field, given.nodePort, type, refusals) };
  }
  return undefined;
}

function readNodePort(field: string, port: number, type: string, refusals: Refusals): number {
  if (port === 0) return 0;
  if (!isPort(port)) {
    refusals.add(`${field}.nodePort`, port, "is not a port");
    return 0;
  }
  if (type === "NodePort" || type === "LoadBalancer") return port;
  refusals.add(`${field}.nodePort`, port, `is for a NodePort or LoadBalancer, not a ${type}`);
  return 0;
}

function familyName(family: Family): string {
  return family === 4 ? "IPv4" : "IPv6";
}

function unique(addresses: readonly (string | undefined)[]): string[] {
  return [...new Set(addresses.filter((address) => address !== undefined))];
}
