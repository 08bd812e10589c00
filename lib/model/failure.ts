/** What an agent could not do with a row: it travels back to the operator with every Applied. */
import type { TableName } from "./rows.ts";

export interface Failure {
  readonly table: TableName;
  readonly key: string;
  /** Stable, e.g. "map-full". */
  readonly code: string;
  /** A sentence for people. */
  readonly message: string;
}
