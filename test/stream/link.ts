/**
 * A connection between an agent and an operator that a test can cut, or hold without a word to
 * either end.
 */
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

import { parseStreamAddress } from "../../lib/stream-address.ts";
import type { Scope } from "./serving.ts";
import { scratch } from "./serving.ts";

export class Link {
  readonly address: string;
  readonly #path: string;
  readonly #operator: () => string;
  readonly #sockets = new Set<Socket>();
  #held = false;

  /** Leads to what `operator` answers at the time. */
  constructor(scope: Scope, operator: () => string) {
    this.#path = join(scratch(scope), "link.sock");
    this.address = `unix:${this.#path}`;
    this.#operator = operator;
  }

  async start(scope: Scope): Promise<void> {
    const server = createServer((socket) => this.#join(socket));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(this.#path, resolve);
    await promise;
    scope.after(() => {
      server.close();
      this.cut();
    });
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** From now on nothing passes, and neither end is told. */
  hold(): void {
    this.#held = true;
  }

  /** Connections made from now on pass again. */
  release(): void {
    this.#held = false;
    this.cut();
  }

  #join(agent: Socket): void {
    const address = parseStreamAddress(this.#operator());
    if (address?.kind !== "unix") {
      agent.destroy();
      return;
    }
    const operator = connect(address.path);
    this.#pass(agent, operator);
    this.#pass(operator, agent);
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on("data", (bytes) => {
      if (!this.#held && !to.write(bytes)) {
        from.pause();
      }
    });
    from.on("drain", () => to.resume());
  }
}
