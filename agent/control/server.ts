/**
 * The control socket: HTTP with JSON answers (api.ts), for the command line alone. Every request is
 * bounded in
 * size, time and number; one that cannot be answered is refused with a code and a sentence, never
 * silently.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Logger } from "../../lib/log.ts";
import type {
  ControlErrorCode,
  DatapathAnswer,
  ErrorAnswer,
  MapAnswer,
  MapPage,
  ReplaceAnswer,
  ServiceDetail,
  ServiceSummary,
  StatusAnswer,
  VersionAnswer,
} from "./api.ts";
import { CONTROL_PATHS, MAP_PAGE_ROWS_MAX } from "./api.ts";
import { ControlError } from "./errors.ts";
import { listenPrivately } from "./socket.ts";

/** Who answers. Each may throw a ControlError; undefined: there is no such thing. */
export interface ControlSource {
  version(): VersionAnswer;
  status(): StatusAnswer;
  services(): readonly ServiceSummary[];
  service(namespace: string, name: string): ServiceDetail | undefined;
  maps(): readonly MapAnswer[];
  mapPage(name: string, offset: number, limit: number): MapPage | undefined;
  datapath(): DatapathAnswer;
  replace(): Promise<ReplaceAnswer>;
}

export interface ControlServer {
  start(): Promise<void>;
  /** Closes the socket and removes its file. */
  stop(): Promise<void>;
}

const BOUNDS = { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000 } as const;
const CONNECTIONS_MAX = 16;

const HTTP_STATUS: Readonly<Record<ControlErrorCode, number>> = {
  "bad-request": 400,
  "not-found": 404,
  "method-not-allowed": 405,
  "too-large": 413,
  "not-ready": 503,
  "replace-failed": 500,
  internal: 500,
};

/** `path` is the socket's; nothing listens before start(). */
export function createControlServer(options: {
  readonly path: string;
  readonly source: ControlSource;
  readonly log: Logger;
}): ControlServer {
  const { path, source, log } = options;
  const server = createServer(BOUNDS, (request, response) => {
    void answer(source, request, response, log);
  });
  server.maxConnections = CONNECTIONS_MAX;
  return {
    start: () => listenPrivately(server, path),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  source: ControlSource,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): Promise<void> {
  try {
    refuseBody(request);
    send(response, 200, await route(source, request));
  } catch (error) {
    if (error instanceof ControlError) {
      sendError(response, error.code, error.message);
    } else {
      log.error({ error, path: request.url }, "a control request failed");
      sendError(response, "internal", `the agent failed to answer; its log says why`);
    }
  }
}

/** No request has a body. */
function refuseBody(request: IncomingMessage): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (length !== "0" || encoding !== undefined) {
    throw new ControlError("too-large", "no request of this socket has a body");
  }
}

async function route(source: ControlSource, request: IncomingMessage): Promise<unknown> {
  const { method = "", url = "" } = request;
  const { path, query } = split(url);
  const allowed = path === CONTROL_PATHS.replace ? "POST" : "GET";
  const found = method === allowed ? await find(source, path, query) : undefined;
  if (found !== undefined) {
    return found;
  }
  if (method !== allowed) {
    throw new ControlError("method-not-allowed", `${path} is asked by ${allowed}, not ${method}`);
  }
  throw new ControlError("not-found", `there is no ${path} here`);
}

function find(source: ControlSource, path: string, query: URLSearchParams): unknown {
  switch (path) {
    case CONTROL_PATHS.version:
      return source.version();
    case CONTROL_PATHS.status:
      return source.status();
    case CONTROL_PATHS.services:
      return source.services();
    case CONTROL_PATHS.maps:
      return source.maps();
    case CONTROL_PATHS.datapath:
      return source.datapath();
    case CONTROL_PATHS.replace:
      return source.replace();
    default:
      return findNamed(source, path, query);
  }
}

function findNamed(source: ControlSource, path: string, query: URLSearchParams): unknown {
  const [, version, kind, first = "", second = "", ...more] = path.split("/").map(decode);
  if (version !== "v1" || more.length > 0) {
    return undefined;
  }
  if (kind === "services" && second !== "") {
    return source.service(first, second) ?? missing(`service ${first}/${second}`);
  }
  if (kind === "maps" && first !== "" && second === "") {
    const offset = whole(query, "offset", 0);
    const limit = Math.min(whole(query, "limit", MAP_PAGE_ROWS_MAX), MAP_PAGE_ROWS_MAX);
    return source.mapPage(first, offset, limit) ?? missing(`map ${JSON.stringify(first)}`);
  }
  return undefined;
}

function missing(what: string): never {
  throw new ControlError("not-found", `there is no ${what} on this node`);
}

function split(url: string): { path: string; query: URLSearchParams } {
  const [path = "", query = ""] = url.split("?", 2);
  return { path, query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new ControlError("bad-request", `${JSON.stringify(part)} is no encoded name`, { cause });
  }
}

function whole(query: URLSearchParams, name: string, preset: number): number {
  const text = query.get(name) ?? `${preset}`;
  if (!/^\d{1,10}$/.test(text)) {
    throw new ControlError("bad-request", `${name}=${JSON.stringify(text)} is no whole number`);
  }
  return Number(text);
}

function sendError(response: ServerResponse, code: ControlErrorCode, message: string): void {
  const body: ErrorAnswer = { error: { code, message } };
  send(response, HTTP_STATUS[code], body);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
