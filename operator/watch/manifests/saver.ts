/**
 * Writes last good states behind the work: the newest of each file, one after another, never in
 * anyone's way.
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
  #writing: Promise<void> = Promise.resolve();
  #isOpen = false;

  constructor(store: LastGood, tell: (reasons: readonly string[]) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  async open(): Promise<void> {
    if (this.#isOpen) return;
    await this.#attempt(() => this.#store.open());
    this.#isOpen = true;
  }

  save(file: string, bytes: Buffer): void {
    this.#put(file, bytes);
  }

  forget(file: string): void {
    this.#put(file, undefined);
  }

  async retain(files: readonly string[]): Promise<void> {
    await this.#attempt(() => this.#store.retain(files));
  }

  /** Writes what is due. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  #put(file: string, bytes: Buffer | undefined): void {
    this.#due.set(file, bytes);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, DELAY_MS);
  }

  #write(): void {
    this.#writing = this.#writing.then(() => this.#attempt(() => this.#writeDue()));
  }

  async #writeDue(): Promise<void> {
    for (const [file, bytes] of [...this.#due]) {
      this.#due.delete(file);
      if (bytes === undefined) await this.#store.remove(file);
      else await this.#store.save(file, bytes);
    }
  }

  /** What fails is told and goes without: the disk is a hint only. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#tell([]);
    } catch (error) {
      this.#tell([`cannot be kept: ${errorText(error)}`]);
    }
  }
}
