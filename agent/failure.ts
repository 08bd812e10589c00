/**
 * Something of a row that is not programmed as it asks: told to the operator, to `leat` and to the
 * log.
 */
import type { TableName } from "../lib/model/rows.ts";

export interface Failure {
  readonly table: TableName;
  readonly key: string;
  /** Stable, for metrics and tests: "map-full". */
  readonly code: string;
  /** A sentence for people. */
  readonly message: string;
}
