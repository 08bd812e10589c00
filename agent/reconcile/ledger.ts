/**
 * What the kernel holds and whose it is: the reconciler's memory of the stores, restored from them
 * at start.
 *
 * Invariants: a frontend, a cell and a run of slots belong to one held state; an id is given back
 * only by the grace period's end. Nothing here writes to a store.
 */
import type { Frontend } from "../desired/frontends.ts";
import type { Family } from "../../lib/model/rows.ts";
import type { Extents, Run } from "./extents.ts";
import type { Ids } from "./ids.ts";

/**
 * A run of slots, and how many held states read it: more than one only where broken extents
 * overlap.
 */
export interface HeldRun extends Run {
  readonly base: number;
  size: number;
  readers: number;
}

/** A state id in use: a service port of one family. */
export interface HeldState {
  readonly id: number;
  readonly family: Family;
  /** The serial number in the extent's header and the counters. */
  owner: number;
  /** The desired state it is; "" while that is unknown. */
  key: string;
  /** "" while unknown. */
  service: string;
  run: HeldRun | undefined;
  /** False: what its extent says is not to be relied on, so that it is written anew. */
  sound: boolean;
  /**
   * Withdrawals of its frontends that no fence has followed yet: a reader may still come by one of
   * them.
   */
  unfenced: number;
  /** Cells by backend key. */
  readonly cells: Map<string, number>;
  /** The frontends in the kernel that name it, by key. */
  readonly frontends: Map<string, Frontend>;
}

export interface LedgerParts {
  readonly states: Ids;
  readonly cells: { readonly [F in Family]: Ids };
  readonly slots: Extents;
  /** Elements of services4 and services6 that may be held. */
  readonly frontendCapacity: { readonly [F in Family]: number };
  /** Greater than every serial number ever used. */
  readonly nextOwner: number;
}

const OWNER_MAX = 2 ** 32 - 1;

export class Ledger {
  readonly states: Ids;
  readonly cells: { readonly [F in Family]: Ids };
  readonly slots: Extents;
  readonly frontendCapacity: { readonly [F in Family]: number };
  /** Elements in the kernel, and those that a plan under way will add. */
  readonly frontendCount: { [F in Family]: number } = { 4: 0, 6: 0 };
  readonly #byFrontend = new Map<string, HeldState>();
  readonly #promised = new Map<string, string>();
  readonly #byKey = new Map<string, HeldState>();
  readonly #byService = new Map<string, Set<HeldState>>();
  /** States that no service claims any more: to be taken over, or removed when a round ends. */
  readonly vanishing = new Set<HeldState>();
  /** Grows whenever something of any table becomes free. */
  freed = 0;
  #nextOwner: number;

  constructor(parts: LedgerParts) {
    this.states = parts.states;
    this.cells = parts.cells;
    this.slots = parts.slots;
    this.frontendCapacity = parts.frontendCapacity;
    this.#nextOwner = parts.nextOwner;
  }

  /** A serial number that was never used before. */
  newOwner(): number {
    if (this.#nextOwner > OWNER_MAX) {
      throw new RangeError("the serial numbers of service ports are used up");
    }
    return this.#nextOwner++;
  }

  /** The same, with the number before it left to nobody (see noOwnerBefore). */
  newOwnerAfterNobody(): number {
    this.newOwner();
    return this.newOwner();
  }

  byFrontend(key: string): HeldState | undefined {
    return this.#byFrontend.get(key);
  }

  /** The service whose plan is under way and will insert the frontend. */
  promisedTo(frontend: string): string | undefined {
    return this.#promised.get(frontend);
  }

  promise(service: string, frontends: Iterable<string>): void {
    for (const key of frontends) {
      this.#promised.set(key, service);
    }
  }

  fulfil(frontends: Iterable<string>): void {
    for (const key of frontends) {
      this.#promised.delete(key);
    }
  }

  byKey(key: string): HeldState | undefined {
    return this.#byKey.get(key);
  }

  ofService(service: string): ReadonlySet<HeldState> {
    return this.#byService.get(service) ?? EMPTY;
  }

  all(): IterableIterator<HeldState> {
    return this.#byKey.values();
  }

  /** The state now serves this desired state. */
  claim(held: HeldState, service: string, key: string): void {
    this.#forget(held);
    this.vanishing.delete(held);
    held.service = service;
    held.key = key;
    this.#byKey.set(key, held);
    const states = this.#byService.get(service) ?? new Set();
    this.#byService.set(service, states.add(held));
  }

  /** Its service is gone; it keeps its name, so that a successor of another name shows. */
  abandon(held: HeldState): void {
    this.#forget(held);
    this.vanishing.add(held);
  }

  /** It leaves the kernel. */
  drop(held: HeldState): void {
    this.#forget(held);
    this.vanishing.delete(held);
  }

  addFrontend(held: HeldState, frontend: Frontend): void {
    held.frontends.set(frontend.key, frontend);
    this.#byFrontend.set(frontend.key, held);
  }

  removeFrontend(held: HeldState, key: string): void {
    held.frontends.delete(key);
    if (this.#byFrontend.get(key) === held) {
      this.#byFrontend.delete(key);
    }
  }

  #forget(held: HeldState): void {
    if (this.#byKey.get(held.key) === held) {
      this.#byKey.delete(held.key);
    }
    const states = this.#byService.get(held.service);
    states?.delete(held);
    if (states?.size === 0) {
      this.#byService.delete(held.service);
    }
  }
}

const EMPTY: ReadonlySet<HeldState> = new Set();
