/**
 * Rows with defaults, tables of them, and the changes between two tables: what tests of the agent
 * begin with.
 */
import type { Change, Tables } from "../../../lib/model/change.ts";
import {
  endpointKey,
  type EndpointRow,
  type NodeRow,
  rowKey,
  serviceKey,
  type ServicePort,
  type ServiceRow,
  TABLE_NAMES,
} from "../../../lib/model/rows.ts";

/** A ClusterIP Service "default/NAME" with one TCP port "http" 80. */
export function service(name: string, fields: Partial<ServiceRow> = {}): ServiceRow {
  return {
    namespace: "default",
    name,
    type: "ClusterIP",
    clusterIPs: [],
    externalIPs: [],
    loadBalancerIPs: [],
    internalPolicy: "Cluster",
    externalPolicy: "Cluster",
    affinitySeconds: 0,
    sourceRanges: undefined,
    healthCheckNodePort: 0,
    ports: [port()],
    refusals: [],
    ...fields,
  };
}

export function port(fields: Partial<ServicePort> = {}): ServicePort {
  return { name: "http", protocol: "TCP", port: 80, nodePort: 0, ...fields };
}

/** A ready endpoint of "default/SERVICE", port "http", at port 8080 of the address. */
export function endpoint(
  service: string,
  address: string,
  fields: Partial<EndpointRow> = {},
): EndpointRow {
  return {
    namespace: "default",
    service,
    portName: "http",
    protocol: "TCP",
    address,
    port: 8080,
    node: "",
    zone: "",
    ready: true,
    serving: true,
    terminating: false,
    zoneHints: [],
    nodeHints: [],
    ...fields,
  };
}

export function node(name: string, zone = ""): NodeRow {
  return { name, zone, internalIPs: [], externalIPs: [], podCIDRs: [] };
}

export function tables(
  services: readonly ServiceRow[],
  endpoints: readonly EndpointRow[] = [],
  nodes: readonly NodeRow[] = [],
): Tables {
  return {
    services: new Map(services.map((row) => [serviceKey(row), row])),
    endpoints: new Map(endpoints.map((row) => [endpointKey(row), row])),
    nodes: new Map(nodes.map((row) => [rowKey("nodes", row), row])),
    settings: new Map(),
  };
}

export const EMPTY_TABLES = tables([]);

export function changesBetween(before: Tables, after: Tables): Change[] {
  return TABLE_NAMES.flatMap((table) => {
    const keys = new Set([...before[table].keys(), ...after[table].keys()]);
    return [...keys]
      .filter((key) => !isSame(before[table].get(key), after[table].get(key)))
      .map((key) => ({ table, key, row: after[table].get(key) }) as Change);
  });
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
