/**
 * Writes last good states behind the work: the newest of each file, one after another, never in
 * anyone's way. What fails is told, and tried again with the next one.
 */
import { errorText } from "../../../lib/errors.ts";
import type { LastGood } from "./last-good.ts";

/** Changes that follow each other closely are written once. */
const DELAY_MS = 500;

export class Saver {
  readonly #store: LastGood;
  readonly #tell: (reasons: readonly string[]) => void;
  /** Bytes to save; undefined: to be removed. */
  readonly #due = new Map<string, Buffer | undefined>();
  #timer: NodeJS.Timeout | undefined;
  /** All work on the store, one after another. */
  #working: Promise<void> = Promise.resolve();

  constructor(store: LastGood, tell: (reasons: readonly string[]) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  save(file: string, bytes: Buffer): void {
    this.#put(file, bytes);
  }

  forget(file: string): void {
    this.#put(file, undefined);
  }

  /** Removes what is kept of any other file. */
  retain(files: readonly string[]): void {
    this.#work(() => this.#store.retain(files));
  }

  /** Resolves when what is due is written. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#work(() => this.#writeDue());
    await this.#working;
  }

  #put(file: string, bytes: Buffer | undefined): void {
    this.#due.set(file, bytes);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work(() => this.#writeDue());
    }, DELAY_MS);
  }

  async #writeDue(): Promise<void> {
    for (const [file, bytes] of [...this.#due]) {
      if (bytes === undefined) await this.#store.remove(file);
      else await this.#store.save(file, bytes);
      if (this.#due.get(file) === bytes) this.#due.delete(file);
    }
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#after(this.#working, work);
  }

  async #after(earlier: Promise<void>, work: () => Promise<void>): Promise<void> {
    await earlier;
    try {
      await this.#store.open();
      await work();
      this.#tell([]);
    } catch (error) {
      this.#tell([`cannot be kept: ${errorText(error)}`]);
    }
  }
}
