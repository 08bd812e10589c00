/**
 * Extents of the slots table: runs of words, taken best fit, joined with their free neighbours when
 * given back.
 *
 * Free runs are kept by size class (exact to 64 words, then four classes to a power of two), so
 * that taking and giving cost the same however many runs there are. Invariant: no two free runs
 * touch; base 0 is never given out.
 */

const EXACT_MAX = 64;
const STEPS = 4;
const BITS = 32;
const BITS_LOG2 = 5;

/**
 * The class whose runs have at least the smallest size of the class and less than that of the next.
 */
export function classOf(size: number): number {
  if (size <= EXACT_MAX) {
    return size;
  }
  const power = Math.floor(Math.log2(size));
  const step = Math.floor((size - 2 ** power) / (2 ** power / STEPS));
  return EXACT_MAX + (power - Math.log2(EXACT_MAX)) * STEPS + step;
}

const CLASSES = classOf(2 ** 31) + 1;

export interface Run {
  readonly base: number;
  readonly size: number;
}

export class Extents {
  readonly #capacity: number;
  readonly #byClass: (Set<number> | undefined)[] = Array.from({ length: CLASSES });
  /** A bit for each class that has runs. */
  readonly #classes = new Int32Array(Math.ceil(CLASSES / BITS));
  readonly #sizeByBase = new Map<number, number>();
  readonly #baseByEnd = new Map<number, number>();
  #free = 0;

  /** Words of the table; `held` are the runs in use already, none overlapping another. */
  constructor(words: number, held: readonly Run[] = []) {
    this.#capacity = Math.max(words - 1, 0);
    let base = 1;
    for (const run of [...held].sort((a, b) => a.base - b.base)) {
      this.#insert(base, run.base - base);
      base = run.base + run.size;
    }
    this.#insert(base, words - base);
  }

  /** Words that can be held at once. */
  get capacity(): number {
    return this.#capacity;
  }

  get free(): number {
    return this.#free;
  }

  /** The base of `size` words, or undefined where no free run is as long. */
  take(size: number): number | undefined {
    const base = this.#find(size);
    if (base === undefined) {
      return undefined;
    }
    const length = this.#sizeByBase.get(base) ?? 0;
    this.#remove(base, length);
    this.#insert(base + size, length - size);
    return base;
  }

  give(run: Run): void {
    let { base, size } = run;
    const before = this.#baseByEnd.get(base);
    if (before !== undefined) {
      this.#remove(before, base - before);
      size += base - before;
      base = before;
    }
    const after = this.#sizeByBase.get(base + size);
    if (after !== undefined) {
      this.#remove(base + size, after);
      size += after;
    }
    this.#insert(base, size);
  }

  #find(size: number): number | undefined {
    const own = classOf(size);
    for (const base of this.#byClass[own] ?? []) {
      if (size <= EXACT_MAX || (this.#sizeByBase.get(base) ?? 0) >= size) {
        return base;
      }
    }
    const [base] = this.#byClass[this.#classFrom(own + 1)] ?? [];
    return base;
  }

  /** The first class from this one on that has runs, or one beyond all. */
  #classFrom(first: number): number {
    let index = first >>> BITS_LOG2;
    let bits = (this.#classes[index] ?? 0) & (~0 << (first & (BITS - 1)));
    while (bits === 0 && index < this.#classes.length) {
      index++;
      bits = this.#classes[index] ?? 0;
    }
    return bits === 0 ? CLASSES : index * BITS + lowestBit(bits);
  }

  #insert(base: number, size: number): void {
    if (size <= 0) {
      return;
    }
    const index = classOf(size);
    const runs = (this.#byClass[index] ??= new Set());
    runs.add(base);
    setBit(this.#classes, index);
    this.#sizeByBase.set(base, size);
    this.#baseByEnd.set(base + size, base);
    this.#free += size;
  }

  #remove(base: number, size: number): void {
    const index = classOf(size);
    const runs = this.#byClass[index];
    runs?.delete(base);
    if (runs?.size === 0) {
      clearBit(this.#classes, index);
    }
    this.#sizeByBase.delete(base);
    this.#baseByEnd.delete(base + size);
    this.#free -= size;
  }
}

function lowestBit(bits: number): number {
  return BITS - 1 - Math.clz32(bits & -bits);
}

function setBit(words: Int32Array, index: number): void {
  words[index >>> BITS_LOG2] = (words[index >>> BITS_LOG2] ?? 0) | (1 << (index & (BITS - 1)));
}

function clearBit(words: Int32Array, index: number): void {
  words[index >>> BITS_LOG2] = (words[index >>> BITS_LOG2] ?? 0) & ~(1 << (index & (BITS - 1)));
}
