/**
 * The grace period: what was unlinked rests until a fence that began afterwards has passed, and is
 * then released.
 *
 * One fence at a time; all that comes to rest while one is under way waits for the next.
 */
import type { Family } from "../../lib/model/rows.ts";
import type { HeldRun, HeldState } from "./ledger.ts";

export interface CellRef {
  readonly family: Family;
  readonly id: number;
}

export interface Resting {
  readonly runs?: readonly HeldRun[];
  readonly cells?: readonly CellRef[];
  /** Ids of states that no frontend names. */
  readonly states?: readonly number[];
  /** A state that has lost a frontend. */
  readonly withdrawn?: HeldState;
  /** States that have a new owner, whose counting is to begin. */
  readonly recounts?: readonly HeldState[];
}

export interface GraceOptions {
  readonly fence: () => Promise<void>;
  readonly release: (resting: Resting) => Promise<void>;
  /** A fence or a release failed: nothing is released any more. */
  readonly onError: (error: unknown) => void;
}

export class Grace {
  readonly #options: GraceOptions;
  #resting: Resting[] = [];
  #running: Promise<void> | undefined;
  #cancelled = false;
  #error: unknown;

  constructor(options: GraceOptions) {
    this.#options = options;
  }

  rest(resting: Resting): void {
    this.#resting.push(resting);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing rests. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) {
      await this.#running;
    }
  }

  /** What a fence or a release has failed with. */
  get error(): unknown {
    return this.#error;
  }

  /** Releases nothing any more. */
  cancel(): void {
    this.#cancelled = true;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#resting.length > 0 && !this.#cancelled) {
        await this.#pass(this.#resting.splice(0));
      }
    } catch (error) {
      this.#cancelled = true;
      this.#error = error;
      this.#options.onError(error);
    } finally {
      this.#running = undefined;
    }
  }

  async #pass(batch: readonly Resting[]): Promise<void> {
    await this.#options.fence();
    for (const resting of batch) {
      if (this.#cancelled) {
        return;
      }
      await this.#options.release(resting);
    }
  }
}
