/** The 64-bit numbers and the table names of the stream, between protobufjs and plain values. */
import type { TableName } from "../model/rows.ts";
import { leat } from "./gen/leat.js";
import { malformed } from "./limits.ts";

type Long = Exclude<NonNullable<leat.v1.Sync.$Properties["contentHash"]>, number>;
type Wide = Long | number | null | undefined;

const { Table } = leat.v1;

export const TABLE_NUMBERS: Readonly<Record<TableName, leat.v1.Table>> = {
  services: Table.SERVICES,
  endpoints: Table.ENDPOINTS,
  nodes: Table.NODES,
  settings: Table.SETTINGS,
};

const TABLE_NAMES_BY_NUMBER = new Map<unknown, TableName>(
  Object.entries(TABLE_NUMBERS).map(([name, number]) => [number, name as TableName]),
);

/** Undefined for a table of a newer peer; throws where none is named. */
export function tableName(number: leat.v1.Table | null | undefined): TableName | undefined {
  if (number === undefined || number === null || number === Table.TABLE_UNSPECIFIED) {
    throw malformed("no table is named");
  }
  return TABLE_NAMES_BY_NUMBER.get(number);
}

/** The form in which protobufjs takes 64 bits. */
export function longOf(value: bigint): Long {
  const bits = BigInt.asUintN(64, value);
  const halves = { low: Number(bits & 0xffff_ffffn), high: Number(bits >> 32n), unsigned: true };
  return halves as Long;
}

export function bigintOf(value: Wide): bigint {
  if (value === undefined || value === null || typeof value === "number") {
    return BigInt(value ?? 0);
  }
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
}

/** A revision: exact up to 2^53, refused beyond. */
export function revisionOf(value: Wide): number {
  const revision = bigintOf(value);
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformed(`revision ${revision} is beyond 2^53`);
  }
  return Number(revision);
}
