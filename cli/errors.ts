/** What the command line says and how it exits when something is wrong. */

/** Exit codes: part of the contract with scripts. */
export const EXIT = {
  done: 0,
  /** The agent answered, and the answer is bad: not ready, not found, refused. */
  bad: 1,
  usage: 2,
  /** No agent answers on the socket. */
  unreachable: 3,
} as const;

export type CliErrorCode = "refused" | "usage" | "unreachable" | "protocol";

const EXIT_OF: Readonly<Record<CliErrorCode, number>> = {
  refused: EXIT.bad,
  usage: EXIT.usage,
  unreachable: EXIT.unreachable,
  protocol: EXIT.bad,
};

/** An error with a message for the one who typed the command. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return EXIT_OF[this.code];
  }
}
