/** Words and answers to bytes; rows and keys are cut into batches that fit a message. */
import { errorText } from "../errors.ts";
import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { Rows, TableName } from "../model/rows.ts";
import type { ColumnWriter } from "./column-writer.ts";
import { EndpointColumns } from "./endpoint-batch.ts";
import { leat } from "./gen/leat.js";
import * as limits from "./limits.ts";
import { NodeColumns, SettingsColumns } from "./node-batch.ts";
import { longOf, TABLE_NUMBERS } from "./scalars.ts";
import { ServiceColumns } from "./service-batch.ts";
import type { Applied, Open, Reset, Sync } from "./words.ts";

interface Columns<Row> extends ColumnWriter {
  add(row: Row): void;
  readonly set: leat.v1.Set.$Properties;
}

const COLUMNS: { readonly [T in TableName]: new () => Columns<Rows[T]> } = {
  services: ServiceColumns,
  endpoints: EndpointColumns,
  nodes: NodeColumns,
  settings: SettingsColumns,
};

const ROW_BYTES_MOST = limits.MESSAGE_BYTES_MOST - limits.ENVELOPE_BYTES;

export function encodeReset(word: Omit<Reset, "kind">): Buffer {
  const { epoch, buckets } = word;
  const partial = buckets !== "all";
  return finish({ reset: { epoch, partial, buckets: partial ? [...buckets] : [] } });
}

export function encodeSync(word: Omit<Sync, "kind">): Buffer {
  const { revision, contentHash } = word;
  return finish({ sync: { revision, contentHash: longOf(contentHash) } });
}

/** One Set after another until all rows are out. */
export function* encodeRows<T extends TableName>(
  table: T,
  rows: readonly Rows[T][],
): Generator<Buffer, void> {
  let start = 0;
  while (start < rows.length) {
    const { columns, end } = fill(table, rows, start);
    yield finish({ set: columns.set });
    start = end;
  }
}

/** One Delete after another until all keys are out. */
export function* encodeKeys(table: TableName, keys: readonly string[]): Generator<Buffer, void> {
  let batch: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    batch.push(key);
    bytes += Buffer.byteLength(key) + 4;
    if (bytes >= limits.BATCH_BYTES) {
      yield finish({ delete: { table: TABLE_NUMBERS[table], keys: batch } });
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) {
    yield finish({ delete: { table: TABLE_NUMBERS[table], keys: batch } });
  }
}

/** Why a row could not be sent, alone in a message; undefined where it can. */
export function rowRefusal(change: Change): string | undefined {
  const { table, row } = change;
  if (row === undefined) {
    return undefined;
  }
  try {
    const columns = new COLUMNS[table]() as Columns<typeof row>;
    columns.add(row);
    const { bytes } = columns;
    return bytes > ROW_BYTES_MOST ? `takes ${bytes} bytes, more than ${ROW_BYTES_MOST}` : undefined;
  } catch (error) {
    return errorText(error);
  }
}

export function encodeOpen(open: Omit<Open, "kind">): Buffer {
  const { node, epoch, revision } = open;
  const version = cut(open.version, limits.OPEN_TEXT_MOST);
  const refused = cut(open.refused, limits.OPEN_TEXT_MOST);
  const buckets = Array.from(open.buckets ?? [], longOf);
  return answer({ open: { node, version, epoch, revision, buckets, refused } });
}

/** Names as many of the failures as fit, and counts all. */
export function encodeApplied(applied: Omit<Applied, "kind" | "failuresTotal">): Buffer {
  const { revision, failures } = applied;
  const contentHash = longOf(applied.contentHash);
  let named = failures.slice(0, limits.FAILURES_MOST).map(cutFailure);
  for (;;) {
    const fields = { revision, contentHash, failures: named, failuresTotal: failures.length };
    const bytes = answer({ applied: fields });
    if (bytes.length <= limits.MESSAGE_BYTES_MOST) {
      return bytes;
    }
    named = named.slice(0, Math.floor(named.length / 2));
  }
}

function cutFailure(failure: Failure): leat.v1.Failure.$Properties {
  const { key, code, message } = limits.FAILURE_TEXT_MOST;
  return {
    table: TABLE_NUMBERS[failure.table],
    key: cut(failure.key, key),
    code: cut(failure.code, code),
    message: cut(failure.message, message),
  };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

/**
 * Columns of the rows from `start` on, as many as make a batch; a row that would burst it waits
 * for the next.
 */
function fill<T extends TableName>(
  table: T,
  rows: readonly Rows[T][],
  start: number,
  stop = rows.length,
): { columns: Columns<Rows[T]>; end: number } {
  const columns = new COLUMNS[table]();
  let end = start;
  for (; end < stop && columns.bytes < limits.BATCH_BYTES; end++) {
    columns.add(rows[end] as Rows[T]);
  }
  if (columns.bytes <= ROW_BYTES_MOST) {
    return { columns, end };
  }
  if (end - start === 1) {
    throw new limits.WireError("wire-too-large", `a row of ${table} takes ${columns.bytes} bytes`);
  }
  return fill(table, rows, start, end - 1);
}

function finish(word: leat.v1.FromOperator.$Properties): Buffer {
  return bufferOf(leat.v1.FromOperator.encode(word).finish());
}

function answer(message: leat.v1.FromAgent.$Properties): Buffer {
  return bufferOf(leat.v1.FromAgent.encode(message).finish());
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
