/** Why the control socket is not served, or a request of it is not answered. */
import { LeatError } from "../../lib/errors.ts";
import type { ControlErrorCode } from "./api.ts";

/** A request that is refused; the message is for the one who asked. */
export class ControlError extends LeatError<ControlErrorCode> {}

/**
 * "in-use": another agent answers on the path. "no-socket": the path is a file of another kind.
 * "unsafe-directory":
 * others than its owner may write to it.
 */
export class SocketError extends LeatError<"in-use" | "no-socket" | "unsafe-directory"> {}
