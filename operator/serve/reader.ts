/**
 * One agent's stream. A reader is a revision: what it lacks is computed when it can take more,
 * never queued, so a slow one costs one message in flight, and each key it missed is sent once,
 * as it is by then.
 *
 * Order: Open, then transfer after transfer, each ending in a Sync, with Applied coming back.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { ServerDuplexStream } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";

import { errorText } from "../../lib/errors.ts";
import type { Failure } from "../../lib/model/failure.ts";
import { decodeAnswer } from "../../lib/wire/decode.ts";
import { WireError } from "../../lib/wire/limits.ts";
import type { Applied, Open } from "../../lib/wire/words.ts";
import type { ServeLimits } from "./limits.ts";
import type { ServeStats } from "./stats.ts";
import type { Transfer } from "./transfer.ts";
import type { Transfers } from "./transfers.ts";

export type Call = ServerDuplexStream<Buffer, Buffer>;

/** Why a stream ended, in words that the agent is told and the log names. */
export interface Ending {
  readonly code: status;
  readonly reason: string;
}

export interface ReaderOptions {
  readonly call: Call;
  readonly transfers: Transfers;
  /** The revision that may be sent; undefined before the first one is published. */
  readonly published: () => number | undefined;
  readonly limits: ServeLimits;
  readonly stats: ServeStats;
  readonly now: () => number;
  readonly onOpen: (reader: Reader, open: Open) => void;
  readonly onApplied: (reader: Reader, applied: Applied) => void;
  /** Called once. */
  readonly onEnd: (reader: Reader, ending: Ending) => void;
  /** The peer takes nothing more, so that no status can reach it. */
  readonly cut: () => void;
}

interface SentSync {
  readonly revision: number;
  readonly contentHash: bigint;
  readonly at: number;
}

export class Reader {
  readonly #options: ReaderOptions;
  #open: Open | undefined;
  #ending: Ending | undefined;
  /** The revision of the last Sync sent, or under way. */
  #sent = 0;
  /** Syncs sent, or under way, in order. */
  #unanswered: SentSync[] = [];
  #answered: SentSync | undefined;
  #failures: readonly Failure[] = [];
  #failuresTotal = 0;
  /** Settled by the next thing that this reader may be waiting for, and by its end. */
  #signal = Promise.withResolvers<void>();
  #writing = Promise.withResolvers<void>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    const { call } = options;
    call.on("data", (bytes: Buffer) => this.#take(bytes));
    call.on("end", () => this.end({ code: status.OK, reason: "the agent closed the stream" }));
    for (const event of ["cancelled", "close", "error"]) {
      call.on(event, () => this.end({ code: status.CANCELLED, reason: "the stream was lost" }));
    }
  }

  /** Undefined before the Open. */
  get open(): Open | undefined {
    return this.#open;
  }

  get sent(): number {
    return this.#sent;
  }

  /** The last revision that the agent said it applied; 0 before the first. */
  get applied(): number {
    return this.#answered?.revision ?? 0;
  }

  /** When the oldest Sync that is not answered yet was sent. */
  get waitingSince(): number | undefined {
    return this.#unanswered[0]?.at;
  }

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  get failuresTotal(): number {
    return this.#failuresTotal;
  }

  /** Something was published. */
  wake(): void {
    this.#signal.resolve();
    this.#signal = Promise.withResolvers<void>();
  }

  /** Ends the stream with a status; only the first call counts. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) {
      return;
    }
    this.#ending = ending;
    const { call, onEnd } = this.#options;
    if (ending.code === status.OK) {
      call.end();
    } else if (!call.cancelled && !call.destroyed) {
      call.emit("error", { code: ending.code, details: ending.reason });
    }
    this.#writing.resolve();
    this.wake();
    onEnd(this, ending);
  }

  #take(bytes: Buffer): void {
    if (this.#ending !== undefined) {
      return;
    }
    try {
      const answer = decodeAnswer(bytes);
      if (answer.kind === "open") {
        this.#begin(answer);
      } else if (answer.kind === "applied") {
        this.#confirm(answer);
      }
    } catch (error) {
      if (!(error instanceof WireError)) {
        throw error;
      }
      this.#options.stats.malformed++;
      this.end({ code: status.INVALID_ARGUMENT, reason: errorText(error) });
    }
  }

  #begin(open: Open): void {
    if (this.#open !== undefined) {
      throw new WireError("wire-malformed", "Open was sent twice");
    }
    this.#open = open;
    this.#options.onOpen(this, open);
    void this.#serve(open);
  }

  #confirm(applied: Applied): void {
    const { revision, contentHash } = applied;
    const sync = [this.#answered, ...this.#unanswered].find((sent) => sent?.revision === revision);
    if (sync?.contentHash !== contentHash) {
      const what = sync === undefined ? "was not sent" : "has another content hash";
      throw new WireError("wire-malformed", `Applied: revision ${revision} ${what}`);
    }
    this.#answered = sync;
    this.#unanswered = this.#unanswered.filter((sent) => sent.revision > revision);
    this.#failures = applied.failures;
    this.#failuresTotal = applied.failuresTotal;
    this.wake();
    this.#options.onApplied(this, applied);
  }

  async #serve(open: Open): Promise<void> {
    const { transfers, published } = this.#options;
    try {
      await this.#until(() => published() !== undefined);
      let next = () => transfers.opening(open);
      while (this.#ending === undefined) {
        const transfer = next();
        const whole = await this.#send(transfer);
        next = () => (whole ? transfers.since(transfer.to.revision) : transfers.reset(undefined));
        await this.#until(() => !whole || (this.#lacks() && this.#mayGoOn()));
      }
    } catch (error) {
      this.end({ code: status.INTERNAL, reason: errorText(error) });
    }
  }

  #lacks(): boolean {
    return this.#options.published() !== this.#sent;
  }

  #mayGoOn(): boolean {
    return this.#unanswered.length < this.#options.limits.unansweredMost;
  }

  /**
   * False where the ring has left the transfer's end behind, so that finishing it would lead
   * nowhere.
   */
  async #send(transfer: Transfer): Promise<boolean> {
    const { stats, transfers, now } = this.#options;
    const { revision, contentHash } = transfer.to;
    stats.transfers[transfer.kind]++;
    this.#sent = revision;
    this.#unanswered.push({ revision, contentHash, at: now() });
    let position = 0;
    while (this.#ending === undefined) {
      const message = transfer.message(position);
      if (message === "end") {
        return true;
      }
      if (!transfers.leadsOn(transfer)) {
        this.#unanswered.pop();
        return false;
      }
      if (message === "pause") {
        await nextTurn();
      } else {
        await this.#write(message);
        position++;
      }
    }
    return false;
  }

  /** Resolves when the connection has taken the message: no second one is queued before that. */
  async #write(message: Buffer): Promise<void> {
    const { call, limits, stats } = this.#options;
    this.#writing = Promise.withResolvers();
    const { promise, resolve } = this.#writing;
    const stalled = setTimeout(() => this.#drop(), limits.stallMs);
    try {
      call.write(message, () => resolve());
      await promise;
    } finally {
      clearTimeout(stalled);
    }
    stats.messagesSent++;
    stats.bytesSent += message.length;
  }

  #drop(): void {
    const { limits, stats, cut } = this.#options;
    stats.stalled++;
    const reason = `the agent took nothing for ${limits.stallMs} ms`;
    this.end({ code: status.DEADLINE_EXCEEDED, reason });
    cut();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#ending === undefined && !condition()) {
      await this.#signal.promise;
    }
  }
}
