/**
 * Reads an answer's body through the scanner: pieces as they come, the event loop not held up,
 * quiet ends noticed.
 */
import type { IncomingMessage } from "node:http";
import { JsonScanner, ScanError, type ScanSink } from "../json-scanner.ts";
import type { Fields } from "../shape.ts";
import { TimeSlice } from "../time-slice.ts";
import { requestError } from "./api.ts";
import { ApiError } from "./api-error.ts";

export interface BodySink extends ScanSink {
  /** All values of a piece have been given; it had this many bytes. */
  piece(bytes: number): void;
}

/**
 * Resolves when the body is complete; throws an ApiError where it breaks, is cut off or is not
 * JSON.
 */
export async function readBody(body: IncomingMessage, sink: BodySink): Promise<void> {
  const scanner = new JsonScanner(sink);
  const slice = new TimeSlice();
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      scanner.write(piece);
      sink.piece(piece.length);
      await slice.rest();
    }
    scanner.end();
  } catch (error) {
    if (error instanceof ScanError) throw new ApiError("malformed", answerText(error.message));
    throw requestError(error);
  }
}

/** The text as an object; throws an ApiError. */
export function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ApiError("malformed", answerText("not JSON"), { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new ApiError("malformed", answerText("no object"));
}

/** The text under nested names, "" where there is none. */
export function textAt(fields: Fields, ...names: readonly string[]): string {
  let value: unknown = fields;
  for (const name of names) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Fields)[name];
  }
  return typeof value === "string" ? value : "";
}

function answerText(what: string): string {
  return `the API server's answer cannot be read: ${what}`;
}
