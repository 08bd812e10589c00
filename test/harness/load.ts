/**
 * The lab's end of a load generator: starts it in a place, follows its windows, and takes its
 * summary.
 */
import { within } from "./deadline.ts";
import { onJsonLines } from "./json-lines.ts";
import type { ConnectOptions } from "./load-connect.ts";
import type { DatagramOptions } from "./load-datagram.ts";
import type { StreamOptions } from "./load-stream.ts";
import { type Place, type PlacedProcess, startIn } from "./place.ts";
import type { LoadLine, Summary, Window } from "./tally.ts";

interface OptionsOf {
  readonly connect: ConnectOptions;
  readonly stream: StreamOptions;
  readonly datagram: DatagramOptions;
}

export type LoadKind = keyof OptionsOf;

const STOP_TIMEOUT_MS = 60_000;

export class Load {
  readonly kind: LoadKind;
  readonly windows: Window[] = [];
  readonly #process: PlacedProcess;
  #summary: Summary | undefined;
  #onWindow: (window: Window) => void = () => {};

  constructor(kind: LoadKind, process: PlacedProcess) {
    this.kind = kind;
    this.#process = process;
    const { stdout, stdin } = process.child;
    if (stdout === null) throw new Error("a load needs pipes");
    stdin?.on("error", () => {});
    onJsonLines(stdout, (line) => this.#take(line as LoadLine));
  }

  get ok(): number {
    return this.windows.reduce((sum, window) => sum + window.ok, 0);
  }

  get failed(): number {
    return this.windows.reduce((sum, window) => sum + window.failed, 0);
  }

  /** Calls back for every window from now on. */
  onWindow(take: (window: Window) => void): void {
    this.#onWindow = take;
  }

  /** Ends it; what is under way is waited for. */
  async stop(): Promise<Summary> {
    this.#process.child.stdin?.end();
    const what = `the summary of ${this.#process.name}`;
    await within({ what, timeoutMs: STOP_TIMEOUT_MS }, this.#process.exited);
    await within({ what }, this.#drained());
    if (this.#summary === undefined) throw new Error(`no summary: ${this.#process.logTail()}`);
    return this.#summary;
  }

  #drained(): Promise<void> {
    const { stdout } = this.#process.child;
    if (stdout === null || stdout.closed) return Promise.resolve();
    return new Promise((resolve) => stdout.once("close", resolve));
  }

  #take(line: LoadLine): void {
    if ("summary" in line) {
      this.#summary = line.summary;
      return;
    }
    this.windows.push(line.window);
    this.#onWindow(line.window);
  }
}

let loadsStarted = 0;

/** Starts a load generator; it runs until it is stopped. */
export function startLoad<Kind extends LoadKind>(
  place: Place,
  kind: Kind,
  options: OptionsOf[Kind],
): Load {
  const program = new URL(`load-${kind}.ts`, import.meta.url).pathname;
  const command = [process.execPath, program, JSON.stringify(options)];
  const name = `load-${kind}-${++loadsStarted}`;
  return new Load(kind, startIn(place, { name, command, output: "pipe" }));
}
