/**
 * Follows the node's devices, addresses and routes: a dump, then rtnetlink's events, then a dump
 * again whenever the kernel had to drop some. Calls back with the facts some milliseconds after
 * they changed, so that what a CNI plugin does in one go is looked at once.
 */
import { netlinkListen, type Subscription } from "../../native/index.ts";
import {
  dumpAddresses,
  dumpLinks,
  dumpRoutes,
  parseEvents,
  RTNETLINK_GROUPS,
} from "../../native/rtnetlink.ts";
import { type NetFacts, NetState } from "./net-state.ts";

const SETTLE_MS = 5;
/** A node with a full routing table is not asked again and again for all of it. */
const REFRESH_COST_MS_MAX = 20;
const { LINK, TC, ADDRESS4, ADDRESS6, ROUTE4, ROUTE6 } = RTNETLINK_GROUPS;

export interface NetworkWatchOptions {
  readonly onChange: (facts: NetFacts) => void;
  /** Filters or qdiscs of a device came or went. */
  readonly onTc: (ifindex: number) => void;
  readonly onError: (error: unknown) => void;
}

export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  readonly #state = new NetState();
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #resyncs = 0;
  #dumpMs = 0;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  /** Times that events were lost and all was asked for again. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** Subscribes, then dumps: what happens in between comes as events and changes nothing twice. */
  start(): NetFacts {
    this.#subscription = netlinkListen(
      LINK | TC | ADDRESS4 | ADDRESS6 | ROUTE4 | ROUTE6,
      (messages) => this.#take(messages),
    );
    return this.#dump();
  }

  /**
   * Asks for all anew where that is cheap: the kernel keeps silent on some routes that it drops.
   */
  refresh(): NetFacts {
    return this.#dumpMs > REFRESH_COST_MS_MAX ? this.#state.facts() : this.#dump();
  }

  #dump(): NetFacts {
    const begin = performance.now();
    this.#state.reset({
      links: dumpLinks(),
      addresses: dumpAddresses(),
      routes: dumpRoutes(),
    });
    this.#dumpMs = performance.now() - begin;
    return this.#state.facts();
  }

  close(): void {
    this.#subscription?.close();
    clearTimeout(this.#timer);
  }

  #take(messages: Uint8Array | "resync"): void {
    try {
      if (messages === "resync") {
        this.#resyncs++;
        this.#dump();
        this.#schedule();
        return;
      }
      let changed = false;
      for (const event of parseEvents(messages)) {
        if (event.kind === "tc") this.#options.onTc(event.ifindex);
        if (this.#state.apply(event)) changed = true;
      }
      if (changed) this.#schedule();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.onChange(this.#state.facts());
    }, SETTLE_MS);
  }
}
