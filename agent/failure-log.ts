/**
 * Says in the log which failures are new and which are gone: each once, by name, however long it
 * stays.
 */
import type { Logger } from "../lib/log.ts";
import type { Failure } from "../lib/model/failure.ts";

/** More in one round are counted, not named: `leat status -o json` names them all. */
const NAMED_MAX = 20;

export class FailureLog {
  readonly #log: Logger;
  #known: ReadonlyMap<string, Failure> = new Map();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** All failures of a round. */
  note(failures: readonly Failure[]): void {
    const now = new Map(failures.map((failure) => [identity(failure), failure]));
    const known = this.#known;
    this.#known = now;
    const appeared = [...now].filter(([id]) => !known.has(id));
    const gone = [...known].filter(([id]) => !now.has(id));
    for (const [, { table, key, code, message }] of appeared.slice(0, NAMED_MAX)) {
      this.#log.warn({ table, key, code, reason: message }, "not programmed as it asks");
    }
    for (const [, { table, key, code }] of gone.slice(0, NAMED_MAX)) {
      this.#log.info({ table, key, code }, "programmed as it asks again");
    }
    const unnamed = rest(appeared.length) + rest(gone.length);
    if (unnamed > 0) {
      this.#log.warn({ unnamed, failures: now.size }, "more failures came or went than are named");
    }
  }
}

function rest(count: number): number {
  return Math.max(0, count - NAMED_MAX);
}

function identity(failure: Failure): string {
  return `${failure.table} ${failure.key} ${failure.code}`;
}
