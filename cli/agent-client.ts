/**
 * The agent as the commands see it, and its implementation over the control socket.
 *
 * An answer is bounded in size and time. A refusal of the agent becomes a CliError "refused" with
 * the agent's own
 * words; a socket on which nobody answers becomes "unreachable", which says what to check.
 */
import { request } from "node:http";
import type {
  DatapathAnswer,
  ErrorAnswer,
  MapAnswer,
  MapPage,
  ReplaceAnswer,
  ServiceDetail,
  ServiceSummary,
  StatusAnswer,
  VersionAnswer,
} from "../agent/control/api.ts";
import { CONTROL_PATHS } from "../agent/control/api.ts";
import { CliError } from "./errors.ts";

export interface AgentClient {
  version(): Promise<VersionAnswer>;
  status(): Promise<StatusAnswer>;
  services(): Promise<readonly ServiceSummary[]>;
  service(namespace: string, name: string): Promise<ServiceDetail>;
  maps(): Promise<readonly MapAnswer[]>;
  mapPage(name: string, offset: number): Promise<MapPage>;
  datapath(): Promise<DatapathAnswer>;
  replace(): Promise<ReplaceAnswer>;
}

/** 10,000 services of ten ports are some 30 MB. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
/** A replacement loads and tests every program: seconds on a busy node. */
const ANSWER_MS_MAX = 120_000;

type Method = "GET" | "POST";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** An agent that listens on a unix socket at `socket`. */
export function createSocketClient(socket: string): AgentClient {
  const ask = <T>(path: string, method: Method = "GET") => askJson<T>(socket, method, path);
  return {
    version: () => ask(CONTROL_PATHS.version),
    status: () => ask(CONTROL_PATHS.status),
    services: () => ask(CONTROL_PATHS.services),
    service: (namespace, name) =>
      ask(`${CONTROL_PATHS.services}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`),
    maps: () => ask(CONTROL_PATHS.maps),
    mapPage: (name, offset) =>
      ask(`${CONTROL_PATHS.maps}/${encodeURIComponent(name)}?offset=${offset}`),
    datapath: () => ask(CONTROL_PATHS.datapath),
    replace: () => ask(CONTROL_PATHS.replace, "POST"),
  };
}

async function askJson<T>(socket: string, method: Method, path: string): Promise<T> {
  const answer = await ask(socket, method, path);
  const body = parse(socket, answer);
  if (answer.status === 200) {
    return body as T;
  }
  const refusal = (body as Partial<ErrorAnswer>).error;
  throw new CliError("refused", refusal?.message ?? `the agent answered ${answer.status}`);
}

function parse(socket: string, answer: Answer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch (cause) {
    const message = `what listens on ${socket} is no Leat agent: its answer is not JSON`;
    throw new CliError("protocol", message, { cause });
  }
}

function ask(socket: string, method: Method, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, method, path, timeout: ANSWER_MS_MAX });
    asked.on("timeout", () => asked.destroy(new Error(`no answer in ${ANSWER_MS_MAX / 1000} s`)));
    asked.on("error", (cause) => reject(unreachable(socket, cause)));
    asked.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > ANSWER_BYTES_MAX) {
          asked.destroy(new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`));
        }
      });
      response.on("error", (cause) => reject(unreachable(socket, cause)));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.end();
  });
}

/** What to check, by the errno of the attempt. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket: is the agent running on this node, with this --socket?",
  ECONNREFUSED: "nobody listens on it: the agent has stopped; look at its log",
  EACCES: "no permission: the socket is for root alone; try sudo",
  EPERM: "no permission: the socket is for root alone; try sudo",
  ENOTSOCK: "this file is no socket",
};

function unreachable(socket: string, cause: Error): CliError {
  const errno = (cause as NodeJS.ErrnoException).code ?? "";
  const why = ADVICE[errno] ?? cause.message;
  const message = `no agent answers on ${socket}: ${why} (set another by --socket or LEAT_SOCKET)`;
  return new CliError("unreachable", message, { cause });
}
