/** The endpoints table as columns: rows in, a batch out, and back. */
import type { EndpointRow } from "../model/rows.ts";
import { at, ColumnReader } from "./column-reader.ts";
import { ColumnWriter } from "./column-writer.ts";
import type { leat } from "./gen/leat.js";
import { PROTOCOLS } from "./service-batch.ts";

type Batch = leat.v1.EndpointBatch.$Properties;

const READY = 1;
const SERVING = 2;
const TERMINATING = 4;

export class EndpointColumns extends ColumnWriter {
  readonly #c = {
    namespace: [] as number[],
    service: [] as number[],
    portName: [] as number[],
    protocol: [] as number[],
    address: [] as Uint8Array[],
    port: [] as number[],
    node: [] as number[],
    zone: [] as number[],
    conditions: [] as number[],
    zoneHintCount: [] as number[],
    zoneHint: [] as number[],
    nodeHintCount: [] as number[],
    nodeHint: [] as number[],
  };

  add(row: EndpointRow): void {
    const c = this.#c;
    this.symbol(c.namespace, row.namespace);
    this.symbol(c.service, row.service);
    this.symbol(c.portName, row.portName);
    this.choice(c.protocol, PROTOCOLS, row.protocol);
    this.address(c.address, row.address);
    this.number(c.port, row.port);
    this.symbol(c.node, row.node);
    this.symbol(c.zone, row.zone);
    this.number(c.conditions, conditionBits(row));
    this.list(c.zoneHintCount, row.zoneHints, (hint) => this.symbol(c.zoneHint, hint));
    this.list(c.nodeHintCount, row.nodeHints, (hint) => this.symbol(c.nodeHint, hint));
  }

  get set(): leat.v1.Set.$Properties {
    return { endpoints: { strings: this.strings, ...this.#c } };
  }
}

function conditionBits(row: EndpointRow): number {
  return (
    (row.ready ? READY : 0) | (row.serving ? SERVING : 0) | (row.terminating ? TERMINATING : 0)
  );
}

export function readEndpoints(batch: Batch): EndpointRow[] {
  const read = new ColumnReader("endpoints", batch.strings);
  const rows = batch.address?.length ?? 0;
  const hints = (name: string, counts: Batch["zoneHintCount"], column: Batch["zoneHint"]) =>
    read.lists(name, rows, counts, read.symbols(name, column?.length ?? 0, column));
  const namespaces = read.symbols("namespace", rows, batch.namespace);
  const services = read.symbols("service", rows, batch.service);
  const portNames = read.symbols("port_name", rows, batch.portName);
  const protocols = read.choices("protocol", rows, batch.protocol, PROTOCOLS);
  const addresses = read.addresses("address", rows, batch.address);
  const ports = read.numbers("port", rows, batch.port);
  const nodes = read.symbols("node", rows, batch.node);
  const zones = read.symbols("zone", rows, batch.zone);
  const conditions = read.numbers("conditions", rows, batch.conditions, 7);
  const zoneHints = hints("zone_hint", batch.zoneHintCount, batch.zoneHint);
  const nodeHints = hints("node_hint", batch.nodeHintCount, batch.nodeHint);
  return Array.from({ length: rows }, (_, row) => ({
    namespace: at(namespaces, row),
    service: at(services, row),
    portName: at(portNames, row),
    protocol: at(protocols, row),
    address: at(addresses, row),
    port: at(ports, row),
    node: at(nodes, row),
    zone: at(zones, row),
    ready: (at(conditions, row) & READY) !== 0,
    serving: (at(conditions, row) & SERVING) !== 0,
    terminating: (at(conditions, row) & TERMINATING) !== 0,
    zoneHints: at(zoneHints, row),
    nodeHints: at(nodeHints, row),
  }));
}
