/**
 * Ids of one table: states or backend cells. 0 is never given out, so that zeroed memory names
 * nothing.
 *
 * The id that has been free for the longest goes first. Invariant: an id is either held or free,
 * once.
 */

export class Ids {
  readonly #capacity: number;
  #freed: number[] = [];
  #head = 0;
  #next: number;

  /** Elements of the table, 0 included; `held` are the ids in use already. */
  constructor(elements: number, held: Iterable<number> = []) {
    this.#capacity = Math.max(elements - 1, 0);
    const taken = new Set(held);
    this.#next = 1;
    for (const id of taken) {
      this.#next = Math.max(this.#next, id + 1);
    }
    for (let id = 1; id < this.#next; id++) {
      if (!taken.has(id)) {
        this.#freed.push(id);
      }
    }
  }

  /** Ids that can be held at once. */
  get capacity(): number {
    return this.#capacity;
  }

  get free(): number {
    return this.#freed.length - this.#head + this.#capacity - (this.#next - 1);
  }

  /** Undefined when none is free. */
  take(): number | undefined {
    const freed = this.#freed[this.#head];
    if (freed !== undefined) {
      this.#head++;
      this.#compact();
      return freed;
    }
    return this.#next <= this.#capacity ? this.#next++ : undefined;
  }

  give(id: number): void {
    this.#freed.push(id);
  }

  #compact(): void {
    if (this.#head > 1024 && this.#head * 2 > this.#freed.length) {
      this.#freed = this.#freed.slice(this.#head);
      this.#head = 0;
    }
  }
}
