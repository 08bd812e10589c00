/**
 * Which server a request may be answered by: one that was a backend at some moment between the
 * request's begin and end, or shortly before. Pure: windows of a load and the history of a service
 * in, violations out.
 */
import { WINDOW_MS, type Window } from "./tally.ts";

/** From a time on, these servers are the backends. */
export interface Epoch {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly servers: ReadonlySet<string>;
}

export interface Violation {
  readonly at: number;
  readonly server: string;
  readonly answers: number;
  /** How long before the window began the server had last been a backend; Infinity: never. */
  readonly staleMs: number;
}

/**
 * Epochs are in order of time. Answers of a server that is a backend within `graceMs` after the
 * window are legal.
 */
function staleness(
  window: Window,
  server: string,
  epochs: readonly Epoch[],
  graceMs: number,
): number {
  let stale = Number.POSITIVE_INFINITY;
  for (const [index, epoch] of epochs.entries()) {
    if (!epoch.servers.has(server) || epoch.at > window.at + WINDOW_MS + graceMs) continue;
    const end = epochs[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    stale = Math.min(stale, Math.max(0, window.at - end));
  }
  return stale;
}

/**
 * Answers of servers that had ceased to be backends for longer than graceMs before the request
 * began.
 */
export function violations(
  windows: readonly Window[],
  epochs: readonly Epoch[],
  graceMs: number,
): Violation[] {
  return windows.flatMap((window) =>
    Object.entries(window.servers)
      .map(([server, answers]) => {
        const staleMs = staleness(window, server, epochs, graceMs);
        return { at: window.at, server, answers, staleMs };
      })
      .filter(({ staleMs }) => staleMs > graceMs),
  );
}

/** The longest that any answer's server had ceased to be a backend, in milliseconds. */
export function worstStaleness(windows: readonly Window[], epochs: readonly Epoch[]): number {
  const stale = violations(windows, epochs, 0).map(({ staleMs }) => staleMs);
  return Math.max(0, ...stale);
}
