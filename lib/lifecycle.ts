/**
 * The parts of a process, started in order and stopped in reverse; and the rules of its end:
 * SIGTERM and SIGINT stop it gracefully (exit 0), an unhandled rejection or exception ends it at
 * once (exit 1).
 */
import { LeatError } from "./errors.ts";
import type { Logger } from "./log.ts";

export interface Part {
  readonly name: string;
  start?(): Promise<void> | void;
  stop?(): Promise<void> | void;
}

export interface LifecycleOptions {
  readonly log: Logger;
  /** How long one part may take to stop before it is left behind. */
  readonly stopMsMost?: number;
}

const STOP_MS_MOST = 10_000;

export class Lifecycle {
  readonly #log: Logger;
  readonly #stopMsMost: number;
  readonly #parts: Part[] = [];
  #started: Part[] = [];

  constructor(options: LifecycleOptions) {
    this.#log = options.log;
    this.#stopMsMost = options.stopMsMost ?? STOP_MS_MOST;
  }

  /** Parts start in the order in which they were added. */
  add(part: Part): void {
    this.#parts.push(part);
  }

  /** Where a part fails to start, those before it are stopped and its error is thrown. */
  async start(): Promise<void> {
    for (const part of this.#parts) {
      try {
        await part.start?.();
      } catch (error) {
        await this.stop();
        throw new LeatError("start-failed", `${part.name} did not start`, { cause: error });
      }
      this.#started.push(part);
    }
  }

  /** Never throws: a part that fails or takes too long is logged and the next one is stopped. */
  async stop(): Promise<void> {
    const parts = this.#started.toReversed();
    this.#started = [];
    for (const part of parts) {
      try {
        await within(this.#stopMsMost, Promise.resolve(part.stop?.()));
      } catch (error) {
        this.#log.error({ part: part.name, error }, "a part did not stop");
      }
    }
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new LeatError("stop-late", `not stopped after ${milliseconds} ms`));
  }, milliseconds);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is needed of `process`. */
export interface HostProcess {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
}

/**
 * Starts the parts and ties them to the process until it ends. A second signal ends it at once
 * (exit 1).
 */
export async function runProcess(
  lifecycle: Lifecycle,
  options: { readonly log: Logger; readonly host?: HostProcess },
): Promise<void> {
  const { log, host = process } = options;
  const fatal = (kind: string) => (error: unknown) => {
    log.error({ error, kind }, "ending: an error that nobody handled");
    host.exit(1);
  };
  host.on("unhandledRejection", fatal("unhandledRejection"));
  host.on("uncaughtException", fatal("uncaughtException"));
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) {
      host.exit(1);
      return;
    }
    stopping = true;
    log.info({ signal }, "stopping");
    await lifecycle.stop();
    host.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"]) {
    host.on(signal, () => void stop(signal));
  }
  try {
    await lifecycle.start();
  } catch (error) {
    log.error({ error }, "not started");
    host.exit(1);
  }
}
