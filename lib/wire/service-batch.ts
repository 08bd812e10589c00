/** The services table as columns: rows in, a batch out, and back. */
import type {
  Protocol,
  ServicePort,
  ServiceRow,
  ServiceType,
  TrafficPolicy,
} from "../model/rows.ts";
import { at, ColumnReader } from "./column-reader.ts";
import { ColumnWriter } from "./column-writer.ts";
import type { leat } from "./gen/leat.js";

type Batch = leat.v1.ServiceBatch.$Properties;

const TYPES: readonly ServiceType[] = ["ClusterIP", "NodePort", "LoadBalancer"];
const POLICIES: readonly TrafficPolicy[] = ["Cluster", "Local"];
const SECONDS_MOST = 0xffff_ffff;

/** Protocols by their number of IP. */
export const PROTOCOLS: (Protocol | undefined)[] = [];
PROTOCOLS[6] = "TCP";
PROTOCOLS[17] = "UDP";
PROTOCOLS[132] = "SCTP";

export class ServiceColumns extends ColumnWriter {
  readonly #c = {
    namespace: [] as number[],
    name: [] as string[],
    type: [] as number[],
    clusterIpCount: [] as number[],
    clusterIp: [] as Uint8Array[],
    externalIpCount: [] as number[],
    externalIp: [] as Uint8Array[],
    loadBalancerIpCount: [] as number[],
    loadBalancerIp: [] as Uint8Array[],
    internalPolicy: [] as number[],
    externalPolicy: [] as number[],
    affinitySeconds: [] as number[],
    sourceRangesPresent: [] as boolean[],
    sourceRangeCount: [] as number[],
    sourceRangeAddress: [] as Uint8Array[],
    sourceRangePrefix: [] as number[],
    healthCheckNodePort: [] as number[],
    portCount: [] as number[],
    portName: [] as number[],
    portProtocol: [] as number[],
    portPort: [] as number[],
    portNodePort: [] as number[],
    refusalCount: [] as number[],
    refusal: [] as string[],
  };

  add(row: ServiceRow): void {
    const c = this.#c;
    this.symbol(c.namespace, row.namespace);
    this.text(c.name, row.name);
    this.choice(c.type, TYPES, row.type);
    this.list(c.clusterIpCount, row.clusterIPs, (ip) => this.address(c.clusterIp, ip));
    this.list(c.externalIpCount, row.externalIPs, (ip) => this.address(c.externalIp, ip));
    this.list(c.loadBalancerIpCount, row.loadBalancerIPs, (ip) =>
      this.address(c.loadBalancerIp, ip),
    );
    this.choice(c.internalPolicy, POLICIES, row.internalPolicy);
    this.choice(c.externalPolicy, POLICIES, row.externalPolicy);
    this.number(c.affinitySeconds, row.affinitySeconds);
    this.flag(c.sourceRangesPresent, row.sourceRanges !== undefined);
    this.list(c.sourceRangeCount, row.sourceRanges ?? [], (range) =>
      this.cidr(c.sourceRangeAddress, c.sourceRangePrefix, range),
    );
    this.number(c.healthCheckNodePort, row.healthCheckNodePort);
    this.list(c.portCount, row.ports, (port) => this.#addPort(port));
    this.list(c.refusalCount, row.refusals, (refusal) => this.text(c.refusal, refusal));
  }

  get set(): leat.v1.Set.$Properties {
    return { services: { strings: this.strings, ...this.#c } };
  }

  #addPort(port: ServicePort): void {
    this.symbol(this.#c.portName, port.name);
    this.choice(this.#c.portProtocol, PROTOCOLS, port.protocol);
    this.number(this.#c.portPort, port.port);
    this.number(this.#c.portNodePort, port.nodePort);
  }
}

export function readServices(batch: Batch): ServiceRow[] {
  const read = new ColumnReader("services", batch.strings);
  const rows = batch.name?.length ?? 0;
  const namespaces = read.symbols("namespace", rows, batch.namespace);
  const names = read.values("name", rows, batch.name);
  const types = read.choices("type", rows, batch.type, TYPES);
  const addresses = readAddresses(read, rows, batch);
  const internal = read.choices("internal_policy", rows, batch.internalPolicy, POLICIES);
  const external = read.choices("external_policy", rows, batch.externalPolicy, POLICIES);
  const affinity = read.numbers("affinity_seconds", rows, batch.affinitySeconds, SECONDS_MOST);
  const present = read.values("source_ranges_present", rows, batch.sourceRangesPresent);
  const cidrs = read.cidrs("source_range", batch.sourceRangeAddress, batch.sourceRangePrefix);
  const ranges = read.lists("source_range", rows, batch.sourceRangeCount, cidrs);
  const health = read.numbers("health_check_node_port", rows, batch.healthCheckNodePort);
  const ports = read.lists("port", rows, batch.portCount, readPorts(read, batch));
  const refusals = read.lists("refusal", rows, batch.refusalCount, batch.refusal ?? []);
  return Array.from({ length: rows }, (_, row) => ({
    namespace: at(namespaces, row),
    name: at(names, row),
    type: at(types, row),
    clusterIPs: at(addresses.cluster, row),
    externalIPs: at(addresses.external, row),
    loadBalancerIPs: at(addresses.loadBalancer, row),
    internalPolicy: at(internal, row),
    externalPolicy: at(external, row),
    affinitySeconds: at(affinity, row),
    sourceRanges: at(present, row) ? at(ranges, row) : undefined,
    healthCheckNodePort: at(health, row),
    ports: at(ports, row),
    refusals: at(refusals, row),
  }));
}

function readAddresses(read: ColumnReader, rows: number, batch: Batch) {
  const lists = (name: string, counts: Batch["clusterIpCount"], column: Batch["clusterIp"]) =>
    read.lists(name, rows, counts, read.addresses(name, column?.length ?? 0, column));
  return {
    cluster: lists("cluster_ip", batch.clusterIpCount, batch.clusterIp),
    external: lists("external_ip", batch.externalIpCount, batch.externalIp),
    loadBalancer: lists("load_balancer_ip", batch.loadBalancerIpCount, batch.loadBalancerIp),
  };
}

function readPorts(read: ColumnReader, batch: Batch): ServicePort[] {
  const count = batch.portPort?.length ?? 0;
  const names = read.symbols("port_name", count, batch.portName);
  const protocols = read.choices("port_protocol", count, batch.portProtocol, PROTOCOLS);
  const ports = read.numbers("port_port", count, batch.portPort);
  const nodePorts = read.numbers("port_node_port", count, batch.portNodePort);
  return Array.from({ length: count }, (_, index) => ({
    name: at(names, index),
    protocol: at(protocols, index),
    port: at(ports, index),
    nodePort: at(nodePorts, index),
  }));
}
