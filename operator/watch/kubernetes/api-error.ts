/**
 * What went wrong with a request to the API server, in the codes that the reflector acts on.
 * `expired` asks for a new list; all else is waited out, with what is known kept.
 */
import { LeatError } from "../../../lib/errors.ts";

export type ApiErrorCode =
  /** No connection, or it broke. */
  | "unreachable"
  /** Nothing, or next to nothing, came for too long. */
  | "stalled"
  /** An answer that is no Kubernetes JSON, or is cut off. */
  | "malformed"
  /** 410: the resourceVersion or the continue token is too old. */
  | "expired"
  /**
   * A resourceVersion below one seen before: the server has lost state, or sent events out of
   * order.
   */
  | "backwards"
  /** 400 or 422 to a request for a streamed list: the server cannot do it. */
  | "unsupported"
  /** 401 or 403. */
  | "forbidden"
  /** 429. */
  | "throttled"
  /** Any other status. */
  | "status";

export class ApiError extends LeatError<ApiErrorCode> {
  /** How long the server asked to be left alone; 0 where it did not. */
  readonly retryAfterMs: number;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** The longest that a server's Retry-After is believed. */
const RETRY_AFTER_MS_MOST = 60_000;

/** The error of a status, be it an answer's or a watch's ERROR event's. */
export function statusError(status: number, message: string, retryAfter?: string): ApiError {
  const seconds = /^[0-9]{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  const retryAfterMs = Math.min(seconds * 1000, RETRY_AFTER_MS_MOST);
  const text = `the API server answered ${status}${message === "" ? "" : `: ${message}`}`;
  return new ApiError(statusCode(status), text, { retryAfterMs });
}

function statusCode(status: number): ApiErrorCode {
  switch (status) {
    case 410:
      return "expired";
    case 429:
      return "throttled";
    case 401:
    case 403:
      return "forbidden";
    case 400:
    case 422:
      return "unsupported";
    default:
      return "status";
  }
}
