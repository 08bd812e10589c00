/**
 * Load: TCP connections that live as long as the load, each sending a number and waiting for the
 * same number from the same server. A connection that breaks is one failure, and is made again.
 */
import { connect } from "node:net";
import { parseAnswer } from "./answer.ts";
import { type Generator, loadOptions, runLoad } from "./load-program.ts";
import type { Tally, Target } from "./tally.ts";

export interface StreamOptions {
  readonly targets: readonly Target[];
  readonly connections: number;
  /** Between an answer and the next question on the same connection. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

class Stream {
  readonly #target: Target;
  readonly #options: StreamOptions;
  readonly #tally: Tally;
  #stopping = false;
  #close = () => {};

  constructor(target: Target, options: StreamOptions, tally: Tally) {
    this.#target = target;
    this.#options = options;
    this.#tally = tally;
  }

  /** Resolves after stop(). */
  async run(): Promise<void> {
    while (!this.#stopping) await this.#connection();
  }

  stop(): void {
    this.#stopping = true;
    this.#close();
  }

  #connection(): Promise<void> {
    const { intervalMs, timeoutMs } = this.#options;
    const { address, port } = this.#target;
    const socket = connect({ host: address, port, noDelay: true });
    let sequence = 0;
    let server = "";
    let text = "";
    let askedAt = Date.now();
    let waiting = true;
    let next: NodeJS.Timeout | undefined;
    const ask = () => {
      askedAt = Date.now();
      waiting = true;
      socket.write(`${++sequence}\n`);
    };
    this.#close = () => {
      if (waiting) return;
      clearTimeout(next);
      socket.end();
    };
    socket.setEncoding("latin1");
    socket.setTimeout(timeoutMs, () => socket.destroy(coded("ETIMEDOUT", "no answer")));
    socket.on("connect", ask);
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.endsWith("\n")) return;
      const answer = parseAnswer(text);
      text = "";
      if (answer.sequence !== sequence || (server !== "" && answer.server !== server)) {
        socket.destroy(coded("MISPLACED", `${server} ${sequence}: ${JSON.stringify(answer)}`));
        return;
      }
      server = answer.server;
      waiting = false;
      this.#tally.ok(askedAt, server);
      if (this.#stopping) socket.end();
      else next = setTimeout(ask, intervalMs);
    });
    return this.#ended(socket, () => {
      clearTimeout(next);
      return waiting ? askedAt : Date.now();
    });
  }

  #ended(socket: ReturnType<typeof connect>, since: () => number): Promise<void> {
    let failure: unknown;
    socket.on("error", (error) => {
      failure = error;
    });
    return new Promise((resolve) => {
      socket.on("close", () => {
        const at = since();
        failure ??= this.#stopping ? undefined : coded("CLOSED", "closed by the other end");
        if (failure !== undefined) this.#tally.fail(at, this.#target, failure);
        resolve();
      });
    });
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function start(options: StreamOptions, tally: Tally): Generator {
  const streams = Array.from({ length: options.connections }, (_, index) => {
    const target = options.targets[index % options.targets.length];
    if (target === undefined) throw new Error("no targets");
    return new Stream(target, options, tally);
  });
  const running = Promise.all(streams.map((stream) => stream.run()));
  const stop = async () => {
    for (const stream of streams) stream.stop();
    await running;
  };
  return { stop };
}

const options = loadOptions() as StreamOptions;
await runLoad((tally) => start(options, tally));
