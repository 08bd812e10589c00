/**
 * The parts of an agent as it needs them: what main.ts wires, and what its tests put in their
 * place.
 */
import type { Logger } from "../lib/log.ts";
import type { Change, Tables } from "../lib/model/change.ts";
import type { Failure } from "../lib/model/failure.ts";
import type { NodeRow, SettingsRow } from "../lib/model/rows.ts";
import type { MapUse } from "./pressure.ts";

/** One consistent state of the cluster, and what leads to it. */
export interface Sync {
  readonly changes: readonly Change[];
  readonly tables: Tables;
  readonly revision: number;
  /** The first one of this process: `changes` is everything. */
  readonly first: boolean;
}

/** What the programs are made for. */
export interface Facts {
  readonly node: NodeRow;
  readonly settings: SettingsRow;
}

export interface Datapath<Stores, Replaced> {
  /** Throws a LeatError that names the map where a pinned one cannot be used. */
  openStores(): Promise<Stores> | Stores;
  start(facts: Facts): Promise<void>;
  update(facts: Facts): Promise<void>;
  replace(): Promise<Replaced>;
  /** Why not all programs are those wanted; "" where they are. */
  problem(): string;
  /** Detaches nothing. */
  close(): Promise<void> | void;
}

export interface Reconciler {
  restore(): Promise<void> | void;
  apply(sync: Sync): Promise<readonly Failure[]>;
  usage(): readonly MapUse[];
  stop(): Promise<void> | void;
}

export interface TableStream {
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
  /** Tells the operator of failures that came or went without a Sync. */
  report(failures: readonly Failure[]): void;
}

export interface AgentParts<Stores, R extends Reconciler, Replaced> {
  readonly node: string;
  readonly datapath: Datapath<Stores, Replaced>;
  /** `onFailures` takes all that still fails after a retry. */
  readonly createReconciler: (
    stores: Stores,
    onFailures: (failures: readonly Failure[]) => void,
  ) => R;
  readonly stream: TableStream;
  readonly log: Logger;
  readonly now: () => Date;
}
