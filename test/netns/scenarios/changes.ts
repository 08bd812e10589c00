/**
 * Changes of a Service's backends at a steady rate: one server leaves or comes back at a time, at
 * random.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Pod } from "../../harness/lab.ts";
import type { LabService } from "../../harness/lab-service.ts";
import type { Random } from "./random.ts";

const BACKENDS_MIN = 2;

export class Changes {
  readonly #service: LabService;
  readonly #servers: readonly Pod[];
  readonly #random: Random;
  #running: Promise<void> | undefined;
  #stopping = false;
  made = 0;

  constructor(service: LabService, servers: readonly Pod[], random: Random) {
    this.#service = service;
    this.#servers = servers;
    this.#random = random;
  }

  /** Begins to change; a rate is changes a second. */
  start(rate: number): void {
    this.#stopping = false;
    this.#running = this.#run(1000 / rate);
  }

  /** Ends with the last change written. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** One change: a server leaves, or another comes back. */
  async change(): Promise<void> {
    const { backends } = this.#service;
    const server = this.#random.pick(this.#servers);
    const others = backends.filter((pod) => pod !== server);
    const leaves = others.length < backends.length && others.length >= BACKENDS_MIN;
    if (leaves) await this.#service.setBackends(others);
    else if (others.length === backends.length)
      await this.#service.setBackends([...others, server]);
    else return this.change();
    this.made++;
  }

  async #run(intervalMs: number): Promise<void> {
    let due = performance.now();
    while (!this.#stopping) {
      await this.change();
      due = Math.max(due + intervalMs, performance.now() - intervalMs);
      await delay(Math.max(0, due - performance.now()));
    }
  }
}
