/** What the bench and its process say to each other, by structured clone: bytes stay bytes. */

/** One run of a program. */
export interface Run {
  readonly program: string;
  readonly data: Uint8Array;
  /** struct __sk_buff */
  readonly context: Uint8Array;
  /** Default 1. */
  readonly repeat?: number;
}

export interface RunAnswer {
  /** What the program returned, signed. */
  readonly verdict: number;
  readonly data: Uint8Array;
  readonly durationNs: number;
}

export interface Element {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Each word with what it is answered. */
export interface Words {
  load: {
    ask: {
      readonly object: string;
      readonly globals: Readonly<Record<string, Uint8Array>>;
      readonly maxEntries: Readonly<Record<string, number>>;
    };
    answer: undefined;
  };
  run: { ask: { readonly runs: readonly Run[] }; answer: RunAnswer[] };
  update: { ask: Element & { readonly map: string }; answer: undefined };
  lookup: {
    ask: { readonly map: string; readonly key: Uint8Array };
    answer: Uint8Array | undefined;
  };
  delete: { ask: { readonly map: string; readonly key: Uint8Array }; answer: boolean };
  dump: { ask: { readonly map: string }; answer: Element[] };
  /** Deletes every element of a hash. */
  clear: { ask: { readonly map: string }; answer: undefined };
}

export type Word = keyof Words;

export type Ask = {
  [W in Word]: { readonly id: number; readonly word: W } & Words[W]["ask"];
}[Word];

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
