/** An operator as a process on a folder of manifests, and an agent's end of its stream. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createTableClient, type TableClient } from "../../agent/subscribe/table-client.ts";
import { createLogger } from "../../lib/log.ts";
import type { Tables } from "../../lib/model/change.ts";
import type { Problem } from "../../operator/problems.ts";

const PROGRAM = join(import.meta.dirname, "../../operator/main.ts");
const DEADLINE_MS = 60_000;

export class OperatorRun {
  readonly manifests: string;
  /** Each complete state's endpoint keys, as the agent saw them. */
  readonly states: string[][] = [];
  tables: Tables | undefined;
  client: TableClient | undefined;
  log = "";
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #http = "";

  private constructor(folder: string) {
    this.#folder = folder;
    this.manifests = join(folder, "manifests");
    mkdirSync(this.manifests);
  }

  /** Ended and cleaned up after the test. */
  static async create(context: TestContext): Promise<OperatorRun> {
    const run = new OperatorRun(await mkdtemp(join(tmpdir(), `leat-operator-${process.pid}-`)));
    context.after(() => run.#close());
    return run;
  }

  get address(): string {
    return `unix:${join(this.#folder, "operator.sock")}`;
  }

  async start(...flags: readonly string[]): Promise<void> {
    this.log = "";
    const own = ["--listen", this.address, "--http", "127.0.0.1:0"];
    const source = ["--manifests", this.manifests, "--state-dir", join(this.#folder, "state")];
    const child = spawn(process.execPath, [PROGRAM, ...own, ...source, ...flags]);
    this.#process = child;
    child.stdout.on("data", (piece: Buffer) => (this.log += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (this.log += piece.toString()));
    await this.until("it says where it serves HTTP", () => {
      const port = /"port":(\d+)/.exec(this.log)?.[1];
      this.#http = `http://127.0.0.1:${port}`;
      return port !== undefined;
    });
  }

  async ready(): Promise<void> {
    await this.until("ready", async () => (await this.get("/readyz")).status === 200);
  }

  /** Follows the tables as an agent does. */
  follow(): void {
    this.client = createTableClient({
      address: this.address,
      node: "node-1",
      version: "test",
      log: createLogger({ name: "agent", level: "silent" }),
      random: Math.random,
      onSync: async ({ tables }) => {
        this.tables = tables;
        this.states.push([...tables.endpoints.keys()]);
        return [];
      },
    });
    this.client.start();
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.#http}${path}`);
  }

  async problems(): Promise<Problem[]> {
    return (await (await this.get("/problems")).json()) as Problem[];
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await this.get("/metrics")).text();
    return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
  }

  put(name: string, text: string): void {
    const draft = join(this.#folder, "draft");
    writeFileSync(draft, text);
    renameSync(draft, join(this.manifests, name));
  }

  remove(name: string): void {
    rmSync(join(this.manifests, name));
  }

  /** The exit code; null after a signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    assert.ok(child);
    const exit = once(child, "exit");
    child.kill(signal);
    const [code] = (await exit) as [number | null];
    this.#process = undefined;
    return code;
  }

  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!(await condition())) {
      assert.ok(Date.now() < deadline, `not within ${DEADLINE_MS} ms: ${what}\n${this.log}`);
      await sleep(20);
    }
  }

  async #close(): Promise<void> {
    await this.client?.stop();
    if (this.#process !== undefined) await this.end("SIGKILL");
    await rm(this.#folder, { recursive: true });
  }
}
