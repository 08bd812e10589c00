/**
 * What is wrong now, by the name of the thing: each is told once when it begins, changes and ends,
 * never again at each resync. Bounded, so that a folder of nonsense costs no memory.
 */
import type { Logger } from "../lib/log.ts";

export interface Problem {
  /** As people know it: "Service shop/web", "manifest web.yaml". */
  readonly thing: string;
  readonly reasons: readonly string[];
  /** When it began, or last changed, in milliseconds since the epoch. */
  readonly since: number;
}

export interface ProblemsOptions {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Problems kept; further ones are counted and logged only. */
const PROBLEMS_MOST = 10_000;

export class Problems {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #problems = new Map<string, Problem>();
  /** All reasons that ever began. */
  told = 0;

  constructor(options: ProblemsOptions) {
    this.#log = options.log;
    this.#now = options.now;
  }

  /** What is wrong with the thing now; [] where nothing is. */
  set(thing: string, reasons: readonly string[]): void {
    const known = this.#problems.get(thing);
    if (reasons.length === 0) {
      if (known === undefined) return;
      this.#problems.delete(thing);
      this.#log.info({ thing }, "no longer a problem");
      return;
    }
    if (known !== undefined && isSameList(known.reasons, reasons)) return;
    this.told++;
    this.#log.warn({ thing, reasons }, "a problem");
    if (known === undefined && this.#problems.size >= PROBLEMS_MOST) return;
    this.#problems.set(thing, { thing, reasons, since: this.#now() });
  }

  get size(): number {
    return this.#problems.size;
  }

  /** Sorted by thing. */
  list(): Problem[] {
    return [...this.#problems.values()].sort((left, right) => (left.thing < right.thing ? -1 : 1));
  }
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}
