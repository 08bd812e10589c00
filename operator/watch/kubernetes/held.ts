/**
 * What of a resource has been handed to the sink, by key; and what a whole new list takes away from
 * it. Pure.
 *
 * Deletions may have been missed between two lists, so what the new list lacks is gone; unless that
 * is most of what there was: a server that came back empty would have all Services deleted. Then
 * the objects are held until a second list, made a while later, says the same.
 */

export interface HeldOptions {
  /** How long a mass deletion is held, in milliseconds; 0: it never is. */
  readonly holdMs: number;
}

/** Below this many objects any share may vanish at once. */
const GUARDED_LEAST = 20;
const GUARDED_SHARE = 0.5;

export interface ListVerdict {
  /** Keys that are gone; none while a deletion is held. */
  readonly gone: readonly string[];
  /** How many deletions are held. */
  readonly held: number;
  /** When another list is due, on the caller's clock; undefined: none is. */
  readonly until: number | undefined;
}

export class Held {
  readonly #holdMs: number;
  readonly #keys = new Set<string>();
  /** Of the list that is being read; undefined: none is. */
  #seen: Set<string> | undefined;
  /** How many objects there were when the list began. */
  #before = 0;
  #until: number | undefined;

  constructor(options: HeldOptions) {
    this.#holdMs = options.holdMs;
  }

  get size(): number {
    return this.#keys.size;
  }

  beginList(): void {
    this.#seen = new Set();
    this.#before = this.#keys.size;
  }

  /** The object is there: an event or a list says so. */
  present(key: string): void {
    this.#keys.add(key);
    this.#seen?.add(key);
  }

  /** An event says that the object is gone; false where it was not known. */
  gone(key: string): boolean {
    this.#seen?.delete(key);
    return this.#keys.delete(key);
  }

  /** The list is complete: what it lacked. Keys in `gone` are no longer held. */
  endList(now: number): ListVerdict {
    const seen = this.#seen ?? new Set();
    this.#seen = undefined;
    const gone = [...this.#keys].filter((key) => !seen.has(key));
    if (this.#isMass(gone.length)) {
      this.#until ??= now + this.#holdMs;
      if (now < this.#until) return { gone: [], held: gone.length, until: this.#until };
    }
    this.#until = undefined;
    for (const key of gone) this.#keys.delete(key);
    return { gone, held: 0, until: undefined };
  }

  #isMass(gone: number): boolean {
    if (this.#holdMs === 0 || this.#before < GUARDED_LEAST) return false;
    return gone > this.#before * GUARDED_SHARE;
  }
}
