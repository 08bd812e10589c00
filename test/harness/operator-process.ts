/**
 * The operator of a lab: one process in the router's namespace, reached by the agents over a unix
 * socket.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { POD_CIDRS, SERVICE_CIDRS } from "./addresses.ts";
import { eventually } from "./deadline.ts";
import { flagged, type Place, type PlacedProcess, startIn } from "./place.ts";
import { type HttpAnswer, netnsRequest } from "./unix-http.ts";

const PROGRAM = new URL("../../operator/main.ts", import.meta.url).pathname;
const HTTP = { address: "127.0.0.1", port: 9100 };

/** Where its objects come from: the flag and its value. */
export type OperatorSource = { readonly manifests: string } | { readonly kubeconfig: string };

export interface OperatorOptions {
  readonly place: Place;
  /** Folder of the socket and the state. */
  readonly folder: string;
  readonly source: OperatorSource;
  readonly flags: Readonly<Record<string, string>>;
}

export class OperatorProcess {
  readonly #options: OperatorOptions;
  process: PlacedProcess | undefined;

  constructor(options: OperatorOptions) {
    this.#options = options;
    mkdirSync(join(options.folder, "operator"), { recursive: true, mode: 0o700 });
  }

  /** What agents are given as the operator's address. */
  get address(): string {
    return `unix:${join(this.#options.folder, "operator.sock")}`;
  }

  /** Starts it; resolves at once. */
  launch(): void {
    if (this.process !== undefined && this.process.exit === undefined) {
      throw new Error("the operator runs already");
    }
    const { place, folder, source, flags } = this.#options;
    const command = flagged([process.execPath, PROGRAM], {
      ...source,
      listen: this.address,
      http: `${HTTP.address}:${HTTP.port}`,
      "state-dir": join(folder, "operator"),
      "pod-cidrs": POD_CIDRS.join(","),
      "service-cidrs": SERVICE_CIDRS.join(","),
      ...flags,
    });
    this.process = startIn(place, { name: "operator", command, output: "log" });
  }

  /** Starts it and waits until it says that it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  async ready(): Promise<void> {
    await eventually({ what: "the operator is ready", timeoutMs: 60_000 }, async () => {
      this.#assertRuns();
      return (await this.get("/readyz")).status === 200;
    });
  }

  /** Of its own port: /metrics, /livez, /readyz, /problems. */
  get(path: string): Promise<HttpAnswer> {
    return netnsRequest({ netns: this.#options.place.netns, ...HTTP, path });
  }

  async kill(): Promise<void> {
    await this.process?.stop("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.process?.stop("SIGTERM");
  }

  #assertRuns(): void {
    const exit = this.process?.exit;
    if (exit === undefined) return;
    throw new Error(`the operator ended (${JSON.stringify(exit)}): ${this.process?.logTail()}`);
  }
}
