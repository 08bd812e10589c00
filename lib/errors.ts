/**
 * The base of all errors that Leat raises on purpose: a stable code to act on, a message for
 * people, the cause.
 */

/** Parts of Leat extend it with the union of their own codes. */
export class LeatError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The message of whatever was thrown, followed by the messages of its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.cause === undefined) {
    return error.message;
  }
  return `${error.message}: ${errorText(error.cause)}`;
}

/**
 * The `code` of whatever was thrown (Leat's own, or Node's such as "ENOENT"); undefined where it
 * has none.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) {
    return undefined;
  }
  return typeof error.code === "string" ? error.code : undefined;
}
