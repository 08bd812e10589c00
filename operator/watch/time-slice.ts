/** Long work in slices: gives the event loop its turn whenever the budget is used up. */
import { setImmediate } from "node:timers/promises";

/** Long enough to make a turn's cost vanish, short enough for timers and sockets not to notice. */
const BUDGET_MS = 5;

export class TimeSlice {
  readonly #now: () => number;
  #since: number;

  /** `now` in milliseconds, from any origin. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Resolves at once while within the budget, else after a turn of the event loop. */
  async rest(): Promise<void> {
    if (this.#now() - this.#since < BUDGET_MS) return;
    await setImmediate();
    this.#since = this.#now();
  }
}
