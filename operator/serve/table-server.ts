/**
 * Serves the history's tables to agents over gRPC, each from where it left off.
 *
 * Invariant: only published revisions are sent, and nothing before the first is: an operator that
 * has not read its sources yet must not tell agents that their services are gone.
 */
import { setTimeout as delay } from "node:timers/promises";

import { Server, ServerCredentials, status } from "@grpc/grpc-js";

import type { History } from "../../lib/history.ts";
import type { Logger } from "../../lib/log.ts";
import type { Failure } from "../../lib/model/failure.ts";
import type { StreamAddress } from "../../lib/stream-address.ts";
import { parseStreamAddress, streamAddressText } from "../../lib/stream-address.ts";
import { MESSAGE_BYTES_MOST } from "../../lib/wire/limits.ts";
import { KEEPALIVE, WATCH } from "../../lib/wire/method.ts";
import type { Applied, Open } from "../../lib/wire/words.ts";
import { Connections, ListenError } from "./connections.ts";
import type { ServeLimits } from "./limits.ts";
import { SERVE_LIMITS } from "./limits.ts";
import type { Call, Ending } from "./reader.ts";
import { Reader } from "./reader.ts";
import type { ServeStats } from "./stats.ts";
import { newServeStats } from "./stats.ts";
import { Transfers } from "./transfers.ts";

export interface TableServerOptions {
  readonly history: History;
  readonly log: Logger;
  readonly limits?: Partial<ServeLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** A connected agent as the operator knows it. */
export interface AgentStatus {
  readonly node: string;
  readonly version: string;
  readonly peer: string;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly sent: number;
  readonly applied: number;
  /** Revisions published and not yet applied. */
  readonly lag: number;
  /**
   * How long the oldest Sync that the agent has not answered is under way; 0 where it answered
   * all.
   */
  readonly lagMs: number;
  /** Of the last Applied: the first of them, and how many there are. */
  readonly failures: readonly Failure[];
  readonly failuresTotal: number;
}

interface Agent {
  readonly reader: Reader;
  readonly peer: string;
  readonly connectedAt: number;
  /** As of the last line that was logged about it. */
  failuresTotal: number;
}

/**
 * Streams that one connection may hold: an agent has one, and a second one while it replaces it.
 */
const STREAMS_MOST = 8;
/** MB of unsent data at which a connection is refused new streams. */
const SESSION_MEMORY_MB = 8;

const CHANNEL_OPTIONS = {
  ...KEEPALIVE,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MOST,
  "grpc.max_send_message_length": MESSAGE_BYTES_MOST,
  "grpc.max_concurrent_streams": STREAMS_MOST,
  "grpc-node.max_session_memory": SESSION_MEMORY_MB,
  "grpc.enable_channelz": 0,
};

export function createTableServer(options: TableServerOptions): TableServer {
  return new TableServer(options);
}

export class TableServer {
  readonly stats: ServeStats = newServeStats();
  readonly #history: History;
  readonly #log: Logger;
  readonly #limits: ServeLimits;
  readonly #now: () => number;
  readonly #transfers: Transfers;
  readonly #connections: Connections;
  readonly #grpc = new Server(CHANNEL_OPTIONS);
  /** Agents by their node. */
  readonly #agents = new Map<string, Agent>();
  readonly #readers = new Set<Reader>();
  #published = false;

  constructor(options: TableServerOptions) {
    this.#history = options.history;
    this.#log = options.log;
    this.#limits = { ...SERVE_LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#transfers = new Transfers(options.history);
    this.#grpc.addService({ Watch: WATCH }, { Watch: (call: Call) => this.#watch(call) });
    const injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#connections = new Connections({
      limits: this.#limits,
      accept: (socket) => injector.injectConnection(socket),
      onRefused: (reason) => this.stats.connectionsRefused[reason]++,
    });
  }

  /**
   * Listens on "unix:/PATH" or "HOST:PORT" and returns that text, with the port chosen for port
   * 0.
   */
  async start(address: string): Promise<string> {
    const parsed: StreamAddress | undefined = parseStreamAddress(address);
    if (parsed === undefined) {
      throw new ListenError("cannot-listen", `${address} is neither unix:/PATH nor HOST:PORT`);
    }
    const listening = streamAddressText(await this.#connections.listen(parsed));
    this.#log.info({ address: listening }, "serving the tables");
    return listening;
  }

  /** Call after each commit, in the same turn: all that is committed may be sent now. */
  published(): void {
    this.#published = true;
    for (const reader of this.#readers) {
      reader.wake();
    }
  }

  /** Connected agents, by node. */
  agents(): AgentStatus[] {
    return Array.from(this.#agents.values(), ({ reader, peer, connectedAt }) => ({
      node: reader.open?.node ?? "",
      version: reader.open?.version ?? "",
      peer,
      connectedAt,
      sent: reader.sent,
      applied: reader.applied,
      lag: this.#history.revision - reader.applied,
      lagMs: reader.waitingSince === undefined ? 0 : this.#now() - reader.waitingSince,
      failures: reader.failures,
      failuresTotal: reader.failuresTotal,
    }));
  }

  /** Open connections, with or without an agent. */
  get connections(): number {
    return this.#connections.count;
  }

  /** Agents keep what they have and ask again until an operator answers. */
  async stop(): Promise<void> {
    this.#connections.close();
    for (const reader of this.#readers) {
      reader.end({ code: status.UNAVAILABLE, reason: "the operator stops" });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#grpc.tryShutdown(() => resolve());
    await Promise.race([promise, delay(this.#limits.stopMs, undefined, { ref: false })]);
    this.#grpc.forceShutdown();
    this.#connections.cutAll();
  }

  #watch(call: Call): void {
    const peer = call.getPeer();
    const reader = new Reader({
      call,
      transfers: this.#transfers,
      published: () => (this.#published ? this.#history.revision : undefined),
      limits: this.#limits,
      stats: this.stats,
      now: this.#now,
      onOpen: (opened, open) => this.#opened(opened, open, peer),
      onApplied: (answering, applied) => this.#applied(answering, applied),
      onEnd: (ended, ending) => this.#ended(ended, ending, peer),
      cut: () => this.#connections.cut(peer),
    });
    this.#readers.add(reader);
  }

  #opened(reader: Reader, open: Open, peer: string): void {
    const { node, version, refused } = open;
    const older = this.#agents.get(node);
    if (older !== undefined) {
      this.stats.replaced++;
      const reason = `a newer stream of node ${node} replaces this one`;
      older.reader.end({ code: status.ABORTED, reason });
    }
    this.#connections.hold(peer);
    this.#agents.set(node, { reader, peer, connectedAt: this.#now(), failuresTotal: 0 });
    this.#log.info({ node, version, peer, resumes: open.revision }, "an agent opened its stream");
    if (refused !== "") {
      this.stats.refusedByAgent++;
      this.#log.error({ node, reason: refused }, "an agent refused what it was sent");
    }
  }

  #applied(reader: Reader, applied: Applied): void {
    this.stats.applied++;
    const agent = this.#agents.get(reader.open?.node ?? "");
    if (agent?.reader !== reader || agent.failuresTotal === applied.failuresTotal) {
      return;
    }
    agent.failuresTotal = applied.failuresTotal;
    const { revision, failuresTotal, failures } = applied;
    const fields = { node: reader.open?.node, revision, failuresTotal, first: failures[0] };
    if (failuresTotal === 0) {
      this.#log.info(fields, "an agent applied everything");
    } else {
      this.#log.warn(fields, "an agent could not apply everything");
    }
  }

  #ended(reader: Reader, { code, reason }: Ending, peer: string): void {
    this.#readers.delete(reader);
    this.#connections.release(peer);
    const node = reader.open?.node;
    if (node !== undefined && this.#agents.get(node)?.reader === reader) {
      this.#agents.delete(node);
    }
    const fields = { node, peer, code: status[code], reason };
    if (code === status.INVALID_ARGUMENT || code === status.INTERNAL) {
      this.#log.error(fields, "a stream was refused");
    } else {
      this.#log.info(fields, "a stream ended");
    }
  }
}
