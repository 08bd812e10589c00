/**
 * A TCP proxy that misbehaves on demand: between the operator and the API server. In: the ports as
 * JSON in the first argument, then a mode a line. Out: "ready", then a line a mode that has been
 * taken.
 *
 * "pass": bytes go through. "cut": connections are reset, new ones too. "strand": the connections
 * that are open stay so and never carry a byte again, as when a path is lost without a word; new
 * ones pass. "slow": so many bytes a second of each connection from the server.
 */
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

export type ProxyMode = "pass" | "cut" | "strand" | "slow";

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
  readonly #client: Socket;
  readonly #server: Socket;
  /** Bytes from the server that may yet go in this slice of time. */
  #credit = 0;
  #stranded = false;

  constructor(client: Socket) {
    this.#client = client;
    this.#server = connect({ host: "127.0.0.1", port: options.forward });
    this.#forward(this.#client, this.#server, false);
    this.#forward(this.#server, this.#client, true);
    pairs.add(this);
  }

  /** A new slice of time: bytes may go again. */
  refill(): void {
    if (this.#stranded) return;
    this.#credit = (options.slowBytesPerSecond * SLICE_MS) / 1000;
    this.#server.resume();
  }

  strand(): void {
    this.#stranded = true;
    this.#client.pause();
    this.#server.pause();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
    pairs.delete(this);
  }

  #forward(from: Socket, to: Socket, metered: boolean): void {
    from.on("data", (chunk: Buffer) => {
      if (this.#stranded) return;
      to.write(chunk);
      if (mode !== "slow" || !metered) return;
      this.#credit -= chunk.length;
      if (this.#credit <= 0) from.pause();
    });
    const end = (finish: () => void) => {
      if (!this.#stranded) finish();
    };
    from.on("end", () => end(() => to.end()));
    from.on("error", () => end(() => this.reset()));
    from.on("close", () => end(() => this.reset()));
  }
}

function setMode(next: ProxyMode): void {
  for (const pair of pairs) {
    if (next === "strand") pair.strand();
    else if (next === "cut") pair.reset();
    else pair.refill();
  }
  mode = next === "strand" ? "pass" : next;
  console.log(next);
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  if (mode === "cut") client.resetAndDestroy();
  else new Pair(client).refill();
});
setInterval(() => {
  if (mode === "slow") for (const pair of pairs) pair.refill();
}, SLICE_MS);
server.listen(options.listen, "127.0.0.1", () => console.log("ready"));
createInterface({ input: process.stdin })
  .on("line", (line) => setMode(line.trim() as ProxyMode))
  .on("close", () => process.exit(0));
