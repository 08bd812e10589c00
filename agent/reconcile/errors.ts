/** What goes wrong between the reconciler and a store. */
import { LeatError } from "../../lib/errors.ts";

/**
 * A store failed so that it is not known what it holds: all is read back before anything else is
 * written.
 */
export class StoreError extends LeatError<"store-failed"> {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("store-failed", message, options);
  }
}
