/**
 * The rows that travel from the operator to the agents, and their keys: the glossary in code.
 *
 * Addresses are canonical text ("10.96.0.1", "fd00:96::1": RFC 5952, IPv4-mapped addresses are
 * refused), so that equal addresses are equal strings. Ports are numbers in host order.
 */

export type Protocol = "TCP" | "UDP" | "SCTP";
export type Family = 4 | 6;
export type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer";
export type TrafficPolicy = "Cluster" | "Local";

/** A prefix: the network's address in canonical text, host bits zero, and its length in bits. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
}

export interface ServicePort {
  /** "" where the Service has one port without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** 0: no node port. */
  readonly nodePort: number;
}

/**
 * A Service that is to be served (headless, ExternalName and foreign-proxy Services never become
 * rows).
 */
export interface ServiceRow {
  readonly namespace: string;
  readonly name: string;
  readonly type: ServiceType;
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  /** Addresses of the load balancer whose ipMode is absent or VIP. */
  readonly loadBalancerIPs: readonly string[];
  readonly internalPolicy: TrafficPolicy;
  readonly externalPolicy: TrafficPolicy;
  /** Seconds a client stays with its backend; 0: no affinity. */
  readonly affinitySeconds: number;
  /** undefined: every source may use the load balancer's addresses; []: none may. */
  readonly sourceRanges: readonly Cidr[] | undefined;
  /** 0: none. */
  readonly healthCheckNodePort: number;
  readonly ports: readonly ServicePort[];
  /**
   * What of the object could not be taken, each a sentence that names the field; the rest is
   * served.
   */
  readonly refusals: readonly string[];
}

/** One address and port of one service port. Slices are merged: a key stands once. */
export interface EndpointRow {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  /** "" where the slice names none. */
  readonly node: string;
  readonly zone: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

export interface NodeRow {
  readonly name: string;
  /** Of the label topology.kubernetes.io/zone; "" where it has none. */
  readonly zone: string;
  readonly internalIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly podCIDRs: readonly Cidr[];
}

/** The facts that hold for the whole cluster; one row, under SETTINGS_KEY. */
export interface SettingsRow {
  readonly podCIDRs: readonly Cidr[];
  readonly serviceCIDRs: readonly Cidr[];
  readonly masqueradeAll: boolean;
}

/** The tables by name, each with its row. */
export interface Rows {
  readonly services: ServiceRow;
  readonly endpoints: EndpointRow;
  readonly nodes: NodeRow;
  readonly settings: SettingsRow;
}

export type TableName = keyof Rows;
export const TABLE_NAMES = [
  "services",
  "endpoints",
  "nodes",
  "settings",
] as const satisfies TableName[];
export const SETTINGS_KEY = "cluster";

/** "namespace/name". */
export function serviceKey(row: Pick<ServiceRow, "namespace" | "name">): string {
  return `${row.namespace}/${row.name}`;
}

/** "namespace/name:port/protocol": what one BPF state serves. */
export function servicePortKey(
  service: Pick<ServiceRow, "namespace" | "name">,
  port: Pick<ServicePort, "name" | "protocol">,
): string {
  return `${service.namespace}/${service.name}:${port.name}/${port.protocol}`;
}

/** "namespace/name:port/protocol|address|port". */
export function endpointKey(row: EndpointRow): string {
  const owner = `${row.namespace}/${row.service}:${row.portName}/${row.protocol}`;
  return `${owner}|${row.address}|${row.port}`;
}

const KEYS: { readonly [T in TableName]: (row: Rows[T]) => string } = {
  services: serviceKey,
  endpoints: endpointKey,
  nodes: (row) => row.name,
  settings: () => SETTINGS_KEY,
};

/** The key under which a table holds a row. */
export function rowKey<T extends TableName>(table: T, row: Rows[T]): string {
  return KEYS[table](row);
}
