/**
 * Brings the kernel to what the rows ask for: plans and applies every stale Service, then removes
 * what nobody claims, until nothing is stale and nothing that was refused fits.
 *
 * Rounds are not run at the same time. Services are taken by key, so that of two that ask for one
 * frontend the smaller key gets it, unless one has it already.
 */
import { desiredStates, refusalsOf } from "../desired/states.ts";
import { serviceStore } from "../maps/frontend.ts";
import { complete, type Kernel, needsFence, noOwnerBefore, prepare, restState } from "./apply.ts";
import {
  type Failure,
  refusalFailure,
  shortageFailure,
  takenFailure,
  writeFailure,
} from "./failures.ts";
import { type Outcome, type Plan, planRemoval, planService } from "./plan.ts";
import type { StoreFailure } from "../maps/store.ts";
import type { Strays } from "./restore.ts";
import type { ServiceIndex, Stale } from "./service-index.ts";
import { hasRoom, type Shortage } from "./taking.ts";
import { Waiters } from "./waiters.ts";

interface Refused extends Shortage {
  /** What the ledger had freed when it was refused. */
  readonly freed: number;
}

export class Rounds {
  readonly #kernel: Kernel;
  readonly #index: ServiceIndex;
  readonly #waiters = new Waiters();
  readonly #failures = new Map<string, readonly Failure[]>();
  readonly #refused = new Map<string, Refused>();
  /** Services refused by a store that may take them later. */
  readonly #unwritten = new Map<string, StoreFailure["code"]>();
  #strays: Strays | undefined;
  /** What a round has taken from the index and not finished. */
  readonly #begun = new Set<string>();

  constructor(kernel: Kernel, index: ServiceIndex, strays: Strays) {
    this.#kernel = kernel;
    this.#index = index;
    this.#strays = strays;
  }

  failures(): Failure[] {
    return [...this.#failures.values()].flat();
  }

  /**
   * Whether a store refused something for another reason than room: to be tried again after a
   * while.
   */
  get hasUnwritten(): boolean {
    return this.#unwritten.size > 0;
  }

  /**
   * Marks it stale. "restore": the kernel has frontends that were not known, so that it is to be
   * read back first.
   */
  retryUnwritten(): "restore" | "mark" {
    this.#unwritten.forEach((_, service) => this.#index.mark(service, "all"));
    return [...this.#unwritten.values()].includes("exists") ? "restore" : "mark";
  }

  /** After run has thrown: the Services that it may not have programmed. */
  unfinished(): Iterable<string> {
    return [...this.#begun, ...this.#index.staleServices()];
  }

  /** Throws a StoreError when it is not known any more what the kernel holds. */
  async run(): Promise<void> {
    this.#deleteStrayFrontends();
    do {
      await this.#pass();
    } while (this.#index.isStale || (await this.#markFitting()));
    this.#reclaimStrays();
    this.#begun.clear();
  }

  async #pass(): Promise<void> {
    const { pacer, stores, ledger } = this.#kernel;
    this.#abandonGone();
    const stale = this.#index.takeStale();
    const services = [...stale.keys()].sort();
    services.forEach((service) => this.#begun.add(service));
    const fenced: Plan[] = [];
    for (const service of services) {
      const plan = this.#plan(service, stale.get(service) ?? "all");
      if (plan !== undefined) {
        await prepare(this.#kernel, plan);
        await this.#completeOr(plan, fenced);
      }
      if (pacer.due()) {
        await pacer.pause();
      }
    }
    if (fenced.length > 0) {
      await stores.fence();
    }
    for (const plan of fenced) {
      await this.#complete(plan);
      ledger.fulfil(insertedBy(plan));
    }
    await this.#removeVanishing();
  }

  /**
   * Plans that need a fence wait for a common one; but not those that take from vanishing states.
   */
  async #completeOr(plan: Plan, fenced: Plan[]): Promise<void> {
    if (!needsFence(plan)) {
      await this.#complete(plan);
    } else if (this.#takesVanishing(plan)) {
      await this.#kernel.stores.fence();
      await this.#complete(plan);
    } else {
      this.#kernel.ledger.promise(plan.service, insertedBy(plan));
      fenced.push(plan);
    }
  }

  #takesVanishing({ states, early, late }: Plan): boolean {
    const { vanishing } = this.#kernel.ledger;
    return [...states, ...early, ...late].some(({ held }) => vanishing.has(held));
  }

  async #complete(plan: Plan): Promise<void> {
    const failure = await complete(this.#kernel, plan);
    if (failure === undefined) {
      this.#wake([...plan.early, ...plan.late].map(({ frontend }) => frontend.key));
      return;
    }
    this.#wake(insertedBy(plan));
    const { service } = plan;
    const others = this.#failures.get(service) ?? [];
    this.#failures.set(service, [...others, writeFailure(service, failure.message)]);
    this.#unwritten.set(service, failure.code);
  }

  #wake(frontends: Iterable<string>): void {
    for (const key of frontends) {
      for (const service of this.#waiters.of(key)) {
        this.#index.mark(service, "all");
      }
    }
  }

  #abandonGone(): void {
    const { ledger } = this.#kernel;
    for (const service of this.#index.staleServices()) {
      if (this.#index.services.has(service)) {
        continue;
      }
      for (const held of ledger.ofService(service)) {
        ledger.abandon(held);
        this.#wake(held.frontends.keys());
      }
      this.#waiters.replace(service, []);
      this.#record(service, []);
    }
  }

  #record(service: string, failures: readonly Failure[], shortage?: Shortage): void {
    this.#unwritten.delete(service);
    this.#refused.delete(service);
    this.#failures.delete(service);
    if (failures.length > 0) {
      this.#failures.set(service, failures);
    }
    if (shortage !== undefined) {
      this.#refused.set(service, { ...shortage, freed: this.#kernel.ledger.freed });
    }
  }

  #plan(service: string, scope: Stale): Plan | undefined {
    const row = this.#index.services.get(service);
    if (row === undefined) {
      return undefined;
    }
    const whole = scope === "all" || this.#isUnsettled(service);
    const desired = desiredStates(row, this.#index, whole ? undefined : scope);
    const { stores, ledger } = this.#kernel;
    const outcome = planService({ ledger, stores, service, desired, whole });
    if (whole || outcome.shortage !== undefined) {
      this.#recordOutcome(service, outcome);
    }
    return outcome.plan;
  }

  #isUnsettled(service: string): boolean {
    return this.#refused.has(service) || this.#unwritten.has(service);
  }

  #recordOutcome(service: string, { taken, shortage }: Outcome): void {
    const row = this.#index.services.get(service);
    const refusals = row === undefined ? [] : refusalsOf(row);
    const failures = [
      ...refusals.map((refusal) => refusalFailure(service, refusal)),
      ...taken.map((each) => takenFailure(service, each)),
      ...(shortage === undefined ? [] : [shortageFailure(service, shortage)]),
    ];
    this.#record(service, failures, shortage);
    this.#waiters.replace(
      service,
      taken.map(({ frontend }) => frontend.key),
    );
  }

  async #removeVanishing(): Promise<void> {
    const { ledger, pacer } = this.#kernel;
    for (const held of ledger.vanishing) {
      await this.#complete(planRemoval([held]));
      if (pacer.due()) {
        await pacer.pause();
      }
    }
  }

  /** Marks what was refused and fits by now; waits for what rests, since that is room too. */
  async #markFitting(): Promise<boolean> {
    const { ledger, grace } = this.#kernel;
    if (this.#refused.size === 0) {
      return false;
    }
    await grace.drain();
    for (const [service, refused] of this.#refused) {
      if (ledger.freed > refused.freed && hasRoom(ledger, refused)) {
        this.#index.mark(service, "all");
      }
    }
    return this.#index.isStale;
  }

  #deleteStrayFrontends(): void {
    const { stores, ledger } = this.#kernel;
    for (const { family, key } of this.#strays?.frontends ?? []) {
      serviceStore(stores, family).delete(key);
      ledger.frontendCount[family]--;
    }
    if (this.#strays !== undefined) {
      this.#strays = { ...this.#strays, frontends: [] };
    }
  }

  /** After the first round nothing reads what no service claimed. */
  #reclaimStrays(): void {
    const { stores, ledger, grace } = this.#kernel;
    const strays = this.#strays;
    this.#strays = undefined;
    if (strays === undefined) {
      return;
    }
    strays.states.forEach((id) => restState(this.#kernel, id));
    if (strays.cells.length > 0) {
      grace.rest({ cells: strays.cells });
    }
    for (const held of strays.recounts) {
      const isHeld = ledger.byKey(held.key) === held;
      if (isHeld && stores.counters.read(held.id).owner !== held.owner) {
        stores.counters.reset(held.id, noOwnerBefore(held.owner));
        grace.rest({ recounts: [held] });
      }
    }
  }
}

function insertedBy({ states }: Plan): string[] {
  return states.flatMap(({ inserts }) => inserts.map(({ key }) => key));
}
