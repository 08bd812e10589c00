/** The lab's end of the proxy that misbehaves. */
import { createInterface } from "node:readline";
import { eventually } from "../harness/deadline.ts";
import { type Place, type PlacedProcess, startIn } from "../harness/place.ts";
import type { ProxyMode, ProxyOptions } from "./proxy.ts";

const PROGRAM = new URL("proxy.ts", import.meta.url).pathname;

export class ProxyProcess {
  readonly #process: PlacedProcess;
  readonly #said: string[] = [];

  constructor(place: Place, options: ProxyOptions) {
    const command = [process.execPath, PROGRAM, JSON.stringify(options)];
    this.#process = startIn(place, { name: "proxy", command, output: "pipe" });
    const { stdout, stdin } = this.#process.child;
    if (stdout === null || stdin === null) throw new Error("the proxy needs pipes");
    stdin.on("error", () => {});
    createInterface({ input: stdout }).on("line", (line) => this.#said.push(line));
  }

  async ready(): Promise<void> {
    await eventually({ what: "the proxy is ready" }, () => this.#said.includes("ready"));
  }

  /** Resolves when the mode is in force. */
  async set(mode: ProxyMode): Promise<void> {
    const before = this.#said.length;
    this.#process.child.stdin?.write(`${mode}\n`);
    await eventually({ what: `the proxy takes ${mode}` }, () => this.#said.length > before);
  }
}
