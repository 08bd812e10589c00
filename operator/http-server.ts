/**
 * The operator's open port: /metrics for Prometheus, /livez and /readyz for the kubelet, /problems
 * for people. Bounded in connections, headers and time; nothing that it does touches the stream to
 * the agents.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "../lib/log.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** By path. */
export type Routes = Readonly<Record<string, () => Answer | Promise<Answer>>>;

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly routes: Routes;
  readonly log: Logger;
}

const BOUNDS = { maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 10_000 } as const;
const CONNECTIONS_MOST = 64;

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer(BOUNDS, (request, response) => {
      this.#respond(request, response).catch((error: unknown) => {
        options.log.error({ error, path: request.url }, "an HTTP request failed");
        send(request, response, textAnswer(500, "the operator failed to answer; its log says why"));
      });
    });
    this.#server.maxConnections = CONNECTIONS_MOST;
  }

  async start(): Promise<void> {
    const { host, port, log } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, host, resolve);
    await promise;
    this.#server.off("error", reject);
    log.info({ address: this.#server.address() }, "serving HTTP");
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { routes } = this.#options;
    const [path = ""] = (request.url ?? "").split("?", 1);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (request.method !== "GET" && request.method !== "HEAD") {
      send(request, response, textAnswer(405, "only GET and HEAD are answered"));
    } else if (route === undefined) {
      send(request, response, textAnswer(404, `there is ${Object.keys(routes).join(", ")}`));
    } else {
      send(request, response, await route());
    }
  }
}

/** A line of text. */
function textAnswer(status: number, line: string): Answer {
  return { status, type: "text/plain; charset=utf-8", text: `${line}\n` };
}

/** 200, or 503 with the reasons, a line each. */
export function checkAnswer(reasons: readonly string[]): Answer {
  return reasons.length === 0 ? textAnswer(200, "ok") : textAnswer(503, reasons.join("\n"));
}

export function jsonAnswer(value: unknown): Answer {
  return {
    status: 200,
    type: "application/json",
    text: `${JSON.stringify(value, undefined, 2)}\n`,
  };
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const length = Buffer.byteLength(answer.text);
  response.writeHead(answer.status, { "content-type": answer.type, "content-length": length });
  response.end(request.method === "HEAD" ? undefined : answer.text);
}
