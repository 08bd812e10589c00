/**
 * Follows the node: what the network's events change is judged anew and told to the programs' maps,
 * and whoever keeps the hooks is called back with the devices. One round at a time and at most one
 * waiting, so that a storm of events costs no more than the node has devices.
 */
import type { Logger } from "../../lib/log.ts";
import type { Device } from "./devices.ts";
import type { NetFacts } from "./net-state.ts";
import { NetworkWatch } from "./network-watch.ts";
import type { NodeView } from "./node-view.ts";
import type { DatapathFacts } from "./settings.ts";

export interface FollowerOptions {
  readonly view: NodeView;
  /** After each round, in the same turn of the event loop. */
  readonly onDevices: (devices: readonly Device[]) => void;
  /** The filters of a device changed, or of all for undefined: they are to be looked at. */
  readonly onDoubt: (ifindex: number | undefined) => void;
  /** How often all is looked at, in milliseconds. */
  readonly verifyMs: number;
  readonly log: Logger;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #network: NetworkWatch;
  #facts: DatapathFacts | undefined;
  #netFacts: NetFacts | undefined;
  #round: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#network = new NetworkWatch({
      onChange: (facts) => {
        this.#netFacts = facts;
        this.#inBackground();
      },
      onTc: (ifindex) => {
        options.onDoubt(ifindex);
        this.#inBackground();
      },
      onError: (error) => options.log.error({ error }, "the network's events cannot be read"),
    });
  }

  /** Times that events were lost and all was asked for again. */
  get resyncs(): number {
    return this.#network.resyncs;
  }

  /** Judges the node by these facts from now on; resolves after a round with them. */
  follow(facts: DatapathFacts): Promise<void> {
    this.#facts = facts;
    if (this.#netFacts === undefined) {
      this.#netFacts = this.#network.start();
      this.#timer = setInterval(() => this.#verify(), this.#options.verifyMs);
    }
    return this.#nextRound();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#network.close();
    await this.#round;
  }

  #verify(): void {
    try {
      this.#netFacts = this.#network.refresh();
    } catch (error) {
      this.#options.log.error({ error }, "the network cannot be read");
    }
    this.#options.onDoubt(undefined);
    this.#inBackground();
  }

  #nextRound(): Promise<void> {
    if (this.#waiting !== undefined) return this.#waiting;
    const round = this.#round.then(() => {
      this.#waiting = undefined;
      return this.#run();
    });
    this.#waiting = round;
    this.#round = round.catch(() => undefined);
    return round;
  }

  async #run(): Promise<void> {
    const { view, onDevices, log } = this.#options;
    if (this.#closed || this.#netFacts === undefined || this.#facts === undefined) return;
    const before = view.notes.join();
    await view.sync(this.#netFacts, this.#facts, Date.now());
    if (this.#closed) return;
    onDevices(view.devices);
    if (view.notes.join() !== before) {
      log.warn({ notes: view.notes }, "the node is not served in full");
    }
  }

  /** A round that fails is told, and tried again when all is looked at. */
  #inBackground(): void {
    this.#nextRound().catch((error: unknown) => {
      this.#options.log.error({ error }, "the node's devices could not be followed");
    });
  }
}
