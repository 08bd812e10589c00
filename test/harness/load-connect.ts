/**
 * Load: one new TCP connection a request, to the targets in turn, each with one question and its
 * answer.
 */
import { connect } from "node:net";
import { parseAnswer } from "./answer.ts";
import { type Generator, loadOptions, runLoad } from "./load-program.ts";
import { startPace } from "./pace.ts";
import type { Tally, Target } from "./tally.ts";

export interface ConnectOptions {
  readonly targets: readonly Target[];
  /** Connections a second. */
  readonly rate: number;
  /** Connections at once, at most. */
  readonly concurrency: number;
  /** A connection that has no answer by then has failed. */
  readonly timeoutMs: number;
  /** Default: the echo's lines. */
  readonly speak?: "echo" | "http";
}

const QUESTIONS = { echo: "1\n", http: "GET / HTTP/1.0\r\n\r\n" };

function start(options: ConnectOptions, tally: Tally): Generator {
  const { targets, rate, concurrency } = options;
  let begun = 0;
  let underWay = 0;
  let idle: (() => void) | undefined;
  const ended = () => {
    underWay--;
    if (underWay === 0) idle?.();
  };
  const begin = (): boolean => {
    if (underWay >= concurrency) return false;
    const target = targets[begun++ % targets.length];
    if (target === undefined) throw new Error("no targets");
    underWay++;
    request(target, options, tally, ended);
    return true;
  };
  const stopPace = startPace({ rate, begin, late: (ms) => tally.stalled(ms) });
  const stop = async () => {
    stopPace();
    if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve));
  };
  return { stop };
}

function request(
  target: Target,
  { timeoutMs, speak = "echo" }: ConnectOptions,
  tally: Tally,
  ended: () => void,
): void {
  const at = Date.now();
  const socket = connect({ host: target.address, port: target.port, noDelay: true });
  let text = "";
  let failure: unknown = Object.assign(new Error("closed before an answer"), { code: "CLOSED" });
  const late = setTimeout(() => {
    failure = Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: "ETIMEDOUT" });
    socket.destroy();
  }, timeoutMs);
  socket.setEncoding("latin1");
  socket.on("connect", () => socket.write(QUESTIONS[speak]));
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (speak === "echo" && text.endsWith("\n")) socket.end();
  });
  socket.on("close", () => {
    clearTimeout(late);
    const server = answerer(text);
    if (server === undefined) tally.fail(at, target, failure);
    else tally.ok(at, server);
    ended();
  });
}

/**
 * Who answered; undefined where the answer is not whole. The head of an HTTP answer is passed over.
 */
function answerer(text: string): string | undefined {
  const line = /^\S+ \d+ \S+ \d+\n$/m.exec(text)?.[0];
  return line === undefined ? undefined : parseAnswer(line).server;
}

const options = loadOptions() as ConnectOptions;
await runLoad((tally) => start(options, tally));
