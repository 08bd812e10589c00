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
import type { Tables } from "../lib/model/change.ts";
import type { Failure } from "../lib/model/failure.ts";
import { SETTINGS_KEY } from "../lib/model/rows.ts";
import type { AgentParts, Facts, Reconciler, Sync } from "./agent-parts.ts";
import { FailureLog } from "./failure-log.ts";
import { Pressure } from "./pressure.ts";

/** Why the node does not take the operator's state: a word for machines, a sentence for people. */
interface Blocked {
  readonly code: string;
  readonly message: string;
}

/** How far the operator's states have come; revision 0 is none. */
export interface Progress {
  readonly revision: number;
  readonly at: Date | undefined;
}

const NO_PROGRESS: Progress = { revision: 0, at: undefined };

/**
 * "blocked": the maps cannot be used. "not-started": the first state of the cluster has not come.
 */
export class AgentError extends LeatError<"blocked" | "not-started"> {}

export class Agent<Stores, R extends Reconciler, Replaced> {
  readonly #parts: AgentParts<Stores, R, Replaced>;
  readonly #failureLog: FailureLog;
  readonly #pressure: Pressure;
  #blocked: Blocked | undefined;
  #stores: Stores | undefined;
  #reconciler: R | undefined;
  #tables: Tables | undefined;
  #facts: Facts | undefined;
  /** What of the rows is not programmed. */
  #refused: readonly Failure[] = [];
  /** What the operator was told last. */
  #reported: readonly Failure[] = [];
  /** A state is being applied: what is told meanwhile would pass for its answer. */
  #isApplying = false;
  #received = NO_PROGRESS;
  #applied = NO_PROGRESS;
  /** The end of what was asked of the datapath last: one thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: AgentParts<Stores, R, Replaced>) {
    this.#parts = parts;
    this.#failureLog = new FailureLog(parts.log);
    this.#pressure = new Pressure(parts.log);
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

  get received(): Progress {
    return this.#received;
  }

  get applied(): Progress {
    return this.#applied;
  }

  /**
   * All that is not programmed as it asks: of the rows, and of the node itself under its own row's
   * key.
   */
  get failures(): readonly Failure[] {
    return [...this.#refused, ...this.#ownFailures()];
  }

  /** Why the node does not serve the operator's state, each a sentence; [] when it does. */
  unreadyReasons(): readonly string[] {
    if (this.#blocked === undefined && this.#applied.revision === 0) {
      return ["no state of the cluster has been applied since the start"];
    }
    return this.#ownFailures().map(({ message }) => message);
  }

  async start(): Promise<void> {
    await this.#open();
    await this.#parts.stream.start();
  }

  async stop(): Promise<void> {
    await this.#parts.stream.stop();
    await this.#turn;
    await this.#reconciler?.stop();
    await this.#parts.datapath.close();
  }

  /** Tells of failures that came or went without a Sync: to be called now and then. */
  check(): void {
    const { failures } = this;
    if (!this.#isApplying && !isEqual(failures, this.#reported)) {
      this.#note(failures);
      this.#parts.stream.report(failures);
    }
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

  /** Maps that cannot be used stop programming, and nothing else: the agent stays to say so. */
  async #open(): Promise<void> {
    const { datapath, log } = this.#parts;
    try {
      this.#stores = await datapath.openStores();
    } catch (error) {
      const { code, message } = expected(error);
      this.#blocked = { code, message };
      log.error(
        { error },
        "the maps cannot be used: nothing is programmed, what is there serves on",
      );
      return;
    }
    await this.#restore(this.#stores);
  }

  async #restore(stores: Stores): Promise<void> {
    const reconciler = this.#parts.createReconciler(stores, (failures) => {
      this.#refused = failures;
      this.check();
    });
    this.#reconciler = reconciler;
    try {
      await reconciler.restore();
      this.#pressure.note(reconciler.usage());
    } catch (error) {
      expected(error);
      this.#parts.log.error({ error }, "the maps were not read back: the first state tries again");
    }
  }

  /** Applies a consistent state; answers all that is not programmed as it asks. One at a time. */
  async sync(sync: Sync): Promise<readonly Failure[]> {
    const { now } = this.#parts;
    this.#received = { revision: sync.revision, at: now() };
    if (this.#reconciler !== undefined) {
      this.#isApplying = true;
      await this.#apply(this.#reconciler, sync);
      this.#isApplying = false;
      this.#applied = { revision: sync.revision, at: now() };
    }
    const { failures } = this;
    this.#note(failures);
    return failures;
  }

  async #apply(reconciler: R, sync: Sync): Promise<void> {
    this.#refused = await reconciler.apply(sync);
    this.#tables = sync.tables;
    this.#pressure.note(reconciler.usage());
    const node = sync.tables.nodes.get(this.#parts.node);
    const settings = sync.tables.settings.get(SETTINGS_KEY);
    if (node !== undefined && settings !== undefined) {
      await this.#inTurn(() => this.#follow({ node, settings }));
    }
  }

  /** Programs follow the node's own row and the settings. */
  async #follow(facts: Facts): Promise<void> {
    const last = this.#facts;
    this.#facts = facts;
    if (last === undefined) {
      await this.#parts.datapath.start(facts);
    } else if (last.node !== facts.node || last.settings !== facts.settings) {
      await this.#parts.datapath.update(facts);
    }
  }

  #note(failures: readonly Failure[]): void {
    this.#reported = failures;
    this.#failureLog.note(failures);
  }

  #ownFailures(): readonly Failure[] {
    const problem = this.#ownProblem();
    return problem === undefined ? [] : [{ table: "nodes", key: this.#parts.node, ...problem }];
  }

  #ownProblem(): Blocked | undefined {
    if (this.#blocked !== undefined || this.#tables === undefined) {
      return this.#blocked;
    }
    if (this.#facts === undefined) {
      const known = this.#tables.settings.has(SETTINGS_KEY);
      const what = known ? `node ${this.#parts.node}` : "settings";
      return { code: "node-unknown", message: `the operator knows no ${what}` };
    }
    const message = this.#parts.datapath.problem();
    return message === "" ? undefined : { code: "datapath-degraded", message };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Anything that Leat does not raise on purpose is a defect, and thrown on. */
function expected(error: unknown): Blocked {
  if (!(error instanceof LeatError)) {
    throw error;
  }
  return { code: error.code, message: errorText(error) };
}

function isEqual(some: readonly Failure[], others: readonly Failure[]): boolean {
  const fields = ["table", "key", "code", "message"] as const;
  return (
    some.length === others.length &&
    some.every((one, index) => fields.every((field) => one[field] === others[index]?.[field]))
  );
}
