/**
 * An API server that lists and watches services, endpointslices and nodes over plain HTTP, and
 * misbehaves on demand: what a real server does not do when asked. It checks what it is asked, and
 * keeps a record of all requests.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Collection, type FakeEvent, type FakeObject, FakeStore } from "./store.ts";

export type Verb = "list" | "watch";

export interface FakeRequest {
  readonly verb: Verb;
  readonly collection: Collection;
  readonly query: URLSearchParams;
}

/** Answers in place of the server; false: it answers as usual. */
export type Fault = (request: FakeRequest, response: ServerResponse) => boolean;

interface Watcher {
  readonly collection: Collection;
  readonly response: ServerResponse;
}

const COLLECTIONS: Readonly<Record<string, { collection: Collection; kind: string }>> = {
  "/api/v1/services": { collection: "services", kind: "ServiceList" },
  "/apis/discovery.k8s.io/v1/endpointslices": {
    collection: "endpointslices",
    kind: "EndpointSliceList",
  },
  "/api/v1/nodes": { collection: "nodes", kind: "NodeList" },
};

export class FakeApiServer {
  readonly store = new FakeStore();
  readonly requests: FakeRequest[] = [];
  /** Whether sendInitialEvents is known; "ignored": as servers before 1.27 do. */
  watchLists: boolean | "ignored" = true;
  /** Events are swallowed while true: the connection lives, nothing comes. */
  isMute = false;
  readonly #server: Server;
  readonly #watchers = new Set<Watcher>();
  readonly #faults: Fault[] = [];

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.store.onEvent((collection, event) => this.#tell(collection, event));
  }

  async start(port = 0): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(port, "127.0.0.1", resolve);
    await promise;
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The text of a kubeconfig file that leads here. */
  kubeconfig(): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "fake",
          cluster: { server: `http://127.0.0.1:${this.port}`, "insecure-skip-tls-verify": true },
        },
      ],
      users: [{ name: "fake", user: { token: "secret" } }],
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      "current-context": "fake",
    });
  }

  /** The fault meets the next request, and those after it until it has answered `times` of them. */
  fault(fault: Fault, times = 1): void {
    let left = times;
    const counted: Fault = (request, response) => {
      if (!fault(request, response)) return false;
      if (--left === 0) this.#faults.splice(this.#faults.indexOf(counted), 1);
      return true;
    };
    this.#faults.push(counted);
  }

  get faultsLeft(): number {
    return this.#faults.length;
  }

  /** Writes an event of any kind to the open watches of the collection. */
  send(collection: Collection, event: Omit<FakeEvent, "version">): void {
    for (const watcher of this.#watchers) {
      if (watcher.collection === collection) writeEvent(watcher.response, event);
    }
  }

  bookmark(collection: Collection, version: number): void {
    this.send(collection, bookmarkEvent(version));
  }

  /** Ends the open watches of the collection, or resets their connections. */
  drop(collection: Collection, how: "end" | "reset"): void {
    for (const { collection: own, response } of this.#watchers) {
      if (own !== collection) continue;
      if (how === "end") response.end();
      else response.socket?.resetAndDestroy();
    }
  }

  watchers(collection: Collection): number {
    return [...this.#watchers].filter((watcher) => watcher.collection === collection).length;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", "http://fake");
    const route = COLLECTIONS[url.pathname];
    if (request.headers.authorization !== "Bearer secret") {
      sendStatus(response, 401, "Unauthorized");
    } else if (route === undefined) {
      sendStatus(response, 404, `no ${url.pathname}`);
    } else {
      const query = url.searchParams;
      const verb = query.get("watch") === "true" ? "watch" : "list";
      const asked: FakeRequest = { verb, collection: route.collection, query };
      this.requests.push(asked);
      if (this.#faults.some((fault) => fault(asked, response))) return;
      if (verb === "watch") this.#watch(asked, response);
      else this.#list(asked, route.kind, response);
    }
  }

  #list({ collection, query }: FakeRequest, kind: string, response: ServerResponse): void {
    const limit = Number(query.get("limit") ?? "0");
    const start = Number(query.get("continue") ?? "0");
    const all = this.#selected(collection, query);
    const end = limit > 0 ? start + limit : all.length;
    const next = end < all.length ? { continue: String(end) } : {};
    const metadata = { resourceVersion: String(this.store.version), ...next };
    sendJson(response, 200, { kind, apiVersion: "v1", metadata, items: all.slice(start, end) });
  }

  #watch({ collection, query }: FakeRequest, response: ServerResponse): void {
    const isList = query.get("sendInitialEvents") === "true";
    if (isList && this.watchLists === false) {
      sendStatus(response, 422, "sendInitialEvents is forbidden for watch");
      return;
    }
    const from = Number(query.get("resourceVersion") ?? "0");
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (!isList && from < this.store.compacted) {
      writeEvent(response, expiredEvent(from));
      response.end();
      return;
    }
    const watcher = { collection, response };
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
    if (isList) this.#sendList(collection, query, response);
    else for (const event of this.#since(collection, from)) writeEvent(response, event);
  }

  #sendList(collection: Collection, query: URLSearchParams, response: ServerResponse): void {
    for (const object of this.#selected(collection, query)) {
      writeEvent(response, { type: "ADDED", object });
    }
    if (this.watchLists === "ignored") return;
    writeEvent(
      response,
      bookmarkEvent(this.store.version, { "k8s.io/initial-events-end": "true" }),
    );
  }

  #since(collection: Collection, version: number): FakeEvent[] {
    return this.store.events(collection).filter((event) => event.version > version);
  }

  /**
   * What the label selector lets through; only "!key" is understood, which is all that is asked
   * here.
   */
  #selected(collection: Collection, query: URLSearchParams): FakeObject[] {
    const absent = (query.get("labelSelector") ?? "").split(",").map((term) => term.slice(1));
    return [...this.store.objects(collection).values()].filter(({ metadata }) =>
      absent.every((label) => metadata.labels?.[label] === undefined),
    );
  }

  #tell(collection: Collection, event: FakeEvent): void {
    if (!this.isMute) this.send(collection, event);
  }
}

function bookmarkEvent(version: number, annotations?: object): Omit<FakeEvent, "version"> {
  const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
  return { type: "BOOKMARK", object: { metadata } };
}

function expiredEvent(from: number): Omit<FakeEvent, "version"> {
  const object = { kind: "Status", code: 410, reason: "Expired", message: `too old: ${from}` };
  return { type: "ERROR", object };
}

function writeEvent(response: ServerResponse, { type, object }: Omit<FakeEvent, "version">): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

export function sendStatus(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendJson(response, status, { kind: "Status", status: "Failure", code: status, message });
}
