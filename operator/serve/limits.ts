/** The bounds of the table server; tests make them small. */

export interface ServeLimits {
  /** Connections at once; further ones are closed at once. */
  readonly connectionsMost: number;
  /** A connection without an agent on it is closed after so long, be it new or left over. */
  readonly openMs: number;
  /** An agent that takes no message for so long is dropped. */
  readonly stallMs: number;
  /**
   * Syncs sent and not yet answered; at this many an agent waits, and what it misses is
   * coalesced.
   */
  readonly unansweredMost: number;
  /** How long a stop waits for streams to end. */
  readonly stopMs: number;
}

export const SERVE_LIMITS: ServeLimits = {
  connectionsMost: 10_000,
  openMs: 5_000,
  stallMs: 60_000,
  unansweredMost: 16,
  stopMs: 1_000,
};
