/**
 * A load generator's life: options as JSON in the first argument, windows and a summary as JSON
 * lines, and an end when standard input ends: it then begins nothing more, waits for what is under
 * way, and says the summary.
 */
import { once } from "node:events";
import { Tally, WINDOW_MS, type LoadLine } from "./tally.ts";

export interface Generator {
  /** Begins no more; resolves when nothing is under way. */
  readonly stop: () => Promise<void>;
}

function say(line: LoadLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The options given to this process; the caller knows their shape. */
export function loadOptions(): unknown {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** Runs a generator to its end; the process then ends by itself. */
export async function runLoad(
  start: (tally: Tally) => Generator | Promise<Generator>,
): Promise<void> {
  const tally = new Tally();
  const generator = await start(tally);
  const print = setInterval(() => {
    for (const window of tally.closeBefore(Date.now() - WINDOW_MS)) say({ window });
  }, WINDOW_MS);
  process.stdin.resume();
  await once(process.stdin, "end");
  await generator.stop();
  clearInterval(print);
  for (const window of tally.closeBefore(Number.POSITIVE_INFINITY)) say({ window });
  say({ summary: tally.summary() });
}
