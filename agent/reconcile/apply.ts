/**
 * Carries a plan out, in the order that keeps every reader whole: cells and extents, which nobody
 * reads yet; frontends withdrawn from states that flip, and a fence; the flips, one store each; the
 * frontends that go and come; then the words of backends that serve no more. What is unlinked rests
 * for a grace period.
 */
import type { Frontend } from "../desired/frontends.ts";
import type { Family } from "../../lib/model/rows.ts";
import { cellFlags, retireCell, writeCell } from "../maps/cell.ts";
import { encodeFrontendKey, encodeFrontendValue, serviceStore } from "../maps/frontend.ts";
import type { StoreFailure, Stores } from "../maps/store.ts";
import { highOf, lowOf, nextGeneration, pack } from "../maps/words.ts";
import { StoreError } from "./errors.ts";
import type { CellRef, Grace } from "./grace.ts";
import type { HeldState, Ledger } from "./ledger.ts";
import type { Pacer } from "./pacer.ts";
import type { Plan, StatePlan, Withdrawal } from "./plan.ts";

export interface Kernel {
  readonly stores: Stores;
  readonly ledger: Ledger;
  readonly grace: Grace;
  readonly pacer: Pacer;
}

interface Insert {
  readonly held: HeldState;
  readonly frontend: Frontend;
}

const FAMILIES = [4, 6] as const;

/**
 * Writes what no reader sees yet, and withdraws what must be gone before a flip. Throws a
 * StoreError.
 */
export async function prepare(kernel: Kernel, plan: Plan): Promise<void> {
  for (const state of plan.states) {
    await writeContent(kernel, state);
  }
  withdraw(kernel, plan.early);
}

/**
 * Whether a fence must pass between prepare and complete: a reader that came by a frontend before
 * it was withdrawn must not meet what the state says next, which is not meant for that frontend.
 */
export function needsFence(plan: Plan): boolean {
  const meets = ({ content, held }: StatePlan) => content !== undefined && held.unfenced > 0;
  return plan.early.length > 0 || plan.states.some(meets);
}

/**
 * Makes the plan true. Answers why not, where a table refused a frontend: then all is as it was
 * before. Throws a StoreError where a store failed so that it is not known what it holds.
 */
export async function complete(kernel: Kernel, plan: Plan): Promise<StoreFailure | undefined> {
  const before = flip(kernel, plan.states);
  withdraw(kernel, plan.late);
  const wanted = plan.states.flatMap(({ held, inserts }) =>
    inserts.map((frontend) => ({ held, frontend })),
  );
  const { inserted, failure } = insert(kernel, wanted);
  if (failure !== undefined) {
    await revert(kernel, plan, before, inserted);
    return failure;
  }
  settle(kernel, plan);
  return undefined;
}

async function writeContent({ stores, pacer }: Kernel, state: StatePlan): Promise<void> {
  const { held, content, isNew, owner } = state;
  if (content === undefined) {
    return;
  }
  for (const { id, cell } of content.newCells) {
    writeCell(stores, held.family, id, cell);
    if (pacer.due()) {
      await pacer.pause();
    }
  }
  for (const [index, word] of content.words.entries()) {
    stores.slots.store(content.run.base + index, word);
    if (pacer.due()) {
      await pacer.pause();
    }
  }
  if (isNew) {
    stores.counters.reset(held.id, owner);
  }
}

/** Answers the bases that the states had. */
function flip({ stores }: Kernel, states: readonly StatePlan[]): Map<HeldState, number> {
  const before = new Map<HeldState, number>();
  for (const { held, content } of states) {
    if (content !== undefined) {
      before.set(held, storeBase(stores, held.id, content.run.base));
    }
  }
  return before;
}

function storeBase(stores: Stores, id: number, base: number): number {
  const word = stores.states.load(id);
  stores.states.store(id, pack(nextGeneration(highOf(word)), base));
  return lowOf(word);
}

function withdraw({ stores }: Kernel, withdrawals: readonly Withdrawal[]): void {
  for (const family of FAMILIES) {
    const keys = withdrawals
      .filter(({ frontend }) => frontend.family === family)
      .map(({ frontend }) => encodeFrontendKey(frontend));
    const failures = keys.length > 0 ? serviceStore(stores, family).delete(join(keys)) : [];
    const [failure] = failures;
    if (failure !== undefined) {
      throw new StoreError(`a frontend could not be deleted: ${failure.message}`);
    }
  }
}

function insert(
  { stores }: Kernel,
  wanted: readonly Insert[],
): { inserted: Insert[]; failure: StoreFailure | undefined } {
  const inserted: Insert[] = [];
  for (const family of FAMILIES) {
    const ours = wanted.filter(({ frontend }) => frontend.family === family);
    const failures = insertFamily(stores, family, ours);
    inserted.push(...ours.filter((_, index) => !failures.some((each) => each.index === index)));
    const [failure] = failures;
    if (failure !== undefined) {
      return { inserted, failure };
    }
  }
  return { inserted, failure: undefined };
}

function insertFamily(stores: Stores, family: Family, wanted: readonly Insert[]): StoreFailure[] {
  if (wanted.length === 0) {
    return [];
  }
  const keys = wanted.map(({ frontend }) => encodeFrontendKey(frontend));
  const values = wanted.map(({ held, frontend }, index) =>
    encodeFrontendValue(keys[index] ?? new Uint8Array(), frontend.kind, held.id),
  );
  return serviceStore(stores, family).insert(join(keys), join(values));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const size = parts[0]?.length ?? 0;
  const bytes = new Uint8Array(size * parts.length);
  parts.forEach((part, index) => bytes.set(part, index * size));
  return bytes;
}

async function revert(
  kernel: Kernel,
  plan: Plan,
  before: ReadonlyMap<HeldState, number>,
  inserted: readonly Insert[],
): Promise<void> {
  const { stores, ledger, grace } = kernel;
  withdraw(kernel, inserted);
  await stores.fence();
  before.forEach((base, held) => storeBase(stores, held.id, base));
  const { failure } = insert(kernel, [...plan.early, ...plan.late]);
  if (failure !== undefined) {
    throw new StoreError(`a frontend could not be put back: ${failure.message}`);
  }
  for (const { held, content, isNew } of plan.states) {
    const family = held.family;
    const cells = content?.newCells.map(({ id }) => ({ family, id })) ?? [];
    grace.rest({ cells, runs: content === undefined ? [] : [content.run] });
    if (isNew) {
      restState(kernel, held.id);
    }
  }
  for (const family of FAMILIES) {
    ledger.frontendCount[family] -= Math.max(netGrowth(plan, family), 0);
  }
}

/** The ledger follows the kernel; what nothing names any more comes to rest. */
function settle(kernel: Kernel, plan: Plan): void {
  const { ledger, grace } = kernel;
  for (const { held, frontend } of [...plan.early, ...plan.late]) {
    ledger.removeFrontend(held, frontend.key);
  }
  for (const { held } of plan.late) {
    held.unfenced++;
    grace.rest({ withdrawn: held });
  }
  for (const state of plan.states) {
    settleState(kernel, plan, state);
  }
  for (const held of plan.removed) {
    settleRemoved(kernel, held);
  }
  for (const family of FAMILIES) {
    ledger.frontendCount[family] += Math.min(netGrowth(plan, family), 0);
  }
  ledger.freed++;
}

function settleState({ stores, ledger, grace }: Kernel, plan: Plan, state: StatePlan): void {
  const { desired, held, isNew, owner, content, inserts } = state;
  ledger.claim(held, plan.service, desired.key);
  inserts.forEach((frontend) => ledger.addFrontend(held, frontend));
  if (content === undefined) {
    return;
  }
  const cells = content.gone.flatMap((key) => takeCell(held, key));
  cells.forEach(({ family, id }) => retireIfUsable(stores, family, id));
  content.newCells.forEach(({ key, id }) => held.cells.set(key, id));
  const runs = held.run === undefined ? [] : [held.run];
  held.run = content.run;
  held.sound = true;
  const recount = !isNew && owner !== held.owner;
  held.owner = owner;
  if (recount) {
    stores.counters.reset(held.id, noOwnerBefore(owner));
  }
  if (runs.length > 0 || cells.length > 0 || recount) {
    grace.rest({ runs, cells, recounts: recount ? [held] : [] });
  }
}

/**
 * The serial number before a new owner's is nobody's: it stands in the counters while the state
 * changes hands.
 */
export function noOwnerBefore(owner: number): number {
  return owner - 1;
}

function takeCell(held: HeldState, key: string): CellRef[] {
  const id = held.cells.get(key);
  held.cells.delete(key);
  return id === undefined ? [] : [{ family: held.family, id }];
}

function settleRemoved(kernel: Kernel, held: HeldState): void {
  const { ledger, grace } = kernel;
  ledger.drop(held);
  const cells = [...held.cells.values()].map((id) => ({ family: held.family, id }));
  grace.rest({ cells, runs: held.run === undefined ? [] : [held.run] });
  restState(kernel, held.id);
}

/**
 * Its counters stop at once; a serial number greater than its owner's stays there, so that none is
 * used twice.
 */
export function restState({ stores, ledger, grace }: Kernel, id: number): void {
  stores.counters.reset(id, ledger.newOwner());
  grace.rest({ states: [id] });
}

function retireIfUsable(stores: Stores, family: Family, id: number): void {
  if (cellFlags(stores, family, id) !== 0) {
    retireCell(stores, family, id);
  }
}

function netGrowth(plan: Plan, family: Family): number {
  const inserts = plan.states.flatMap((state) => state.inserts);
  const withdrawn = [...plan.early, ...plan.late].map(({ frontend }) => frontend);
  const count = (frontends: readonly Frontend[]) =>
    frontends.filter((frontend) => frontend.family === family).length;
  return count(inserts) - count(withdrawn);
}
