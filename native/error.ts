/**
 * What a refused system call looks like to callers: the addon answers -errno, and this is where the
 * number becomes an error with the operation's name and errno's own name (ENOENT, EPERM, ...).
 */
import { constants } from "node:os";

const ERRNO_NAMES = new Map<number, string>(
  Object.entries(constants.errno).map(([name, value]) => [value, name]),
);
// libuv's table, which node:os shows, lacks what BPF answers with.
for (const [name, value] of [
  ["ENOLINK", 67],
  ["ENODATA", 61],
  ["ENONET", 64],
  ["EBADFD", 77],
  ["ESTALE", 116],
  ["ENOTSUPP", 524],
] as const) {
  ERRNO_NAMES.set(value, name);
}

/** errno's name ("ENOENT"), or "errno 524" where it has none. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`;
}

/** A system call that was refused. `errno` is positive; `code` is its name. */
export class NativeError extends Error {
  readonly operation: string;
  readonly errno: number;
  readonly code: string;

  constructor(operation: string, errno: number, detail = "") {
    const code = errnoName(errno);
    super(detail === "" ? `${operation}: ${code}` : `${operation}: ${code}: ${detail}`);
    this.name = "NativeError";
    this.operation = operation;
    this.errno = errno;
    this.code = code;
  }
}

/** The verifier, or libbpf before it, refused an object. */
export class LoadError extends NativeError {
  /** The verifier's log of the program that was refused; empty where the refusal came before it. */
  readonly log: Uint8Array;
  /** What libbpf warned of, as text. */
  readonly warnings: string;

  constructor(path: string, errno: number, log: Uint8Array, warnings: string) {
    super("loadObject", errno, `${path}${lastLine(log, warnings)}`);
    this.name = "LoadError";
    this.log = log;
    this.warnings = warnings;
  }
}

/** The verifier ends with a line of figures; the complaint stands above it. */
function lastLine(log: Uint8Array, warnings: string): string {
  const lines = new TextDecoder()
    .decode(log)
    .split("\n")
    .filter((line) => line !== "" && !/^(processed|verification time|stack depth) /.test(line));
  const last = lines.at(-1) ?? warnings.split("\n").find((line) => line !== "");
  return last === undefined ? "" : `: ${last}`;
}

/** True for a NativeError of that name ("ENOENT"). */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof NativeError && error.code === code;
}
