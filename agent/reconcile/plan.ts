/**
 * The difference between what a Service is to be and what the kernel holds of it, as writes in
 * their order.
 *
 * A plan is for a whole Service: it takes all the room that it needs, or none and names the table
 * that is full. Planning writes nothing; apply.ts carries it out.
 */
import type { Frontend } from "../desired/frontends.ts";
import type { DesiredState } from "../desired/states.ts";
import type { Family } from "../../lib/model/rows.ts";
import type { Stores } from "../maps/store.ts";
import { assignStates } from "./assign.ts";
import { type Content, planContent } from "./content.ts";
import type { HeldState, Ledger } from "./ledger.ts";
import { type Shortage, Taking } from "./taking.ts";

/** A frontend that leaves the kernel, or moves to another state. */
export interface Withdrawal {
  readonly held: HeldState;
  readonly frontend: Frontend;
}

export interface StatePlan {
  readonly desired: DesiredState;
  readonly held: HeldState;
  readonly isNew: boolean;
  /**
   * Of the next extent's header; another than the held one's where the state goes to another
   * service port.
   */
  readonly owner: number;
  /** Undefined: the state does not flip. */
  readonly content: Content | undefined;
  readonly inserts: readonly Frontend[];
}

export interface Plan {
  readonly service: string;
  readonly states: readonly StatePlan[];
  /** Held states that nothing is to name any more. */
  readonly removed: readonly HeldState[];
  /** Of states that flip: withdrawn, and fenced, before the flip. */
  readonly early: readonly Withdrawal[];
  readonly late: readonly Withdrawal[];
}

/** A frontend that another service port has. */
export interface Taken {
  readonly frontend: Frontend;
  /** The desired state that does not get it. */
  readonly key: string;
  readonly by: string;
}

export interface Outcome {
  /** Undefined where nothing is to be done, or there is no room. */
  readonly plan: Plan | undefined;
  readonly shortage: Shortage | undefined;
  readonly taken: readonly Taken[];
}

export interface PlanInput {
  readonly ledger: Ledger;
  readonly stores: Stores;
  readonly service: string;
  readonly desired: readonly DesiredState[];
  /** Whether these are all states of the service; else its others stay as they are. */
  readonly whole: boolean;
}

export function planService(input: PlanInput): Outcome {
  const { ledger, service } = input;
  const { wanted, taken } = withoutTaken(input);
  const assigned = assignStates(
    ledger,
    wanted,
    (held) => held.service === service || ledger.vanishing.has(held),
  );
  const taking = new Taking(ledger);
  const states = wanted.map((desired) => planState(input, desired, assigned, taking));
  const served = new Set(assigned.values());
  const own = input.whole ? [...ledger.ofService(service)] : [];
  const removed = own.filter((held) => !served.has(held));
  const moves = planFrontends(ledger, states, removed);
  takeElements(taking, moves);
  if (taking.shortage !== undefined) {
    taking.undo();
    return { plan: undefined, shortage: taking.shortage, taken };
  }
  const plan = { service, removed, ...moves };
  return { plan: isEmpty(plan) ? undefined : plan, shortage: undefined, taken };
}

/** The plan that takes vanished states out of the kernel. */
export function planRemoval(removed: readonly HeldState[]): Plan {
  const late = removed.flatMap((held) => withdrawalsOf(held, held.frontends.values()));
  return { service: "", states: [], removed, early: [], late };
}

function isEmpty(plan: Plan): boolean {
  return (
    plan.removed.length === 0 &&
    plan.early.length === 0 &&
    plan.late.length === 0 &&
    plan.states.every((state) => !changes(state))
  );
}

function changes({ desired, held, content, inserts }: StatePlan): boolean {
  return content !== undefined || inserts.length > 0 || held.key !== desired.key;
}

/** Leaves out frontends that another service port has, and states that are left with none. */
function withoutTaken({ ledger, service, desired }: PlanInput): {
  wanted: DesiredState[];
  taken: Taken[];
} {
  const taken: Taken[] = [];
  const claimed = new Map<string, string>();
  const wanted = desired.map((state) => {
    const frontends = state.frontends.filter((frontend) => {
      const by = claimed.get(frontend.key) ?? strangerOf(ledger, service, frontend);
      if (by !== undefined) {
        taken.push({ frontend, key: state.key, by });
        return false;
      }
      claimed.set(frontend.key, state.servicePort);
      return true;
    });
    return { ...state, frontends };
  });
  return { wanted: wanted.filter(({ frontends }) => frontends.length > 0), taken };
}

function strangerOf(ledger: Ledger, service: string, frontend: Frontend): string | undefined {
  const promised = ledger.promisedTo(frontend.key);
  if (promised !== undefined) {
    return promised;
  }
  const held = ledger.byFrontend(frontend.key);
  if (held === undefined || held.service === service || ledger.vanishing.has(held)) {
    return undefined;
  }
  return held.service;
}

function planState(
  { ledger, stores }: PlanInput,
  desired: DesiredState,
  assigned: Map<string, HeldState>,
  taking: Taking,
): StatePlan {
  const found = assigned.get(desired.key);
  const held = found ?? newState(ledger, taking, desired);
  const isNew = found === undefined;
  const owner = ownerOf(ledger, held, desired, assigned);
  const content = planContent(stores, { desired, held, owner, isNew }, taking);
  return { desired, held, isNew, owner, content, inserts: [] };
}

function newState(ledger: Ledger, taking: Taking, { family }: DesiredState): HeldState {
  return {
    id: taking.state() ?? 0,
    family,
    owner: ledger.newOwner(),
    key: "",
    service: "",
    run: undefined,
    sound: true,
    unfenced: 0,
    cells: new Map(),
    frontends: new Map(),
  };
}

/**
 * A port that is only renamed goes on counting. A state that goes to another service, or changes
 * places with another port of its own, gets a new owner, so that no flow counts for a stranger; so
 * does one whose extent is broken.
 */
function ownerOf(
  ledger: Ledger,
  held: HeldState,
  desired: DesiredState,
  assigned: Map<string, HeldState>,
): number {
  const renamed = held.service === desired.service && !assigned.has(held.key);
  const same = held.key === "" || held.key === desired.key || renamed;
  return same && held.sound ? held.owner : ledger.newOwnerAfterNobody();
}

/** Which frontends are inserted and withdrawn, and in which phase. */
function planFrontends(
  ledger: Ledger,
  states: readonly StatePlan[],
  removed: readonly HeldState[],
): Pick<Plan, "states" | "early" | "late"> {
  const withdrawn = new Map<string, Withdrawal>();
  const withdraw = (held: HeldState, frontend: Frontend) =>
    withdrawn.set(frontend.key, { held, frontend });
  const planned = states.map((state) => {
    const inserts = state.desired.frontends.filter(
      ({ key, kind }) => state.held.frontends.get(key)?.kind !== kind,
    );
    for (const { key } of inserts) {
      const holder = ledger.byFrontend(key);
      const present = holder?.frontends.get(key);
      if (holder !== undefined && present !== undefined) {
        withdraw(holder, present);
      }
    }
    return { ...state, inserts };
  });
  for (const { desired, held } of states) {
    const wanted = new Set(desired.frontends.map(({ key }) => key));
    for (const frontend of held.frontends.values()) {
      if (!wanted.has(frontend.key)) {
        withdraw(held, frontend);
      }
    }
  }
  for (const held of removed) {
    held.frontends.forEach((frontend) => withdraw(held, frontend));
  }
  const flipping = new Set(states.filter(({ content }) => content).map(({ held }) => held));
  const all = [...withdrawn.values()];
  return {
    states: planned,
    early: all.filter(({ held }) => flipping.has(held)),
    late: all.filter(({ held }) => !flipping.has(held)),
  };
}

function withdrawalsOf(held: HeldState, frontends: Iterable<Frontend>): Withdrawal[] {
  return [...frontends].map((frontend) => ({ held, frontend }));
}

function takeElements(taking: Taking, moves: Pick<Plan, "states" | "early" | "late">): void {
  const inserts = moves.states.flatMap((state) => state.inserts);
  const withdrawn = [...moves.early, ...moves.late].map(({ frontend }) => frontend);
  const count = (frontends: readonly Frontend[], family: Family) =>
    frontends.filter((frontend) => frontend.family === family).length;
  for (const family of [4, 6] as const) {
    taking.frontends(family, count(inserts, family), count(withdrawn, family));
  }
}
