/**
 * Which transfer takes a reader from where it is to where the history is; each is made once for
 * all readers that need it. What is kept for others is bounded in number and bytes.
 */
import assert from "node:assert/strict";

import type { History } from "../../lib/history.ts";
import type { Open } from "../../lib/wire/words.ts";
import { Capture, deltaTransfer, joinTransfers, resetTransfer } from "./transfer.ts";
import type { Transfer } from "./transfer.ts";

/** Of all cached transfers: beyond it the least used ones are let go. */
const BYTES_MOST = 32 * 1024 * 1024;
/** Transfers cached, however small. */
const COUNT_MOST = 64;
/**
 * A capture is used again while the changes since are fewer than this, or an eighth of its rows.
 */
const STALE_CHANGES = 1_024;

export class Transfers {
  readonly #history: History;
  readonly #cache = new Map<string, Transfer>();
  #capture: Capture | undefined;

  constructor(history: History) {
    this.#history = history;
  }

  /**
   * For a reader that has just opened: the changes since where its epoch and the ring allow, else
   * a reset.
   */
  opening(open: Pick<Open, "epoch" | "revision" | "buckets">): Transfer {
    const resumes = open.epoch === this.#history.epoch && open.buckets !== undefined;
    const delta = resumes ? this.#delta(open.revision) : undefined;
    return delta ?? this.reset(open.buckets);
  }

  /** From a revision that was sent on this stream to the current one. */
  since(revision: number): Transfer {
    return this.#delta(revision) ?? this.reset(undefined);
  }

  /**
   * A reset of the buckets whose digests differ from these; of everything where there are none.
   * It leads to the current revision: an agent that starts anew may have applied that already, and
   * must not be led back to an earlier one.
   */
  reset(digests: BigUint64Array | undefined): Transfer {
    const capture = this.#freshCapture();
    const buckets = digests === undefined ? "all" : differing(capture.digests, digests);
    const reset = this.#cached(`reset ${capture.revision} ${String(buckets)}`, () =>
      resetTransfer(this.#history.epoch, capture, buckets),
    );
    const delta = this.#delta(capture.revision);
    assert(delta !== undefined, "a capture that is used is within reach of the ring");
    return joinTransfers(reset, delta);
  }

  /** Whether a reader of this transfer can go on from its end by delta. */
  leadsOn(transfer: Transfer): boolean {
    return this.#history.changeCountSince(transfer.to.revision) !== Infinity;
  }

  #delta(from: number): Transfer | undefined {
    const history = this.#history;
    if (history.changeCountSince(from) === Infinity) {
      return undefined;
    }
    return this.#cached(`delta ${from} ${history.revision}`, () => deltaTransfer(history, from));
  }

  #freshCapture(): Capture {
    const held = this.#capture;
    if (held !== undefined) {
      const stale = this.#history.changeCountSince(held.revision);
      if (stale <= Math.max(STALE_CHANGES, held.size / 8)) {
        return held;
      }
    }
    this.#capture = new Capture(this.#history);
    return this.#capture;
  }

  #cached(name: string, make: () => Transfer): Transfer {
    const held = this.#cache.get(name);
    const transfer = held ?? make();
    this.#cache.delete(name);
    if (held === undefined) {
      this.#makeRoom();
    }
    this.#cache.set(name, transfer);
    return transfer;
  }

  /** The map's order is the order of last use. */
  #makeRoom(): void {
    let bytes = 0;
    for (const transfer of this.#cache.values()) {
      bytes += transfer.bytes;
    }
    for (const [name, transfer] of this.#cache) {
      if (bytes <= BYTES_MOST && this.#cache.size < COUNT_MOST) {
        return;
      }
      this.#cache.delete(name);
      bytes -= transfer.bytes;
    }
  }
}

function differing(ours: BigUint64Array, theirs: BigUint64Array): number[] {
  const buckets: number[] = [];
  ours.forEach((digest, bucket) => {
    if (digest !== theirs[bucket]) {
      buckets.push(bucket);
    }
  });
  return buckets;
}
