/**
 * Waits for conditions, never for times: a check is tried until it holds or the deadline names what
 * did not.
 */
import { setTimeout as delay } from "node:timers/promises";

export interface Deadline {
  /** What is awaited, for the error. */
  readonly what: string;
  /** Default 30,000: the machine may be busy. */
  readonly timeoutMs?: number;
  /** Default 20. */
  readonly intervalMs?: number;
}

/**
 * Resolves with the first answer that is neither undefined nor false. A check that throws is tried
 * again; the last error is the cause of the deadline's.
 */
export async function eventually<T>(
  deadline: Deadline,
  check: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + (deadline.timeoutMs ?? 30_000);
  let cause: unknown;
  for (;;) {
    try {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= end) throw new Error(`not seen in time: ${deadline.what}`, { cause });
    await delay(deadline.intervalMs ?? 20);
  }
}

/** Rejects when the promise is not settled in time. */
export async function within<T>(deadline: Deadline, promise: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const timeoutMs = deadline.timeoutMs ?? 30_000;
  const late = delay(timeoutMs, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`not done within ${timeoutMs} ms: ${deadline.what}`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}
