/**
 * Bytes to words and answers. Everything is checked, and a message that breaks a rule is refused
 * whole by a WireError; fields, words and tables of a newer peer are passed over.
 */
import { LeatError } from "../errors.ts";
import { BUCKETS } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import { readEndpoints } from "./endpoint-batch.ts";
import { leat } from "./gen/leat.js";
import * as limits from "./limits.ts";
import { readNodes, readSettings } from "./node-batch.ts";
import { bigintOf, revisionOf, tableName } from "./scalars.ts";
import { readServices } from "./service-batch.ts";
import type { Answer, Applied, Open, Reset, Word } from "./words.ts";

const { malformed } = limits;

/** A name of RFC 1123: labels of letters, digits and dashes, divided by dots. */
const NODE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What an operator sent. */
export function decodeWord(bytes: Uint8Array): Word {
  return decode(bytes, leat.v1.FromOperator, ({ reset, set, delete: gone, sync }) => {
    if (reset) {
      return readReset(reset);
    }
    if (set) {
      return readSet(set);
    }
    if (gone) {
      const table = tableName(gone.table);
      return table === undefined ? UNKNOWN : { kind: "delete", table, keys: gone.keys ?? [] };
    }
    if (sync) {
      const contentHash = bigintOf(sync.contentHash);
      return { kind: "sync", revision: revisionOf(sync.revision), contentHash };
    }
    return UNKNOWN;
  });
}

/** What an agent sent. */
export function decodeAnswer(bytes: Uint8Array): Answer {
  return decode(bytes, leat.v1.FromAgent, ({ open, applied }) => {
    if (open) {
      return readOpen(open);
    }
    return applied ? readApplied(applied) : UNKNOWN;
  });
}

const UNKNOWN = { kind: "unknown" } as const;

interface Codec<M> {
  decode(bytes: Uint8Array): M;
}

function decode<M, V>(bytes: Uint8Array, codec: Codec<M>, read: (message: M) => V): V {
  if (bytes.length > limits.MESSAGE_BYTES_MOST) {
    const what = `a message of ${bytes.length} bytes is larger than ${limits.MESSAGE_BYTES_MOST}`;
    throw new limits.WireError("wire-too-large", what);
  }
  try {
    return read(codec.decode(bytes));
  } catch (error) {
    throw error instanceof LeatError ? error : malformed("a message cannot be decoded", error);
  }
}

function readReset(reset: leat.v1.Reset.$Properties): Reset {
  const epoch = text("epoch", reset.epoch, limits.OPEN_TEXT_MOST);
  if (epoch === "") {
    throw malformed("Reset names no epoch");
  }
  if (!reset.partial) {
    return { kind: "reset", epoch, buckets: "all" };
  }
  const buckets = reset.buckets ?? [];
  buckets.forEach((bucket, index) => {
    if (bucket >= BUCKETS || bucket <= (buckets[index - 1] ?? -1)) {
      throw malformed(`Reset names bucket ${bucket} out of range or order`);
    }
  });
  return { kind: "reset", epoch, buckets };
}

function readSet(set: leat.v1.Set.$Properties): Word {
  if (set.services) {
    return { kind: "set", table: "services", rows: readServices(set.services) };
  }
  if (set.endpoints) {
    return { kind: "set", table: "endpoints", rows: readEndpoints(set.endpoints) };
  }
  if (set.nodes) {
    return { kind: "set", table: "nodes", rows: readNodes(set.nodes) };
  }
  if (set.settings) {
    return { kind: "set", table: "settings", rows: [readSettings(set.settings)] };
  }
  return UNKNOWN;
}

function readOpen(open: leat.v1.Open.$Properties): Open {
  const node = text("node", open.node, limits.NODE_NAME_MOST);
  if (!NODE_NAME.test(node)) {
    throw malformed(`Open: ${JSON.stringify(node)} is no name of a node`);
  }
  const digests = open.buckets ?? [];
  if (digests.length !== 0 && digests.length !== BUCKETS) {
    throw malformed(`Open holds ${digests.length} buckets, not ${BUCKETS}`);
  }
  return {
    kind: "open",
    node,
    version: text("version", open.version, limits.OPEN_TEXT_MOST),
    epoch: text("epoch", open.epoch, limits.OPEN_TEXT_MOST),
    revision: revisionOf(open.revision),
    buckets: digests.length === 0 ? undefined : BigUint64Array.from(digests, bigintOf),
    refused: text("refused", open.refused, limits.OPEN_TEXT_MOST),
  };
}

function readApplied(applied: leat.v1.Applied.$Properties): Applied {
  const failures = applied.failures ?? [];
  if (failures.length > limits.FAILURES_MOST) {
    throw malformed(`Applied names ${failures.length} failures`);
  }
  return {
    kind: "applied",
    revision: revisionOf(applied.revision),
    contentHash: bigintOf(applied.contentHash),
    failures: failures.flatMap(readFailure),
    failuresTotal: Math.max(applied.failuresTotal ?? 0, failures.length),
  };
}

/** Nothing for a table of a newer agent. */
function readFailure(failure: leat.v1.Failure.$Properties): Failure[] {
  const table = tableName(failure.table);
  const { key, code, message } = limits.FAILURE_TEXT_MOST;
  const read = {
    key: text("key", failure.key, key),
    code: text("code", failure.code, code),
    message: text("message", failure.message, message),
  };
  return table === undefined ? [] : [{ table, ...read }];
}

function text(name: string, value: string | null | undefined, most: number): string {
  if ((value?.length ?? 0) > most) {
    throw malformed(`${name} is longer than ${most} characters`);
  }
  return value ?? "";
}
