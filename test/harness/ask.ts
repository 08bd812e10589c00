/** One request to a server of the lab, by TCP, HTTP or UDP, from the process that calls. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { type Answer, parseAnswer, plainAddress } from "./answer.ts";

export interface Question {
  readonly by: "tcp" | "http" | "udp";
  readonly address: string;
  readonly port: number;
  /** Default 5,000. */
  readonly timeoutMs?: number;
  /** UDP: connect() the socket instead of naming the server in each send. */
  readonly connected?: boolean;
  /** UDP: the length to which the request is filled up; the answer has the same. */
  readonly bytes?: number;
  /** UDP over IPv4 through an IPv6 socket, as dual-stack programs do. */
  readonly mapped?: boolean;
  /** The port to send from; default any. */
  readonly localPort?: number;
}

/** An answer, and the peer as the client's own socket names it. */
export interface Reply extends Answer {
  readonly peer: string;
  readonly peerPort: number;
}

const TIMEOUT_MS = 5_000;

/** Rejects with the system's error, or with code ETIMEDOUT where nothing came. */
export function ask(question: Question): Promise<Reply> {
  return BY[question.by](question);
}

const BY: { readonly [By in Question["by"]]: (question: Question) => Promise<Reply> } = {
  tcp: askTcp,
  http: askHttp,
  udp: askUdp,
};

function timeoutError(question: Question): Error {
  const error = new Error(`no answer from ${question.address} port ${question.port}`);
  return Object.assign(error, { code: "ETIMEDOUT" });
}

function askTcp(question: Question): Promise<Reply> {
  const { address, port, timeoutMs = TIMEOUT_MS, localPort } = question;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: question.mapped ? `::ffff:${address}` : address,
      port,
      ...(localPort === undefined ? {} : { localPort }),
    });
    let text = "";
    socket.setEncoding("latin1");
    socket.setTimeout(timeoutMs, () => socket.destroy(timeoutError(question)));
    socket.on("error", reject);
    socket.on("connect", () => socket.write("1\n"));
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.endsWith("\n")) return;
      const { remoteAddress = "", remotePort = 0 } = socket;
      resolve({ ...parseAnswer(text), peer: plainAddress(remoteAddress), peerPort: remotePort });
      socket.end();
    });
    socket.on("close", () => reject(new Error(`closed before an answer: ${address} port ${port}`)));
  });
}

function askHttp(question: Question): Promise<Reply> {
  const { address, port, timeoutMs = TIMEOUT_MS } = question;
  return new Promise((resolve, reject) => {
    const request = get({ host: address, port, path: "/", agent: false, timeout: timeoutMs });
    request.on("timeout", () => request.destroy(timeoutError(question)));
    request.on("error", reject);
    request.on("response", (response) => {
      const { remoteAddress = "", remotePort = 0 } = response.socket;
      let text = "";
      response.setEncoding("latin1");
      response.on("error", reject);
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const peer = { peer: plainAddress(remoteAddress), peerPort: remotePort };
        resolve({ ...parseAnswer(text), ...peer });
      });
    });
  });
}

async function askUdp(question: Question): Promise<Reply> {
  const { address, port, bytes = 1, timeoutMs = TIMEOUT_MS } = question;
  const wide = question.mapped === true || address.includes(":");
  const host = question.mapped ? `::ffff:${address}` : address;
  const socket = createSocket(wide ? "udp6" : "udp4");
  try {
    socket.bind(question.localPort ?? 0);
    await once(socket, "listening");
    const payload = "1".padEnd(bytes, " ");
    const answered = once(socket, "message", { signal: AbortSignal.timeout(timeoutMs) });
    answered.catch(() => {});
    if (question.connected) {
      socket.connect(port, host);
      await once(socket, "connect");
      socket.send(payload);
    } else {
      socket.send(payload, port, host);
    }
    const [message, from] = (await answered) as [Buffer, { address: string; port: number }];
    const peer = { peer: plainAddress(from.address), peerPort: from.port };
    return { ...parseAnswer(message.toString("latin1")), ...peer };
  } catch (error) {
    throw (error as Error).name === "AbortError" ? timeoutError(question) : error;
  } finally {
    socket.close();
  }
}
