/**
 * Exponential back-off with jitter. The clock and the randomness are given, so that tests need no
 * waiting.
 */
import { setTimeout as timeout } from "node:timers/promises";

export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. */
  readonly firstMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly mostMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Resolves after the delay; rejects with the signal's reason as soon as it is aborted. */
export type Delay = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** The real clock. */
export const delay: Delay = async (milliseconds, signal) => {
  await timeout(milliseconds, undefined, signal === undefined ? {} : { signal });
};

/** Delays that double from firstMs to mostMs; each is drawn from the upper half of its bound. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * The next delay in milliseconds, never below atLeastMs (what a peer asked for by Retry-After).
   */
  next(atLeastMs = 0): number {
    const { firstMs, mostMs, random } = this.#options;
    const bound = Math.min(firstMs * 2 ** this.#failures, mostMs);
    this.#failures = Math.min(this.#failures + 1, 64);
    return Math.max(Math.round(bound * (0.5 + random() / 2)), atLeastMs);
  }

  reset(): void {
    this.#failures = 0;
  }
}
