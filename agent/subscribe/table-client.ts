/**
 * Follows the operator's tables: opens a stream from where the last one ended, hands on each
 * consistent state, answers what was applied, and comes back with back-off for as long as it
 * runs. No partial state ever leaves it.
 */
import { status as grpcStatus } from "@grpc/grpc-js";

import type { Delay } from "../../lib/backoff.ts";
import { Backoff, delay as realDelay } from "../../lib/backoff.ts";
import { errorText } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { Change, Tables } from "../../lib/model/change.ts";
import type { Failure } from "../../lib/model/failure.ts";
import type { SettingsRow } from "../../lib/model/rows.ts";
import { SETTINGS_KEY } from "../../lib/model/rows.ts";
import { decodeWord } from "../../lib/wire/decode.ts";
import { encodeApplied, encodeOpen } from "../../lib/wire/encode.ts";
import { WireError } from "../../lib/wire/limits.ts";
import type { Open, Word } from "../../lib/wire/words.ts";
import { Replica, ReplicaError } from "./replica.ts";
import { OperatorStream } from "./stream.ts";

/** One consistent state of the cluster, and what leads to it from the state before. */
export interface SyncEvent {
  /** Only rows that differ; at the first Sync every row. */
  readonly changes: readonly Change[];
  /** Live: changed in place by the next Sync, which waits for onSync. */
  readonly tables: Tables;
  readonly revision: number;
  /** The first one of this process. */
  readonly first: boolean;
  readonly settings: SettingsRow | undefined;
}

export interface TableClientOptions {
  /** "unix:/PATH" or "HOST:PORT". */
  readonly address: string;
  /** The node's name. */
  readonly node: string;
  readonly version: string;
  /**
   * Applies a state and answers all that could not be applied. An error that it throws ends the
   * process.
   */
  readonly onSync: (sync: SyncEvent) => Promise<readonly Failure[]>;
  readonly log: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly delay?: Delay;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export type ClientState = "stopped" | "waiting" | "connecting" | "receiving" | "synced";

export interface ClientStatus {
  readonly state: ClientState;
  /**
   * When the stream came up or was lost, in milliseconds since the epoch; undefined before
   * either.
   */
  readonly changedAt: number | undefined;
  readonly operator: string;
  readonly epoch: string;
  readonly revision: number;
  readonly contentHash: bigint;
  /** Milliseconds since the epoch; undefined before the first Sync. */
  readonly lastSyncAt: number | undefined;
  /** Streams opened. */
  readonly opened: number;
  /** States refused because they were not consistent, or messages that were malformed. */
  readonly refused: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  /** Rows and keys of deleted rows. */
  readonly rowsReceived: number;
  /** Why the last stream ended; "" before any did. */
  readonly lastError: string;
}

/**
 * While the operator is away an attempt costs next to nothing, and its return should be noticed
 * at once.
 */
const AWAY = { firstMs: 50, mostMs: 800 };
/** After a refusal, by either side, trying again at once would repeat it. */
const REFUSED = { firstMs: 1_000, mostMs: 30_000 };
/** A connection that has not brought a message by then is given up. */
const FIRST_MESSAGE_MS = 20_000;
/** A stream that lived so long shows that all is well: the next failure is a new one. */
const STEADY_MS = 5_000;

/** States in which the operator's messages come. */
const UP: ReadonlySet<ClientState> = new Set(["receiving", "synced"]);

const REFUSALS: ReadonlySet<unknown> = new Set([
  grpcStatus.INVALID_ARGUMENT,
  grpcStatus.RESOURCE_EXHAUSTED,
  grpcStatus.ABORTED,
  grpcStatus.UNIMPLEMENTED,
  grpcStatus.PERMISSION_DENIED,
  grpcStatus.UNAUTHENTICATED,
]);

export function createTableClient(options: TableClientOptions): TableClient {
  return new TableClient(options);
}

export class TableClient {
  readonly #options: TableClientOptions;
  readonly #delay: Delay;
  readonly #now: () => number;
  readonly #replica = new Replica();
  readonly #away: Backoff;
  readonly #refusals: Backoff;
  readonly #stopping = new AbortController();
  readonly #counts = { opened: 0, refused: 0, messages: 0, bytes: 0, rows: 0 };
  #state: ClientState = "stopped";
  #changedAt: number | undefined;
  #stream: OperatorStream | undefined;
  #running: Promise<void> | undefined;
  #lastSyncAt: number | undefined;
  #lastError = "";
  /** This stream has brought a state, and none is being applied: an Applied would be true. */
  #answerable = false;
  /** Why the operator must send everything anew; "" where it need not. */
  #distrust = "";

  constructor(options: TableClientOptions) {
    this.#options = options;
    this.#delay = options.delay ?? realDelay;
    this.#now = options.now ?? Date.now;
    this.#away = new Backoff({ ...AWAY, random: options.random });
    this.#refusals = new Backoff({ ...REFUSED, random: options.random });
  }

  /** Returns at once; streams come and go until stop. */
  start(): void {
    this.#running = this.#run();
  }

  /** Waits for an onSync that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stream?.close();
    await this.#running;
  }

  /** Tells the operator of failures that changed without a Sync, e.g. because a retry succeeded. */
  report(failures: readonly Failure[]): void {
    if (this.#answerable) {
      this.#answer(failures);
    }
  }

  status(): ClientStatus {
    const { opened, refused, messages, bytes, rows } = this.#counts;
    return {
      state: this.#state,
      changedAt: this.#changedAt,
      operator: this.#options.address,
      epoch: this.#replica.epoch,
      revision: this.#replica.revision,
      contentHash: this.#replica.contentHash,
      lastSyncAt: this.#lastSyncAt,
      opened,
      refused,
      messagesReceived: messages,
      bytesReceived: bytes,
      rowsReceived: rows,
      lastError: this.#lastError,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const wait = await this.#follow();
      this.#enter("waiting");
      if (!signal.aborted) {
        await this.#delay(wait, signal).catch(() => undefined);
      }
    }
    this.#enter("stopped");
  }

  /** One stream from its opening to its end; answers how long to wait before the next. */
  async #follow(): Promise<number> {
    this.#enter("connecting");
    this.#answerable = false;
    const openedAt = this.#now();
    const stream = new OperatorStream(this.#options.address);
    this.#stream = stream;
    try {
      const states = this.#states(stream);
      for (;;) {
        const changes = await states.next().catch((error: unknown) => new Ended(error));
        if (changes instanceof Ended || changes.done === true) {
          return this.#ended(changes instanceof Ended ? changes.error : undefined, openedAt);
        }
        await this.#apply(changes.value);
      }
    } finally {
      stream.close();
      this.#stream = undefined;
      this.#replica.abandon();
    }
  }

  /** The changes that lead to each consistent state. */
  async *#states(stream: OperatorStream): AsyncGenerator<Change[], void> {
    const silent = setTimeout(() => stream.close(), FIRST_MESSAGE_MS);
    try {
      stream.send(encodeOpen(this.#open()));
      this.#counts.opened++;
      for await (const bytes of stream.messages()) {
        clearTimeout(silent);
        const word = decodeWord(bytes);
        this.#count(bytes, word);
        const changes = await this.#replica.take(word);
        if (changes !== undefined) {
          yield changes;
        }
      }
    } finally {
      clearTimeout(silent);
    }
  }

  #open(): Omit<Open, "kind"> {
    const { node, version } = this.#options;
    const { epoch, revision } = this.#replica;
    if (epoch === "" || this.#distrust !== "") {
      const refused = this.#distrust;
      return { node, version, epoch: "", revision: 0, buckets: undefined, refused };
    }
    const buckets = this.#replica.bucketDigests();
    return { node, version, epoch, revision, buckets, refused: "" };
  }

  #count(bytes: Buffer, word: Word): void {
    this.#counts.messages++;
    this.#counts.bytes += bytes.length;
    if (word.kind === "set") {
      this.#counts.rows += word.rows.length;
    } else if (word.kind === "delete") {
      this.#counts.rows += word.keys.length;
    }
    this.#enter("receiving");
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const { tables, revision } = this.#replica;
    const first = this.#lastSyncAt === undefined;
    const settings = tables.settings.get(SETTINGS_KEY);
    this.#distrust = "";
    this.#lastSyncAt = this.#now();
    this.#answerable = false;
    const failures = await this.#options.onSync({ changes, tables, revision, first, settings });
    this.#answerable = true;
    this.#enter("synced");
    this.#answer(failures);
  }

  #enter(state: ClientState): void {
    const wasUp = UP.has(this.#state);
    this.#state = state;
    if (wasUp !== UP.has(state)) {
      this.#changedAt = this.#now();
    }
  }

  #answer(failures: readonly Failure[]): void {
    const { revision, contentHash } = this.#replica;
    this.#stream?.send(encodeApplied({ revision, contentHash, failures }));
  }

  /** Logs why a stream ended and answers the delay before the next one. */
  #ended(error: unknown, openedAt: number): number {
    if (this.#now() - openedAt >= STEADY_MS) {
      this.#away.reset();
      this.#refusals.reset();
    }
    const { address, log } = this.#options;
    const reason = error === undefined ? "the operator closed the stream" : errorText(error);
    const changed = reason !== this.#lastError;
    this.#lastError = reason;
    if (error instanceof WireError || error instanceof ReplicaError) {
      this.#counts.refused++;
      this.#distrust = reason;
      log.error({ operator: address, reason }, "refused what the operator sent: asking for all");
      return this.#refusals.next();
    }
    if (changed && !this.#stopping.signal.aborted) {
      log.warn({ operator: address, reason }, "the stream ended: keeping the last state");
    }
    return isRefusal(error) ? this.#refusals.next() : this.#away.next();
  }
}

/** What a stream threw, apart from what is thrown while a state is applied. */
class Ended {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && REFUSALS.has(error.code);
}
