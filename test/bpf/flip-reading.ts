/** The reading thread as the writer sees it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { LoadedObject } from "../../native/index.ts";
import { type ReaderOptions, readSeen, type Seen } from "./flip-words.ts";

export interface Reading {
  /** undefined while it reads. */
  readonly seen: Seen | undefined;
  readonly ended: Promise<Seen>;
  soFar(): Seen;
  stop(): void;
}

export interface ReadingOptions {
  readonly services: number;
  /** Of them, those that are always there. */
  readonly stable: number;
  /** Look-ups take turns between them. */
  readonly families: readonly (4 | 6)[];
}

/** Starts a thread that looks up through choose_many of the loaded object until it is stopped. */
export function startReader(loaded: LoadedObject, reading: ReadingOptions): Reading {
  const shared = new SharedArrayBuffer(4);
  const options: ReaderOptions = {
    ...reading,
    program: descriptor(loaded.programs, "choose_many"),
    plan: descriptor(loaded.maps, ".data.plan"),
    seen: descriptor(loaded.maps, ".data.seen"),
    stop: shared,
  };
  const worker = new Worker(join(import.meta.dirname, "flip-reader.ts"), { workerData: options });
  let seen: Seen | undefined;
  const ended = new Promise<Seen>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: Seen) => {
      seen = answer;
      resolve(answer);
    });
  });
  return {
    get seen() {
      return seen;
    },
    ended,
    soFar: () => readSeen(options.seen),
    stop: () => void Atomics.store(new Int32Array(shared), 0, 1),
  };
}

function descriptor(descriptors: Readonly<Record<string, number>>, name: string): number {
  const found = descriptors[name];
  assert.ok(found !== undefined, name);
  return found;
}
