/** Ends what has gone quiet: fires unless `least` has come within each window. */

export interface WatchdogOptions {
  readonly windowMs: number;
  /** Units (bytes, events) that make the window begin anew. */
  readonly least: number;
  readonly onQuiet: () => void;
}

export class Watchdog {
  readonly #least: number;
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(options: WatchdogOptions) {
    this.#least = options.least;
    this.#timer = setTimeout(options.onQuiet, options.windowMs);
  }

  add(units: number): void {
    this.#count += units;
    if (this.#count < this.#least) return;
    this.#count = 0;
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
