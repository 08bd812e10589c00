/**
 * The agent of one node: the operator's tables in, maps and programs out.
 *
 * Order: open the maps, take back what they hold, then ask the operator; nothing is programmed
 * before the first
 * consistent state, and maps are filled before programs read them. What cannot be done becomes a
 * failure that the
 * operator, `leat` and the log name, while what the kernel holds serves on. Stopping detaches
 * nothing.
 */
import { errorText, LeatError } from "../lib/errors.ts";
import type { Logger } from "../lib/log.ts";
import type { Change, Tables } from "../lib/model/change.ts";
import type { NodeRow, SettingsRow } from "../lib/model/rows.ts";
import { SETTINGS_KEY } from "../lib/model/rows.ts";
import type { Failure } from "./failure.ts";
import { FailureLog } from "./failure-log.ts";
import type { MapUse } from "./pressure.ts";
import { Pressure } from "./pressure.ts";

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
}

export interface AgentParts<Stores, R extends Reconciler, Replaced> {
  readonly node: string;
  readonly datapath: Datapath<Stores, Replaced>;
  readonly createReconciler: (stores: Stores) => R;
  readonly connect: (onSync: (sync: Sync) => Promise<readonly Failure[]>) => TableStream;
  readonly log: Logger;
}

/** Why the node does not take the operator's state: a word for machines, a sentence for people. */
interface Blocked {
  readonly code: string;
  readonly message: string;
}

export class AgentError extends LeatError<"blocked" | "not-started"> {}

export class Agent<Stores, R extends Reconciler, Replaced> {
  readonly #parts: AgentParts<Stores, R, Replaced>;
  readonly #failureLog: FailureLog;
  readonly #pressure: Pressure;
  readonly #stream: TableStream;
  #blocked: Blocked | undefined;
  #stores: Stores | undefined;
  #reconciler: R | undefined;
  #tables: Tables | undefined;
  #facts: Facts | undefined;
  #failures: readonly Failure[] = [];
  /** The end of what was asked of the datapath last: one thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: AgentParts<Stores, R, Replaced>) {
    this.#parts = parts;
    this.#failureLog = new FailureLog(parts.log);
    this.#pressure = new Pressure(parts.log);
    this.#stream = parts.connect((sync) => this.#sync(sync));
  }

  /** Undefined while the pinned maps cannot be used. */
  get stores(): Stores | undefined {
    return this.#stores;
  }

  get reconciler(): R | undefined {
    return this.#reconciler;
  }

  /** As of the last state applied; undefined before the first. */
  get tables(): Tables | undefined {
    return this.#tables;
  }

  /** All that is not programmed as it asks. */
  get failures(): readonly Failure[] {
    return this.#failures;
  }

  /** Why the node does not serve the operator's state, each a sentence; [] when it does. */
  unreadyReasons(): readonly string[] {
    if (this.#blocked !== undefined) {
      return [this.#blocked.message];
    }
    if (this.#tables === undefined) {
      return ["no state of the cluster has been applied since the start"];
    }
    const own = this.#failures.filter(
      ({ table, key }) => table === "nodes" && key === this.#parts.node,
    );
    return own.map(({ message }) => message);
  }

  async start(): Promise<void> {
    await this.#open();
    await this.#stream.start();
  }

  async stop(): Promise<void> {
    await this.#stream.stop();
    await this.#turn;
    await this.#reconciler?.stop();
    await this.#parts.datapath.close();
  }

  /** Loads and swaps in all programs anew; throws an AgentError where there are none yet. */
  replace(): Promise<Replaced> {
    if (this.#blocked !== undefined) {
      throw new AgentError("blocked", this.#blocked.message);
    }
    if (this.#facts === undefined) {
      throw new AgentError("not-started", "the programs wait for the first state of the cluster");
    }
    return this.#inTurn(() => this.#parts.datapath.replace());
  }

  /** A map that cannot be used stops nothing else: the agent stays to say so. */
  async #open(): Promise<void> {
    const { datapath, createReconciler, log } = this.#parts;
    try {
      this.#stores = await datapath.openStores();
      const reconciler = createReconciler(this.#stores);
      await reconciler.restore();
      this.#reconciler = reconciler;
      this.#pressure.note(reconciler.usage());
    } catch (error) {
      if (!(error instanceof LeatError)) {
        throw error;
      }
      this.#blocked = { code: error.code, message: errorText(error) };
      log.error(
        { error },
        "the maps cannot be used: nothing is programmed, what is there serves on",
      );
    }
  }

  async #sync(sync: Sync): Promise<readonly Failure[]> {
    const failures = await this.#apply(sync);
    this.#failures = failures;
    this.#failureLog.note(failures);
    return failures;
  }

  async #apply(sync: Sync): Promise<readonly Failure[]> {
    if (this.#blocked !== undefined || this.#reconciler === undefined) {
      return [this.#ownFailure(this.#blocked ?? { code: "blocked", message: "no maps are open" })];
    }
    const refused = await this.#reconciler.apply(sync);
    this.#tables = sync.tables;
    this.#pressure.note(this.#reconciler.usage());
    const own = await this.#program(sync.tables);
    return own === undefined ? refused : [...refused, this.#ownFailure(own)];
  }

  /** Programs follow the node's own row and the settings. */
  async #program(tables: Tables): Promise<Blocked | undefined> {
    const node = tables.nodes.get(this.#parts.node);
    const settings = tables.settings.get(SETTINGS_KEY);
    if (node === undefined || settings === undefined) {
      const what = node === undefined ? `a node ${this.#parts.node}` : "the settings";
      return { code: "node-unknown", message: `the operator does not know ${what}` };
    }
    await this.#inTurn(() => this.#follow({ node, settings }));
    const problem = this.#parts.datapath.problem();
    return problem === "" ? undefined : { code: "datapath-degraded", message: problem };
  }

  async #follow(facts: Facts): Promise<void> {
    const last = this.#facts;
    this.#facts = facts;
    if (last === undefined) {
      await this.#parts.datapath.start(facts);
    } else if (last.node !== facts.node || last.settings !== facts.settings) {
      await this.#parts.datapath.update(facts);
    }
  }

  #ownFailure({ code, message }: Blocked): Failure {
    return { table: "nodes", key: this.#parts.node, code, message };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
