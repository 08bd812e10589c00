/** One JSON value a line, from any stream. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Calls back for each line that holds a value; a line that is no JSON throws out of the stream's
 * event.
 */
export function onJsonLines(stream: Readable, take: (value: unknown) => void): void {
  createInterface({ input: stream }).on("line", (line) => {
    if (line.trim() !== "") take(JSON.parse(line));
  });
}
