/**
 * Starts things at a rate, for load generators: so many a second on average, never more than so
 * many at once.
 */

export interface Pace {
  /** A second. */
  readonly rate: number;
  /** Called to start one; false: no more room now. */
  readonly begin: () => boolean;
  /** Told how late a tick came, in milliseconds. */
  readonly late: (milliseconds: number) => void;
}

const TICK_MS = 5;
/**
 * What a stall kept from starting is not made up for beyond so many milliseconds: a burst would be
 * another load.
 */
const CATCH_UP_MS = 50;

/** Returns what ends it. */
export function startPace({ rate, begin, late }: Pace): () => void {
  let last = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    late(now - last - TICK_MS);
    due += (Math.min(now - last, CATCH_UP_MS) * rate) / 1000;
    last = now;
    while (due >= 1) {
      if (!begin()) {
        due = 0;
        break;
      }
      due--;
    }
  }, TICK_MS);
  return () => clearInterval(timer);
}
