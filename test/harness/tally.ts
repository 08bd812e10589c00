/**
 * What a load generator counts, and the lines that it prints: a window of time each, by when its
 * requests began, and a summary at the end. Every error is counted under its code; the first ones
 * are kept whole.
 */
import { createHistogram } from "node:perf_hooks";

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** Requests that began in a window and have ended. */
export interface Window {
  /** Milliseconds since 1970 at which the window began. */
  readonly at: number;
  readonly ok: number;
  readonly failed: number;
  /** Answers by the server's name. */
  readonly servers: Readonly<Record<string, number>>;
}

export interface Failed {
  readonly at: number;
  readonly code: string;
  readonly detail: string;
  readonly target: string;
  readonly tookMs: number;
}

export interface Summary {
  readonly ok: number;
  readonly failed: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly errors: readonly Failed[];
  readonly servers: Readonly<Record<string, number>>;
  /** Answers that took longer than a first retransmission's second. */
  readonly slow: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the generator itself: how late its own timers were, at most. */
  readonly stalledMs: number;
}

export type LoadLine = { readonly window: Window } | { readonly summary: Summary };

export const WINDOW_MS = 100;

const ERRORS_KEPT_MAX = 100;
const SLOW_MS = 900;
/**
 * Requests may end so many windows after the one that they began in, and are still counted there.
 */
const OPEN_WINDOWS_MAX = 300;

interface OpenWindow {
  ok: number;
  failed: number;
  servers: Record<string, number>;
}

function milliseconds(microseconds: number): number {
  return Math.round(microseconds / 100) / 10;
}

export class Tally {
  readonly #open = new Map<number, OpenWindow>();
  readonly #latency = createHistogram();
  readonly #errors: Failed[] = [];
  readonly #codes: Record<string, number> = {};
  readonly #servers: Record<string, number> = {};
  #ok = 0;
  #failed = 0;
  #slow = 0;
  #stalledMs = 0;

  ok(at: number, server: string): void {
    const tookMs = Date.now() - at;
    this.#latency.record(Math.max(1, Math.round(tookMs * 1000)));
    if (tookMs > SLOW_MS) this.#slow++;
    this.#ok++;
    this.#servers[server] = (this.#servers[server] ?? 0) + 1;
    const window = this.#window(at);
    window.ok++;
    window.servers[server] = (window.servers[server] ?? 0) + 1;
  }

  fail(at: number, target: Target, error: unknown): void {
    const { code = "ERROR", message } = error as NodeJS.ErrnoException;
    this.#failed++;
    this.#codes[code] = (this.#codes[code] ?? 0) + 1;
    this.#window(at).failed++;
    if (this.#errors.length >= ERRORS_KEPT_MAX) return;
    const where = `${target.address} ${target.port}`;
    this.#errors.push({ at, code, detail: message, target: where, tookMs: Date.now() - at });
  }

  /** The generator's own timer came so late. */
  stalled(milliseconds: number): void {
    this.#stalledMs = Math.max(this.#stalledMs, milliseconds);
  }

  /** Takes the windows out that began before a time, oldest first. */
  closeBefore(time: number): Window[] {
    const closed = [...this.#open].filter(([at]) => at + WINDOW_MS <= time);
    for (const [at] of closed) this.#open.delete(at);
    return closed.toSorted(([a], [b]) => a - b).map(([at, window]) => ({ at, ...window }));
  }

  summary(): Summary {
    return {
      ok: this.#ok,
      failed: this.#failed,
      codes: this.#codes,
      errors: this.#errors,
      servers: this.#servers,
      slow: this.#slow,
      p50Ms: milliseconds(this.#latency.percentile(50)),
      p99Ms: milliseconds(this.#latency.percentile(99)),
      maxMs: this.#ok === 0 ? 0 : milliseconds(this.#latency.max),
      stalledMs: Math.round(this.#stalledMs),
    };
  }

  #window(time: number): OpenWindow {
    const at = Math.floor(time / WINDOW_MS) * WINDOW_MS;
    let window = this.#open.get(at);
    if (window === undefined) {
      window = { ok: 0, failed: 0, servers: {} };
      this.#open.set(at, window);
      if (this.#open.size > OPEN_WINDOWS_MAX) throw new Error("windows are not taken out");
    }
    return window;
  }
}
