/**
 * The maps that the programs and the datapath keep, as rows of names: tracked flows with their
 * service and backend, the node's addresses, the devices with programs. Read from the kernel page
 * by page.
 */
import { addressText } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";
import {
  DeviceKind,
  device as deviceCodec,
  FlowKind,
  FlowSeen,
  flow4,
  flow4Key,
  flow6,
  flow6Key,
  LocalFlags,
} from "../maps/abi.gen.ts";
import type { MapPage } from "./api.ts";

export interface ElementPage {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly count: number;
  readonly next: number | null;
}

export interface NodeDumpSource {
  /** Elements of a pinned map; undefined: it is not open. */
  elements(pin: string, offset: number, limit: number): ElementPage | undefined;
  /** What a state id stands for; undefined: for nothing that is served. */
  servicePortOf(state: number): { readonly servicePort: string } | undefined;
  /** undefined: no device of this number is known. */
  deviceName(ifindex: number): string | undefined;
}

interface NodeDump {
  readonly pin: string;
  readonly columns: readonly string[];
  row(source: NodeDumpSource, key: Uint8Array, value: Uint8Array): readonly string[];
}

const FLOW_COLUMNS = ["flow", "kind", "becomes", "service", "seen"] as const;
const PROTOCOLS: Readonly<Record<number, string>> = { 6: "TCP", 17: "UDP", 132: "SCTP" };
const SEEN: readonly (readonly [number, string])[] = [
  [FlowSeen.FLOW_SEEN_ANSWER, "answer"],
  [FlowSeen.FLOW_SEEN_FIN_REQUEST, "fin-request"],
  [FlowSeen.FLOW_SEEN_FIN_REPLY, "fin-reply"],
  [FlowSeen.FLOW_SEEN_RESET, "reset"],
];

const DUMPS: Readonly<Record<string, NodeDump>> = {
  flows4: flowDump(4),
  flows6: flowDump(6),
  locals4: localDump(4),
  locals6: localDump(6),
  devices: { pin: "devices_v1", columns: ["device", "kind"], row: deviceRow },
};

/** Undefined: there is no such map. */
export function dumpNodePage(
  source: NodeDumpSource,
  name: string,
  offset: number,
  limit: number,
): MapPage | undefined {
  const dump = Object.hasOwn(DUMPS, name) ? DUMPS[name] : undefined;
  const page = dump && source.elements(dump.pin, offset, limit);
  if (dump === undefined || page === undefined) {
    return undefined;
  }
  const { keys, values, count, next } = page;
  const keyBytes = keys.length / count;
  const valueBytes = values.length / count;
  const rows = Array.from({ length: count }, (_, index) =>
    dump.row(
      source,
      keys.subarray(index * keyBytes, (index + 1) * keyBytes),
      values.subarray(index * valueBytes, (index + 1) * valueBytes),
    ),
  );
  return { name, columns: dump.columns, rows, next };
}

function flowDump(family: Family): NodeDump {
  const codecs = family === 4 ? { key: flow4Key, value: flow4 } : { key: flow6Key, value: flow6 };
  return {
    pin: `flows${family}_v1`,
    columns: FLOW_COLUMNS,
    row(source, keyBytes, valueBytes) {
      const key = codecs.key.decode(keyBytes);
      const { head, ...becomes } = codecs.value.decode(valueBytes);
      const service = head.state === 0 ? "-" : source.servicePortOf(head.state)?.servicePort;
      return [
        `${tupleText(key)} ${PROTOCOLS[key.protocol] ?? key.protocol}`,
        head.kind === FlowKind.FLOW_REQUEST ? "request" : "reply",
        tupleText(becomes),
        service ?? "(nobody's)",
        seenText(head.seen),
      ];
    },
  };
}

interface Tuple {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

function tupleText({ source, destination, sourcePort, destinationPort }: Tuple): string {
  return `${endText(source, sourcePort)} > ${endText(destination, destinationPort)}`;
}

function endText(address: Uint8Array, port: number): string {
  const text = textOf(address);
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}

/** Bytes that are no address that Leat serves stand as they are. */
function textOf(address: Uint8Array): string {
  try {
    return addressText(address);
  } catch {
    return Buffer.from(address).toString("hex");
  }
}

function seenText(seen: number): string {
  const words = SEEN.filter(([bit]) => (seen & bit) !== 0).map(([, word]) => word);
  return words.length === 0 ? "-" : words.join(",");
}

function localDump(family: Family): NodeDump {
  return {
    pin: `locals${family}_v1`,
    columns: ["address", "node ports"],
    row: (_source, key, value) => {
      const flags = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
      return [textOf(key), (flags & LocalFlags.LOCAL_F_NODE_PORT) === 0 ? "no" : "served"];
    },
  };
}

function deviceRow(source: NodeDumpSource, key: Uint8Array, value: Uint8Array): readonly string[] {
  const ifindex = new DataView(key.buffer, key.byteOffset).getUint32(0, true);
  const { kind } = deviceCodec.decode(value);
  return [
    source.deviceName(ifindex) ?? `(device ${ifindex}, gone)`,
    kind === DeviceKind.DEVICE_POD ? "pod" : "node",
  ];
}
