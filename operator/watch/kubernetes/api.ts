/**
 * Requests to the API server: a GET whose JSON body is read as a stream, with deadlines. An answer
 * that is not 200 with JSON is an ApiError; how the connection is secured is given by a Connector
 * (kube-config.ts).
 */
import { type IncomingMessage, type RequestOptions, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { errorCode, errorText } from "../../../lib/errors.ts";
import { ApiError, statusError } from "./api-error.ts";

/**
 * Where the API server is and how to speak to it, asked anew for each request: credentials change.
 */
export interface Connection {
  /** http: or https:, with a path where the API is not at the root. */
  readonly server: URL;
  /** TLS material, headers, agent; as node:https takes them. */
  readonly options: RequestOptions;
}

export type Connector = () => Promise<Connection>;

export type Query = Readonly<Record<string, string>>;

export interface ApiOptions {
  readonly connect: Connector;
  /** From the request to the answer's head, in milliseconds. */
  readonly answerMsMost: number;
  /** After this long without a byte the kernel begins to ask whether the peer is there. */
  readonly keepAliveMs: number;
}

/** An error's body is read this far. */
const ERROR_BYTES_MOST = 8192;
const ERROR_MESSAGE_LENGTH_MOST = 300;

export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /**
   * The body of a 200; throws an ApiError else. Aborting the signal ends the request and its body.
   */
  async get(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.#send(path, query, signal);
    const type = answer.headers["content-type"] ?? "";
    if (answer.statusCode === 200 && type.startsWith("application/json")) return answer;
    const message = errorMessage(await readStart(answer));
    if (answer.statusCode === 200) {
      throw new ApiError("malformed", `the API server answered ${type || "no type"}: ${message}`);
    }
    throw statusError(answer.statusCode ?? 0, message, answer.headers["retry-after"]);
  }

  async #send(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    const { connect, answerMsMost, keepAliveMs } = this.#options;
    const { server, options } = await connect().catch((error: unknown) => {
      throw new ApiError("unreachable", "no credentials for the API server", { cause: error });
    });
    signal.throwIfAborted();
    const url = new URL(server);
    url.pathname = `${server.pathname.replace(/\/$/, "")}${path}`;
    url.search = new URLSearchParams(query).toString();
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = send(url, { ...options, method: "GET", signal });
    outgoing.setHeader("accept", "application/json");
    outgoing.setHeader("user-agent", "leat-operator");
    const timer = setTimeout(() => {
      const late = `the API server gave no answer for ${answerMsMost} ms`;
      outgoing.destroy(new ApiError("stalled", late));
    }, answerMsMost);
    outgoing.on("socket", (socket) => socket.setKeepAlive(true, keepAliveMs));
    outgoing.on("response", resolve);
    outgoing.on("error", (error) => reject(requestError(error, url)));
    outgoing.end();
    return promise.finally(() => clearTimeout(timer));
  }
}

/** The error of a request or of a body that broke. */
export function requestError(error: unknown, url?: URL): Error {
  if (error instanceof ApiError) return error;
  if (error instanceof Error && error.name === "AbortError") return error;
  // Where a name has several addresses, all refused, only the code says something.
  const reason = errorText(error) || (errorCode(error) ?? "no reason given");
  const where = url === undefined ? "" : ` (${url.host})`;
  const text = `the connection to the API server${where} failed: ${reason}`;
  return new ApiError("unreachable", text, { cause: error });
}

async function readStart(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const piece of answer) {
      text += String(piece);
      if (text.length >= ERROR_BYTES_MOST) break;
    }
  } catch (error) {
    throw requestError(error);
  }
  return text;
}

/** The message of a Status object; of anything else its beginning. */
function errorMessage(body: string): string {
  let message = body;
  try {
    const status: unknown = JSON.parse(body);
    if (typeof status === "object" && status !== null && "message" in status) {
      message = String(status.message);
    }
  } catch {
    // Not JSON: what it says is shown as it is.
  }
  return message.replace(/\s+/g, " ").trim().slice(0, ERROR_MESSAGE_LENGTH_MOST);
}
