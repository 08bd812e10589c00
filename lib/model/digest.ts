/**
 * Additive digests of rows: 64 bits a row, summed modulo 2^64 by bucket, so that both ends of the
 * stream keep a hash of their whole content at a cost of O(changed), and can tell which part of
 * it differs.
 *
 * Both ends must digest alike: a field that is added to a row later must leave the digest of rows
 * that do not use it as it was (mix it only where it is not its zero value).
 */
import type {
  Cidr,
  EndpointRow,
  NodeRow,
  Rows,
  ServiceRow,
  SettingsRow,
  TableName,
} from "./rows.ts";
import { TABLE_NAMES } from "./rows.ts";

/**
 * How many sums the content is split into: 8 KiB in an Open, and some 100 rows a bucket at
 * 110,000.
 */
export const BUCKETS = 1024;

/**
 * Two 32-bit lanes. Each step is a bijection of the lanes for a given word, and both lanes see
 * each word.
 */
class Mixer {
  #a = 0;
  #b = 0;
  readonly #view = new DataView(new ArrayBuffer(8));

  begin(seed: number): void {
    this.#a = 0x9e3779b9 ^ seed;
    this.#b = 0x7f4a7c15 ^ seed;
  }

  word(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x85ebca6b);
    this.#a = (a << 13) | (a >>> 19);
    const b = Math.imul(this.#b ^ value, 0xc2b2ae35);
    this.#b = ((b << 17) | (b >>> 15)) + this.#a;
  }

  /** The length comes first: texts that follow one another stay apart. */
  text(value: string): void {
    const length = value.length;
    this.word(length);
    let index = 0;
    for (; index + 1 < length; index += 2) {
      this.word(value.charCodeAt(index) | (value.charCodeAt(index + 1) << 16));
    }
    if (index < length) {
      this.word(value.charCodeAt(index));
    }
  }

  texts(values: readonly string[]): void {
    this.word(values.length);
    for (const value of values) {
      this.text(value);
    }
  }

  cidrs(values: readonly Cidr[]): void {
    this.word(values.length);
    for (const value of values) {
      this.text(value.address);
      this.word(value.prefix);
    }
  }

  low(): number {
    return avalanche(this.#a ^ Math.imul(this.#b, 0x27d4eb2f));
  }

  end(): bigint {
    this.#view.setInt32(0, this.low(), true);
    this.#view.setInt32(4, avalanche(this.#b ^ Math.imul(this.#a, 0x165667b1)), true);
    return this.#view.getBigUint64(0, true);
  }
}

function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const SEEDS: Readonly<Record<TableName, number>> = Object.freeze(
  Object.fromEntries(TABLE_NAMES.map((name, index) => [name, index + 1])),
) as Record<TableName, number>;

/** What a key already says is not mixed again. */
const MIX: { readonly [T in TableName]: (mixer: Mixer, row: Rows[T]) => void } = {
  services: mixService,
  endpoints: mixEndpoint,
  nodes: mixNode,
  settings: mixSettings,
};

const mixer = new Mixer();

/** 64 bits of a row under its own key (rowKey of the row). */
export function rowDigest<T extends TableName>(table: T, key: string, row: Rows[T]): bigint {
  mixer.begin(SEEDS[table]);
  mixer.text(key);
  MIX[table](mixer, row);
  return mixer.end();
}

/** The bucket of a key, 0 to BUCKETS - 1. */
export function bucketOf(table: TableName, key: string): number {
  mixer.begin(SEEDS[table]);
  mixer.text(key);
  return mixer.low() & (BUCKETS - 1);
}

/** The digests of a whole content, by bucket, and their sum: the content hash. */
export class ContentDigest {
  readonly #buckets: BigUint64Array;
  readonly #sum: BigUint64Array;

  constructor(copyOf?: ContentDigest) {
    this.#buckets = copyOf === undefined ? new BigUint64Array(BUCKETS) : copyOf.buckets();
    this.#sum = new BigUint64Array([copyOf?.hash ?? 0n]);
  }

  /** The sum of all rows' digests modulo 2^64. */
  get hash(): bigint {
    return this.#sum[0] ?? 0n;
  }

  /** A copy of the sums by bucket. */
  buckets(): BigUint64Array {
    return this.#buckets.slice();
  }

  add<T extends TableName>(table: T, key: string, row: Rows[T]): void {
    this.#shift(bucketOf(table, key), rowDigest(table, key, row));
  }

  /** The row must be the one that was added. */
  remove<T extends TableName>(table: T, key: string, row: Rows[T]): void {
    this.#shift(bucketOf(table, key), -rowDigest(table, key, row));
  }

  #shift(bucket: number, by: bigint): void {
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0n) + by;
    this.#sum[0] = this.hash + by;
  }
}

function mixService(into: Mixer, row: ServiceRow): void {
  into.text(row.type);
  into.texts(row.clusterIPs);
  into.texts(row.externalIPs);
  into.texts(row.loadBalancerIPs);
  into.text(row.internalPolicy);
  into.text(row.externalPolicy);
  into.word(row.affinitySeconds);
  into.word(row.sourceRanges === undefined ? 0 : 1);
  into.cidrs(row.sourceRanges ?? []);
  into.word(row.healthCheckNodePort);
  into.word(row.ports.length);
  for (const port of row.ports) {
    into.text(port.name);
    into.text(port.protocol);
    into.word(port.port);
    into.word(port.nodePort);
  }
  into.texts(row.refusals);
}

function mixEndpoint(into: Mixer, row: EndpointRow): void {
  into.text(row.node);
  into.text(row.zone);
  into.word((row.ready ? 1 : 0) | (row.serving ? 2 : 0) | (row.terminating ? 4 : 0));
  into.texts(row.zoneHints);
  into.texts(row.nodeHints);
}

function mixNode(into: Mixer, row: NodeRow): void {
  into.text(row.zone);
  into.texts(row.internalIPs);
  into.texts(row.externalIPs);
  into.cidrs(row.podCIDRs);
}

function mixSettings(into: Mixer, row: SettingsRow): void {
  into.cidrs(row.podCIDRs);
  into.cidrs(row.serviceCIDRs);
  into.word(row.masqueradeAll ? 1 : 0);
}
