/**
 * The agent's open port: /metrics for Prometheus, /livez and /readyz for the kubelet, each with its
 * reason in words.
 * Liveness looks at this process alone: that it answers, and that its addon does. Being ready is
 * another thing.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { errorText } from "../lib/errors.ts";
import type { Logger } from "../lib/log.ts";

export interface HttpSource {
  readonly metrics: { text(): Promise<string>; readonly type: string };
  /** Throws where the addon does not work. */
  checkAddon(): void;
  /** Why the node is not ready; [] when it is. */
  unreadyReasons(): readonly string[];
}

export interface HttpServer {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const BOUNDS = { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000 } as const;
const CONNECTIONS_MAX = 64;

export function createHttpServer(options: {
  readonly host: string;
  readonly port: number;
  readonly source: HttpSource;
  readonly log: Logger;
}): HttpServer {
  const { host, port, source, log } = options;
  const server = createServer(BOUNDS, (request, response) => {
    respond(source, request, response).catch((error: unknown) => {
      log.error({ error, path: request.url }, "an HTTP request failed");
      send(response, 500, "the agent failed to answer; its log says why\n");
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  return {
    start: () => listen(server, host, port),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function respond(
  source: HttpSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ""] = (request.url ?? "").split("?", 1);
  if (request.method !== "GET" && request.method !== "HEAD") {
    send(response, 405, "only GET and HEAD are answered\n");
  } else if (path === "/metrics") {
    const { metrics } = source;
    send(response, 200, await metrics.text(), metrics.type);
  } else if (path === "/livez") {
    sendChecks(response, addonProblems(source));
  } else if (path === "/readyz") {
    sendChecks(response, source.unreadyReasons());
  } else {
    send(response, 404, "there is /metrics, /livez and /readyz\n");
  }
}

/** That this is answered at all shows that the event loop turns. */
function addonProblems(source: HttpSource): string[] {
  try {
    source.checkAddon();
    return [];
  } catch (error) {
    return [`the addon does not work: ${errorText(error)}`];
  }
}

function sendChecks(response: ServerResponse, problems: readonly string[]): void {
  if (problems.length === 0) {
    send(response, 200, "ok\n");
  } else {
    send(response, 503, problems.map((problem) => `${problem}\n`).join(""));
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
