/**
 * From EndpointSlice objects to endpoint rows, in two steps: a slice is judged alone, once; then
 * the rows that it gives its Service follow from the Service's ports and families (SEMANTICS 3.1).
 * Pure.
 */
import {
  endpointKey,
  type EndpointRow,
  type Family,
  type Protocol,
  type ServicePort,
} from "../../lib/model/rows.ts";
import type { EndpointObject, EndpointPortObject, EndpointSliceObject } from "../watch/objects.ts";
import { isWithin, judgeAddress } from "./addresses.ts";
import type { ServedService } from "./from-service.ts";
import { Refusals } from "./refusals.ts";
import { isPort, isProtocol, type ModelRules } from "./rules.ts";

/** What is good of a slice. */
export interface JudgedSlice {
  readonly family: Family | undefined;
  readonly ports: readonly JudgedPort[];
  readonly endpoints: readonly JudgedEndpoint[];
  readonly refusals: readonly string[];
}

interface JudgedPort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

type JudgedEndpoint = Omit<EndpointRow, "namespace" | "service" | "portName" | "protocol" | "port">;

/** Refuses what must never be a packet's destination, and what no packet could be sent to. */
export function judgeSlice(slice: EndpointSliceObject, rules: ModelRules): JudgedSlice {
  const { addressType } = slice;
  const refusals = new Refusals();
  const family = addressType === "IPv4" ? 4 : addressType === "IPv6" ? 6 : undefined;
  if (family === undefined) {
    refusals.add("addressType", addressType, "is not served, only IPv4 and IPv6 are");
    return { family, ports: [], endpoints: [], refusals: refusals.list() };
  }
  const ports = slice.ports.flatMap((port, index) => judgePort(port, index, refusals));
  const endpoints = slice.endpoints.flatMap((endpoint, index) =>
    judgeEndpoint(endpoint, index, family, rules, refusals),
  );
  return { family, ports, endpoints, refusals: refusals.list() };
}

/** A port without a name or number ("all ports") is ignored, as kube-proxy does. */
function judgePort(given: EndpointPortObject, index: number, refusals: Refusals): JudgedPort[] {
  const { name, protocol, port } = given;
  if (name === undefined || port === undefined || port === 0) return [];
  if (!isProtocol(protocol)) {
    refusals.add(`ports[${index}].protocol`, protocol, "is unknown");
    return [];
  }
  if (!isPort(port)) {
    refusals.add(`ports[${index}].port`, port, "is not a port");
    return [];
  }
  return [{ name, protocol, port }];
}

/** The first address alone counts: the API has deprecated all others. */
function judgeEndpoint(
  given: EndpointObject,
  index: number,
  family: Family,
  rules: ModelRules,
  refusals: Refusals,
): JudgedEndpoint[] {
  const [text] = given.addresses;
  const field = `endpoints[${index}].addresses[0]`;
  if (text === undefined) {
    refusals.add(field, undefined, "is not there");
    return [];
  }
  const { address, reason } = judgeAddress(text);
  if (address === undefined) {
    refusals.add(field, text, reason);
  } else if (address.family !== family) {
    refusals.add(field, text, `is not of the slice's addressType IPv${family}`);
  } else if (rules.serviceNetworks.some((network) => isWithin(network, address.bytes))) {
    refusals.add(field, text, "lies in the cluster's service range");
  } else {
    return [{ address: address.text, ...conditionsAndPlace(given) }];
  }
  return [];
}

/** Not given means ready, serving and not terminating. */
function conditionsAndPlace(given: EndpointObject): Omit<JudgedEndpoint, "address"> {
  return {
    node: given.node,
    zone: given.zone,
    ready: given.ready ?? true,
    serving: given.serving ?? true,
    terminating: given.terminating ?? false,
    zoneHints: given.zoneHints,
    nodeHints: given.nodeHints,
  };
}

/**
 * The rows that the slice gives the Service, by key; ports and families that the Service lacks give
 * none.
 */
export function rowsOfSlice(slice: JudgedSlice, service: ServedService): Map<string, EndpointRow> {
  const rows = new Map<string, EndpointRow>();
  if (slice.family === undefined || !service.families.includes(slice.family)) return rows;
  for (const port of slice.ports) {
    const owner = service.row.ports.find((candidate) => isSamePort(candidate, port));
    if (owner !== undefined) addRows(rows, slice.endpoints, port, owner, service);
  }
  return rows;
}

function addRows(
  rows: Map<string, EndpointRow>,
  endpoints: readonly JudgedEndpoint[],
  port: JudgedPort,
  owner: ServicePort,
  service: ServedService,
): void {
  for (const endpoint of endpoints) {
    const row: EndpointRow = {
      namespace: service.row.namespace,
      service: service.row.name,
      portName: owner.name,
      protocol: owner.protocol,
      port: port.port,
      ...endpoint,
    };
    const key = endpointKey(row);
    rows.set(key, preferredRow(rows.get(key), row));
  }
}

function isSamePort(left: ServicePort, right: JudgedPort): boolean {
  return left.name === right.name && left.protocol === right.protocol;
}

/**
 * Of two rows of one key: the one that is ready, else the one that serves, else the first given.
 */
export function preferredRow(first: EndpointRow | undefined, second: EndpointRow): EndpointRow {
  if (first === undefined) return second;
  return standing(second) > standing(first) ? second : first;
}

function standing(row: EndpointRow): number {
  return (row.ready ? 2 : 0) + (row.serving ? 1 : 0);
}
