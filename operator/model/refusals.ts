/**
 * What of an object could not be taken, as sentences that name the field. Bounded: one absurd
 * object must not make rows, logs and answers absurd too.
 */

/** Sentences kept of one object; the rest is counted in one more. */
const SENTENCES_MOST = 16;
const SHOWN_LENGTH_MOST = 64;

export class Refusals {
  readonly #sentences: string[] = [];
  #left = 0;

  /**
   * `reason` goes on after the field and its value: `spec.externalIPs[0] "x" is not an IP address`.
   */
  add(field: string, value: string | number | undefined, reason: string): void {
    if (this.#sentences.length < SENTENCES_MOST) {
      const shown = value === undefined ? "" : ` ${shownValue(value)}`;
      this.#sentences.push(`${field}${shown} ${reason}`);
    } else {
      this.#left++;
    }
  }

  list(): readonly string[] {
    return this.#left === 0 ? this.#sentences : [...this.#sentences, `and ${this.#left} more`];
  }
}

/** The first sentences of several lists. */
export function joinRefusals(lists: readonly (readonly string[])[]): readonly string[] {
  const all = lists.flat();
  if (all.length <= SENTENCES_MOST) return all;
  return [...all.slice(0, SENTENCES_MOST), `and ${all.length - SENTENCES_MOST} more`];
}

function shownValue(value: string | number): string {
  if (typeof value === "number") return String(value);
  return JSON.stringify(value.length > SHOWN_LENGTH_MOST ? `${value.slice(0, 61)}...` : value);
}
