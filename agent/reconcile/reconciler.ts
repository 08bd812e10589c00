/**
 * Keeps the service tables of the kernel equal to the rows: restored at start, changed by each
 * Sync, retried after what a store refuses. Nothing is programmed before the first Sync, and
 * nothing is undone at the end.
 *
 * One thing at a time: restore, apply and retries wait for one another. When a store fails so that
 * it is not known what it holds, all is read back from the kernel and compared anew.
 */
import { Backoff } from "../../lib/backoff.ts";
import { errorText } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { Change, Tables } from "../../lib/model/change.ts";
import type { Stores } from "../maps/store.ts";
import { adoptStates } from "./adopt.ts";
import type { Kernel } from "./apply.ts";
import { StoreError } from "./errors.ts";
import { type Failure, writeFailure } from "./failures.ts";
import { Grace } from "./grace.ts";
import { guardStores } from "./guarded-stores.ts";
import type { Ledger } from "./ledger.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { release } from "./release.ts";
import { restore } from "./restore.ts";
import { Rounds } from "./rounds.ts";
import { ServiceIndex } from "./service-index.ts";
import { type TableUsage, usageOf } from "./usage.ts";
import { type HeldView, heldOf, type StateView, viewOf } from "./view.ts";

export interface ReconcilerOptions {
  readonly stores: Stores;
  /** The node's name, as endpoints and node rows say it. */
  readonly node: string;
  readonly log: Logger;
  readonly pacer?: Pacer;
  /** Runs an action after so many milliseconds; answers how to call it off. */
  readonly after?: (milliseconds: number, action: () => void) => () => void;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** Called when a retry has changed what failed: all that fails now. */
  readonly onFailures?: (failures: Failure[]) => void;
}

/** A consistent state of the cluster. */
export interface SyncedTables {
  /** All rows, the changes included. */
  readonly tables: Tables;
  readonly changes: readonly Change[];
  /** Of this process: the tables count, not the changes. */
  readonly first: boolean;
}

export interface Reconciler {
  /** Reads back what the kernel holds; writes nothing. Rejects with a StoreError. */
  restore(): Promise<void>;
  /**
   * Resolves when the kernel holds the tables but for the failures, which are all there are, not
   * only new ones.
   */
  apply(sync: SyncedTables): Promise<Failure[]>;
  failures(): Failure[];
  /** Of one Service ("namespace/name"), or of all. */
  view(service?: string): StateView[];
  /** What each state id in use stands for; empty until restored. */
  held(): HeldView[];
  /** Empty until restored. */
  usage(): TableUsage[];
  /** Resolves when nothing is under way; writes nothing more. */
  stop(): Promise<void>;
}

interface Session {
  readonly kernel: Kernel;
  readonly rounds: Rounds;
  /** Whether the kernel's states were claimed for the rows. */
  adopted: boolean;
}

const RETRY_FIRST_MS = 200;
const RETRY_MOST_MS = 30_000;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  return new StoreReconciler(options);
}

class StoreReconciler implements Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #stores: Stores;
  readonly #pacer: Pacer;
  readonly #index: ServiceIndex;
  readonly #backoff: Backoff;
  #session: Session | undefined;
  /** Of the session, or of the last one while the kernel is being read back. */
  #ledger: Ledger | undefined;
  #synced = false;
  #stopped = false;
  #failures: Failure[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #cancelRetry: (() => void) | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#stores = guardStores(options.stores);
    this.#pacer = options.pacer ?? createPacer();
    this.#index = new ServiceIndex(options.node);
    const random = options.random ?? Math.random;
    this.#backoff = new Backoff({ firstMs: RETRY_FIRST_MS, mostMs: RETRY_MOST_MS, random });
  }

  restore(): Promise<void> {
    return this.#inTurn(async () => {
      this.#session ??= await this.#open();
    });
  }

  apply({ tables, changes, first }: SyncedTables): Promise<Failure[]> {
    return this.#inTurn(async () => {
      if (first || !this.#synced) {
        await this.#index.rebuild(tables, this.#pacer);
        this.#synced = true;
      } else {
        this.#index.fold(changes);
      }
      await this.#reconcile();
      return this.#failures;
    });
  }

  failures(): Failure[] {
    return this.#failures;
  }

  view(service?: string): StateView[] {
    return viewOf({ index: this.#index, ledger: this.#ledger, stores: this.#stores }, service);
  }

  held(): HeldView[] {
    return this.#ledger === undefined ? [] : heldOf(this.#ledger);
  }

  usage(): TableUsage[] {
    return this.#ledger === undefined ? [] : usageOf(this.#ledger);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#queue;
    this.#session?.kernel.grace.cancel();
    await this.#session?.kernel.grace.drain();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(() => {
      if (this.#stopped) {
        throw new StoreError("the reconciler has been stopped");
      }
      return work();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #open(): Promise<Session> {
    const stores = this.#stores;
    const pacer = this.#pacer;
    const { ledger, strays } = await restore(stores, pacer);
    this.#ledger ??= ledger;
    const grace = new Grace({
      fence: () => stores.fence(),
      release: (resting) => release(stores, ledger, pacer, resting),
      onError: () => this.#retryLater(),
    });
    const kernel = { stores, ledger, grace, pacer };
    return { kernel, rounds: new Rounds(kernel, this.#index, strays), adopted: false };
  }

  async #reconcile(): Promise<void> {
    try {
      this.#dropBroken();
      this.#session ??= await this.#open();
      await this.#runSession(this.#session);
    } catch (error) {
      if (!(error instanceof StoreError)) {
        throw error;
      }
      this.#giveUpSession(error);
    }
  }

  /** A session whose grace period failed frees nothing any more. */
  #dropBroken(): void {
    const error = this.#session?.kernel.grace.error;
    if (error !== undefined) {
      this.#options.log.error({ error }, "no grace period passes");
      this.#session = undefined;
    }
  }

  async #runSession(session: Session): Promise<void> {
    const { kernel, rounds } = session;
    if (!session.adopted) {
      await adoptStates(kernel.ledger, this.#index.services.values(), kernel.pacer);
      this.#index.markAll();
      this.#ledger = kernel.ledger;
      session.adopted = true;
    }
    await rounds.run();
    this.#failures = rounds.failures();
    if (rounds.hasUnwritten) {
      this.#retryLater();
    } else {
      this.#backoff.reset();
    }
  }

  /** What the kernel holds is read back before anything is written again. */
  #giveUpSession(error: StoreError): void {
    const text = errorText(error);
    const rounds = this.#session?.rounds;
    const unfinished = new Set(rounds?.unfinished() ?? this.#index.staleServices());
    const others = (rounds?.failures() ?? this.#failures).filter(({ key }) => !unfinished.has(key));
    this.#failures = [...others, ...[...unfinished].map((key) => writeFailure(key, text))];
    this.#session?.kernel.grace.cancel();
    this.#session = undefined;
    this.#options.log.error({ error, services: unfinished.size }, "a table could not be written");
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#stopped || this.#cancelRetry !== undefined) {
      return;
    }
    const after = this.#options.after ?? realAfter;
    this.#cancelRetry = after(this.#backoff.next(), () => {
      this.#cancelRetry = undefined;
      this.#inTurn(() => this.#retry()).catch((error: unknown) => this.#report(error));
    });
  }

  async #retry(): Promise<void> {
    if (!this.#synced) {
      return;
    }
    if (this.#session?.rounds.retryUnwritten() === "restore") {
      this.#session.kernel.grace.cancel();
      this.#session = undefined;
    }
    await this.#reconcile();
    this.#options.onFailures?.(this.#failures);
  }

  /** A programming error ends the process; the next one restores from the kernel. */
  #report(error: unknown): void {
    if (!this.#stopped) {
      throw error;
    }
  }
}

function realAfter(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
