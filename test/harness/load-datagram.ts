/**
 * Load: UDP flows, each with a socket of its own and a number in every datagram. A number that is
 * not answered is lost, one that is answered twice or by a stranger's address is an error of its
 * own.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { parseAnswer, plainAddress } from "./answer.ts";
import { type Generator, loadOptions, runLoad } from "./load-program.ts";
import { startPace } from "./pace.ts";
import type { Tally, Target } from "./tally.ts";

export interface DatagramOptions {
  readonly targets: readonly Target[];
  readonly flows: number;
  /** Datagrams a second over all flows. */
  readonly rate: number;
  /** A datagram that has no answer by then is lost. */
  readonly timeoutMs: number;
  /** connect() the sockets. */
  readonly connected: boolean;
}

const OUTSTANDING_MAX = 256;
const RECEIVE_BUFFER_BYTES = 4 << 20;

interface Flow {
  readonly socket: Socket;
  readonly target: Target;
  /** When each number that has no answer yet was sent. */
  readonly waiting: Map<number, number>;
  last: number;
}

async function open(target: Target, options: DatagramOptions, tally: Tally): Promise<Flow> {
  const type = target.address.includes(":") ? "udp6" : "udp4";
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES });
  const flow: Flow = { socket, target, waiting: new Map(), last: 0 };
  socket.on("error", (error) => tally.fail(Date.now(), target, error));
  socket.on("message", (message, from) => {
    const { server, sequence } = parseAnswer(message.toString("latin1"));
    const at = flow.waiting.get(sequence);
    flow.waiting.delete(sequence);
    const source = plainAddress(from.address);
    if (at === undefined) fail(tally, flow, "UNASKED", `${server} answers ${sequence} again`);
    else if (source !== target.address || from.port !== target.port) {
      fail(tally, flow, "STRANGER", `${server} answers from ${source} ${from.port}`);
    } else tally.ok(at, server);
  });
  socket.bind(0);
  await once(socket, "listening");
  if (options.connected) {
    socket.connect(target.port, target.address);
    await once(socket, "connect");
  }
  return flow;
}

function fail(tally: Tally, flow: Flow, code: string, message: string): void {
  tally.fail(Date.now(), flow.target, Object.assign(new Error(message), { code }));
}

function send(flow: Flow, connected: boolean, tally: Tally): void {
  const sequence = ++flow.last;
  const at = Date.now();
  flow.waiting.set(sequence, at);
  const sent = (error: Error | null) => {
    if (error === null || !flow.waiting.delete(sequence)) return;
    tally.fail(at, flow.target, error);
  };
  const payload = `${sequence}\n`;
  if (connected) flow.socket.send(payload, sent);
  else flow.socket.send(payload, flow.target.port, flow.target.address, sent);
}

function expire(flows: readonly Flow[], before: number, tally: Tally): void {
  for (const flow of flows) {
    for (const [sequence, at] of flow.waiting) {
      if (at > before) continue;
      flow.waiting.delete(sequence);
      const error = Object.assign(new Error(`number ${sequence} of a flow`), { code: "LOST" });
      tally.fail(at, flow.target, error);
    }
  }
}

async function start(options: DatagramOptions, tally: Tally): Promise<Generator> {
  const { targets, rate, timeoutMs, connected } = options;
  const flows = await Promise.all(
    Array.from({ length: options.flows }, (_, index) => {
      const target = targets[index % targets.length];
      if (target === undefined) throw new Error("no targets");
      return open(target, options, tally);
    }),
  );
  const outstanding = () => flows.reduce((sum, flow) => sum + flow.waiting.size, 0);
  let turn = 0;
  const begin = () => {
    const flow = flows[turn++ % flows.length];
    if (flow === undefined || outstanding() >= OUTSTANDING_MAX) return false;
    send(flow, connected, tally);
    return true;
  };
  const stopPace = startPace({ rate, begin, late: (ms) => tally.stalled(ms) });
  const expiry = setInterval(() => expire(flows, Date.now() - timeoutMs, tally), 50);
  const stop = async () => {
    stopPace();
    while (outstanding() > 0) await delay(10);
    clearInterval(expiry);
    for (const { socket } of flows) socket.close();
  };
  return { stop };
}

const options = loadOptions() as DatagramOptions;
await runLoad((tally) => start(options, tally));
