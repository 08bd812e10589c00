/**
 * A TCP proxy that misbehaves on demand: between the operator and the API server. In: the ports as JSON in the
 * first argument, then a mode a line. "pass": bytes go through. "cut": connections are reset, new ones refused.
 * "hold": connections stay open and no byte goes through, as when a path is lost without a word. "slow": so many
 * bytes a second from the server. Out: "ready", then a line a mode that has been taken.
 */
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

export type ProxyMode = "pass" | "cut" | "hold" | "slow";

export interface ProxyOptions {
  readonly listen: number;
  readonly forward: number;
  readonly slowBytesPerSecond: number;
}

const options = JSON.parse(process.argv[2] ?? "{}") as ProxyOptions;
const SLICE_MS = 50;

let mode: ProxyMode = "pass";
const pairs = new Set<Pair>();

class Pair {
  readonly client: Socket;
  readonly server: Socket;
  #credit = 0;

  constructor(client: Socket) {
    this.client = client;
    this.server = connect({ host: "127.0.0.1", port: options.forward });
    this.#forward(this.client, this.server, false);
    this.#forward(this.server, this.client, true);
    pairs.add(this);
  }

  /** Lets bytes go again, as far as the mode allows. */
  refresh(): void {
    if (mode === "slow") {
      this.#credit = (options.slowBytesPerSecond * SLICE_MS) / 1000;
      this.client.resume();
      this.server.resume();
    } else if (mode === "hold") {
      this.client.pause();
      this.server.pause();
    } else {
      this.client.resume();
      this.server.resume();
    }
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
    pairs.delete(this);
  }

  #forward(from: Socket, to: Socket, metered: boolean): void {
    from.on("data", (chunk: Buffer) => {
      to.write(chunk);
      if (mode === "hold") from.pause();
      if (mode !== "slow" || !metered) return;
      this.#credit -= chunk.length;
      if (this.#credit <= 0) from.pause();
    });
    from.on("end", () => {
      if (mode !== "hold") to.end();
    });
    from.on("error", () => this.reset());
    from.on("close", () => {
      if (mode !== "hold") this.reset();
    });
  }
}

function setMode(next: ProxyMode): void {
  mode = next;
  if (mode === "cut") for (const pair of pairs) pair.reset();
  for (const pair of pairs) pair.refresh();
  console.log(mode);
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  if (mode === "cut") client.resetAndDestroy();
  else new Pair(client).refresh();
});
setInterval(() => {
  if (mode === "slow") for (const pair of pairs) pair.refresh();
}, SLICE_MS);
server.listen(options.listen, "127.0.0.1", () => console.log("ready"));
createInterface({ input: process.stdin })
  .on("line", (line) => setMode(line.trim() as ProxyMode))
  .on("close", () => process.exit(0));
