/**
 * The agent of one node of a lab: started in the node's namespace, with the node's cgroup and
 * bpffs.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  CONTROL_PATHS,
  type DatapathAnswer,
  type MapPage,
  type ReplaceAnswer,
  type ServiceDetail,
  type StatusAnswer,
} from "../../agent/control/api.ts";
import { eventually } from "./deadline.ts";
import { flagged, type Place, type PlacedProcess, startIn } from "./place.ts";
import { unixJson } from "./unix-http.ts";

const PROGRAM = new URL("../../agent/main.ts", import.meta.url).pathname;

export interface AgentOptions {
  readonly node: string;
  readonly operator: string;
  /** Where it runs: the node's namespace, but outside the cgroup that it hooks. */
  readonly place: Place;
  /** The cgroup that it hooks. */
  readonly cgroup: string;
  readonly bpffs: string;
  /** Of its state and socket. */
  readonly folder: string;
  readonly delivery: "stack" | "direct";
  readonly hooks: "auto" | "tcx" | "clsact";
  readonly flags: Readonly<Record<string, string>>;
}

export class AgentProcess {
  readonly #options: AgentOptions;
  process: PlacedProcess | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    mkdirSync(join(options.folder, "agent"), { recursive: true, mode: 0o700 });
  }

  get node(): string {
    return this.#options.node;
  }

  get socket(): string {
    return join(this.#options.folder, "agent.sock");
  }

  get bpffs(): string {
    return this.#options.bpffs;
  }

  /** Starts it, with other flags than its own for this once; resolves at once. */
  launch(others: Readonly<Record<string, string>> = {}): void {
    if (this.process !== undefined && this.process.exit === undefined) {
      throw new Error(`the agent of ${this.node} runs already`);
    }
    const { place, operator, cgroup, bpffs, folder, delivery, hooks, flags } = this.#options;
    const command = flagged([process.execPath, PROGRAM], {
      node: this.node,
      operator,
      bpffs,
      cgroup,
      "state-dir": join(folder, "agent"),
      socket: this.socket,
      http: "127.0.0.1:9101",
      delivery,
      hooks,
      ...flags,
      ...others,
    });
    this.process = startIn(place, { name: "agent", command, output: "log" });
  }

  /** Starts it and waits until it says that it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  async ready(): Promise<StatusAnswer> {
    return this.reaches("is ready", (status) => status.ready);
  }

  /** Waits for a status; the deadline's error names the last one. */
  async reaches(
    what: string,
    holds: (status: StatusAnswer) => boolean,
    timeoutMs = 60_000,
  ): Promise<StatusAnswer> {
    let last: StatusAnswer | undefined;
    try {
      return await eventually(
        { what: `the agent of ${this.node} ${what}`, timeoutMs },
        async () => {
          this.#assertRuns();
          last = await this.status();
          return holds(last) && last;
        },
      );
    } catch (error) {
      const reasons = JSON.stringify(last?.unreadyReasons);
      throw new Error(`${(error as Error).message}; ${reasons}; log: ${this.process?.logTail()}`, {
        cause: error,
      });
    }
  }

  status(): Promise<StatusAnswer> {
    return this.#get<StatusAnswer>(CONTROL_PATHS.status);
  }

  datapath(): Promise<DatapathAnswer> {
    return this.#get<DatapathAnswer>(CONTROL_PATHS.datapath);
  }

  service(namespace: string, name: string): Promise<ServiceDetail> {
    return this.#get<ServiceDetail>(`${CONTROL_PATHS.services}/${namespace}/${name}`);
  }

  replace(): Promise<ReplaceAnswer> {
    const options = { socket: this.socket, path: CONTROL_PATHS.replace, method: "POST" } as const;
    return unixJson<ReplaceAnswer>({ ...options, timeoutMs: 120_000 });
  }

  /** All rows of a map, decoded. */
  async map(name: string): Promise<MapPage["rows"]> {
    const rows: (readonly string[])[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page: MapPage = await this.#get(`${CONTROL_PATHS.maps}/${name}?offset=${offset}`);
      rows.push(...page.rows);
      offset = page.next;
    }
    return rows;
  }

  async kill(): Promise<void> {
    await this.process?.stop("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.process?.stop("SIGTERM");
  }

  #get<T>(path: string): Promise<T> {
    return unixJson<T>({ socket: this.socket, path });
  }

  #assertRuns(): void {
    const exit = this.process?.exit;
    if (exit === undefined) return;
    throw new Error(`the agent ended (${JSON.stringify(exit)}): ${this.process?.logTail()}`);
  }
}
