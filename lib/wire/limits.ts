/** The bounds of the stream, and the error of a message that breaks one or makes no sense. */
import { LeatError } from "../errors.ts";

/** Bytes of one message, either way. A row that does not fit is refused where it is committed. */
export const MESSAGE_BYTES_MOST = 256 * 1024;

/** A batch is closed at this size, so that one more row of common size still fits a message. */
export const BATCH_BYTES = 192 * 1024;

/** The field headers and lengths around a batch, at most. */
export const ENVELOPE_BYTES = 1024;

/** Failures that one Applied names; further ones are only counted. */
export const FAILURES_MOST = 256;

/** UTF-16 units of a failure's texts; longer ones are cut. */
export const FAILURE_TEXT_MOST = { key: 512, code: 64, message: 256 } as const;

/** Characters of an agent's name (a node's name, RFC 1123) and of the other texts of an Open. */
export const NODE_NAME_MOST = 253;
export const OPEN_TEXT_MOST = 256;

/** Refused whole: nothing of such a message is used. */
export class WireError extends LeatError<"wire-malformed" | "wire-too-large"> {}

/** The error of a message that cannot be right, in the words of the part that is wrong. */
export function malformed(what: string, cause?: unknown): WireError {
  return new WireError("wire-malformed", what, cause === undefined ? {} : { cause });
}
