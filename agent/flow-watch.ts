/**
 * Counts the tracked flows at an interval and warns when their tables fill, since the oldest flows
 * are lost then.
 */
import type { Logger } from "../lib/log.ts";
import type { MapUse } from "./pressure.ts";
import { Pressure } from "./pressure.ts";

export interface FlowWatchOptions<Use extends MapUse> {
  /** Resolves with no counts where the tables are not open. */
  readonly count: (isStopped: () => boolean) => Promise<readonly Use[]>;
  readonly intervalMs: number;
  readonly log: Logger;
}

export class FlowWatch<Use extends MapUse> {
  readonly #options: FlowWatchOptions<Use>;
  readonly #pressure: Pressure;
  #uses: readonly Use[] = [];
  #timer: NodeJS.Timeout | undefined;
  #counting: Promise<void> | undefined;
  #stopped = false;

  constructor(options: FlowWatchOptions<Use>) {
    this.#options = options;
    this.#pressure = new Pressure(options.log);
  }

  /** As of the last count. */
  get uses(): readonly Use[] {
    return this.#uses;
  }

  start(): void {
    this.#begin();
    this.#timer = setInterval(() => this.#begin(), this.#options.intervalMs);
  }

  /** Resolves when no descriptor is used any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#counting;
  }

  /** One count at a time; one that fails is told and tried again at the next interval. */
  #begin(): void {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
  }

  async #count(): Promise<void> {
    const { count, log } = this.#options;
    try {
      this.#uses = await count(() => this.#stopped);
      this.#pressure.note(this.#uses);
    } catch (error) {
      log.warn({ error }, "the tracked flows could not be counted");
    }
  }
}
