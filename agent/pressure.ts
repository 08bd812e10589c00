/**
 * Warns when a map fills and says when it has room again: once each, with a gap between the two
 * limits.
 */
import type { Logger } from "../lib/log.ts";

const WARN_AT = 0.8;
/** Below WARN_AT, so that a map at the limit does not flood the log. */
const CALM_AT = 0.75;

export interface MapUse {
  readonly name: string;
  readonly used: number;
  readonly capacity: number;
}

export class Pressure {
  readonly #log: Logger;
  readonly #warned = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Maps above the limit. */
  get warned(): ReadonlySet<string> {
    return this.#warned;
  }

  note(maps: readonly MapUse[]): void {
    for (const { name, used, capacity } of maps) {
      const ratio = capacity === 0 ? 0 : used / capacity;
      if (ratio >= WARN_AT && !this.#warned.has(name)) {
        this.#warned.add(name);
        this.#log.warn({ map: name, used, capacity }, "a map is more than 80 % full");
      } else if (ratio < CALM_AT && this.#warned.delete(name)) {
        this.#log.info({ map: name, used, capacity }, "a map has room again");
      }
    }
  }
}
