/**
 * Random rows for property tests: valid ones, of every shape, over few keys so that changes meet.
 */
import * as fc from "fast-check";

import { addressText, parseCidr } from "../../lib/model/address.ts";
import type { Change } from "../../lib/model/change.ts";
import type { Failure } from "../../lib/model/failure.ts";
import type {
  Cidr,
  EndpointRow,
  NodeRow,
  ServiceRow,
  SettingsRow,
  TableName,
} from "../../lib/model/rows.ts";
import { rowKey, TABLE_NAMES } from "../../lib/model/rows.ts";

/**
 * Objects as literals make them: fast-check's own have no prototype, and strict equality sees
 * that.
 */
function record<T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(shape, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const word = fc.constantFrom("", "a", "web", "é", "zone-1", "x".repeat(63));
const name = fc.constantFrom("a", "b", "web", "dns");
const port = fc.integer({ min: 0, max: 65_535 });
const protocol = fc.constantFrom("TCP", "UDP", "SCTP");
const policy = fc.constantFrom("Cluster", "Local");

export const address = fc
  .oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 15, maxLength: 15 }).map((tail) => Uint8Array.of(0xfd, ...tail)),
  )
  .map(addressText);

export const cidr: fc.Arbitrary<Cidr> = fc
  .tuple(address, fc.integer({ min: 0, max: 128 }))
  .map(([address, prefix]) => {
    const most = address.includes(":") ? 128 : 32;
    return parseCidr(`${address}/${Math.min(prefix, most)}`) ?? { address, prefix: most };
  });

const short = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });

export const service: fc.Arbitrary<ServiceRow> = record({
  namespace: name,
  name,
  type: fc.constantFrom("ClusterIP", "NodePort", "LoadBalancer"),
  clusterIPs: short(address),
  externalIPs: short(address),
  loadBalancerIPs: short(address),
  internalPolicy: policy,
  externalPolicy: policy,
  affinitySeconds: fc.constantFrom(0, 1, 86_400, 0xffff_ffff),
  sourceRanges: fc.option(short(cidr), { nil: undefined }),
  healthCheckNodePort: port,
  ports: short(record({ name: word, protocol, port, nodePort: port })),
  refusals: short(word),
});

export const endpoint: fc.Arbitrary<EndpointRow> = record({
  namespace: name,
  service: name,
  portName: word,
  protocol,
  address: fc.oneof(address, fc.constantFrom("10.0.0.1", "fd00::1")),
  port: fc.oneof(port, fc.constantFrom(80, 443)),
  node: word,
  zone: word,
  ready: fc.boolean(),
  serving: fc.boolean(),
  terminating: fc.boolean(),
  zoneHints: short(word),
  nodeHints: short(word),
});

export const node: fc.Arbitrary<NodeRow> = record({
  name,
  zone: word,
  internalIPs: short(address),
  externalIPs: short(address),
  podCIDRs: short(cidr),
});

export const settings: fc.Arbitrary<SettingsRow> = record({
  podCIDRs: short(cidr),
  serviceCIDRs: short(cidr),
  masqueradeAll: fc.boolean(),
});

const ROWS = { services: service, endpoints: endpoint, nodes: node, settings };

/** A row set, or (one time in four) its key deleted. */
export const change: fc.Arbitrary<Change> = fc
  .constantFrom<TableName>(...TABLE_NAMES)
  .chain((table) => record({ table: fc.constant(table), row: ROWS[table], gone: fc.nat(3) }))
  .map(({ table, row, gone }) => {
    const key = rowKey(table, row);
    return { table, key, row: gone === 0 ? undefined : row } as Change;
  });

export const failure: fc.Arbitrary<Failure> = record({
  table: fc.constantFrom<TableName>(...TABLE_NAMES),
  key: fc.string(),
  code: fc.constantFrom("map-full", "io"),
  message: fc.string({ unit: "grapheme" }),
});
