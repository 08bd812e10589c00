/**
 * The listener under the gRPC server. grpc-js neither bounds connections nor can cut one whose
 * peer has stopped reading (a status waits behind the data), so sockets are accepted, counted and
 * closed here.
 *
 * A connection is named as grpc-js names the peer of a call, and lives only while an agent holds
 * it.
 */
import { chmodSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, ListenOptions, Server, Socket } from "node:net";

import { errorCode, LeatError } from "../../lib/errors.ts";
import type { StreamAddress } from "../../lib/stream-address.ts";
import type { ServeLimits } from "./limits.ts";

export class ListenError extends LeatError<"address-in-use" | "cannot-listen"> {}

export interface ConnectionsOptions {
  readonly limits: ServeLimits;
  /** Takes each accepted socket. */
  readonly accept: (socket: Socket) => void;
  readonly onRefused: (reason: "too-many-connections" | "no-agent") => void;
}

interface Connection {
  readonly socket: Socket;
  idle: NodeJS.Timeout | undefined;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #server: Server;
  readonly #connections = new Map<string, Connection>();
  #accepted = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = options.limits.connectionsMost;
    this.#server.on("drop", () => options.onRefused("too-many-connections"));
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Returns the address with the port that was chosen; throws a ListenError. */
  async listen(address: StreamAddress): Promise<StreamAddress> {
    if (address.kind === "tcp") {
      await this.#bind({ host: address.host, port: address.port });
      return { ...address, port: (this.#server.address() as AddressInfo).port };
    }
    await removeStaleSocket(address.path);
    await this.#bind({ path: address.path });
    chmodSync(address.path, 0o600);
    return address;
  }

  /** An agent uses the connection now. */
  hold(peer: string): void {
    clearTimeout(this.#connections.get(peer)?.idle);
  }

  /** The agent is gone: the connection gets a while to end by itself. */
  release(peer: string): void {
    const connection = this.#connections.get(peer);
    if (connection !== undefined) {
      clearTimeout(connection.idle);
      connection.idle = this.#closeLater(connection.socket);
    }
  }

  /** Cuts the connection, whatever is still unsent. */
  cut(peer: string): void {
    this.#connections.get(peer)?.socket.destroy();
  }

  /** Accepts nothing more. */
  close(): void {
    this.#server.close();
  }

  cutAll(): void {
    for (const { socket } of this.#connections.values()) {
      socket.destroy();
    }
  }

  async #bind(options: ListenOptions): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(options, resolve);
    const where = options.path ?? `${options.host}:${options.port}`;
    try {
      await promise;
    } catch (error) {
      const code = errorCode(error) === "EADDRINUSE" ? "address-in-use" : "cannot-listen";
      throw new ListenError(code, `cannot listen on ${where}`, { cause: error });
    } finally {
      this.#server.off("error", reject);
    }
  }

  #accept(socket: Socket): void {
    const peer = this.#name(socket);
    this.#connections.set(peer, { socket, idle: this.#closeLater(socket) });
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(this.#connections.get(peer)?.idle);
      this.#connections.delete(peer);
    });
    this.#options.accept(socket);
  }

  /** grpc-js names a peer after its socket's remote address, which a unix socket does not have. */
  #name(socket: Socket): string {
    this.#accepted++;
    if (socket.remoteAddress === undefined) {
      Object.defineProperty(socket, "remoteAddress", { value: `unix-${this.#accepted}` });
    }
    const { remoteAddress, remotePort } = socket;
    return remotePort === undefined ? `${remoteAddress}` : `${remoteAddress}:${remotePort}`;
  }

  #closeLater(socket: Socket): NodeJS.Timeout {
    return setTimeout(() => {
      this.#options.onRefused("no-agent");
      socket.destroy();
    }, this.#options.limits.openMs);
  }
}

/** A killed operator leaves its socket's file behind; one that answers belongs to a living one. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isSocket()) {
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const probe = connect(path, () => {
    reject(new ListenError("address-in-use", `another process serves ${path}`));
  });
  probe.once("error", () => resolve());
  try {
    await promise;
  } finally {
    probe.destroy();
  }
  rmSync(path, { force: true });
}
