/** Contents of any size for the tests of the stream: services with their endpoints, as changes. */
import type { Change } from "../../lib/model/change.ts";
import type { EndpointRow, ServiceRow } from "../../lib/model/rows.ts";
import { endpointKey, serviceKey, SETTINGS_KEY } from "../../lib/model/rows.ts";

/** A service with one port, number `index`. */
export function serviceRow(index: number, change: Partial<ServiceRow> = {}): ServiceRow {
  return {
    namespace: `team-${index % 40}`,
    name: `service-${index}`,
    type: "ClusterIP",
    clusterIPs: [`10.96.${index >> 8}.${index & 255}`],
    externalIPs: [],
    loadBalancerIPs: [],
    internalPolicy: "Cluster",
    externalPolicy: "Cluster",
    affinitySeconds: 0,
    sourceRanges: undefined,
    healthCheckNodePort: 0,
    ports: [{ name: "http", protocol: "TCP", port: 80, nodePort: 0 }],
    refusals: [],
    ...change,
  };
}

/** Endpoint number `position` of service number `index`. */
export function endpointRow(
  index: number,
  position: number,
  change: Partial<EndpointRow> = {},
): EndpointRow {
  const { namespace, name } = serviceRow(index);
  const pod = index * 10 + position;
  return {
    namespace,
    service: name,
    portName: "http",
    protocol: "TCP",
    address: `10.${128 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`,
    port: 8080,
    node: `node-${pod % 1000}`,
    zone: `zone-${pod % 3}`,
    ready: true,
    serving: true,
    terminating: false,
    zoneHints: [],
    nodeHints: [],
    ...change,
  };
}

export function serviceChange(index: number, change: Partial<ServiceRow> = {}): Change {
  const row = serviceRow(index, change);
  return { table: "services", key: serviceKey(row), row };
}

export function endpointChange(
  index: number,
  position: number,
  change: Partial<EndpointRow> = {},
): Change {
  const row = endpointRow(index, position, change);
  return { table: "endpoints", key: endpointKey(row), row };
}

/** The removal of what a change set. */
export function removal(change: Change): Change {
  return { ...change, row: undefined };
}

/** `services` services with `endpoints` endpoints each, one node and the settings. */
export function content(services: number, endpoints: number): Change[] {
  const changes: Change[] = [
    {
      table: "settings",
      key: SETTINGS_KEY,
      row: {
        podCIDRs: [{ address: "10.128.0.0", prefix: 9 }],
        serviceCIDRs: [{ address: "10.96.0.0", prefix: 12 }],
        masqueradeAll: false,
      },
    },
    {
      table: "nodes",
      key: "node-1",
      row: {
        name: "node-1",
        zone: "zone-1",
        internalIPs: ["172.30.0.1", "fd00:30::1"],
        externalIPs: [],
        podCIDRs: [{ address: "10.128.0.0", prefix: 24 }],
      },
    },
  ];
  for (let index = 0; index < services; index++) {
    changes.push(serviceChange(index));
    for (let position = 0; position < endpoints; position++) {
      changes.push(endpointChange(index, position));
    }
  }
  return changes;
}
