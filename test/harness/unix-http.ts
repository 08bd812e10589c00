/**
 * HTTP and JSON over a unix socket, or over TCP inside a namespace: how the lab reads what a
 * process says of itself.
 */
import { request } from "node:http";
import { enter } from "./command.ts";

export interface UnixRequest {
  readonly socket: string;
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

function unixRequest(options: UnixRequest): Promise<HttpAnswer> {
  const { socket, path, method = "GET", timeoutMs = 30_000 } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, path, method, timeout: timeoutMs, agent: false });
    asked.on("error", reject);
    asked.on("timeout", () =>
      asked.destroy(new Error(`no answer: ${method} ${path} at ${socket}`)),
    );
    asked.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("error", reject);
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.end();
  });
}

/** The JSON of an answer of 200; any other status rejects with its body. */
export async function unixJson<T>(options: UnixRequest): Promise<T> {
  const { status, body } = await unixRequest(options);
  if (status !== 200) throw new Error(`${options.path}: status ${status}: ${body}`);
  return JSON.parse(body) as T;
}

const ASK = 'exec 3<> "/dev/tcp/$1/$2" && cat >&3 && cat <&3';

export interface NetnsRequest {
  readonly netns: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** Posted as JSON; default: a GET. */
  readonly body?: unknown;
}

/** Asks a server that listens on an IPv4 address of a namespace. */
export async function netnsRequest(options: NetnsRequest): Promise<HttpAnswer> {
  const { netns, address, port, path, body } = options;
  const content = body === undefined ? "" : JSON.stringify(body);
  const asked = [
    `${body === undefined ? "GET" : "POST"} ${path} HTTP/1.0`,
    `Host: ${address}`,
    `Content-Length: ${Buffer.byteLength(content)}`,
    `\r\n${content}`,
  ].join("\r\n");
  const text = await enter(netns, ["bash", "-c", ASK, "bash", address, String(port)], asked);
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), body: rest.join("\r\n\r\n") };
}
