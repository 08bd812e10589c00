/**
 * The end of a grace period: what rested is made blank, so that nothing tells of it, and may be
 * used again.
 */
import { cellFlags, retireCell } from "../maps/cell.ts";
import type { Stores } from "../maps/store.ts";
import { highOf, lowOf, nextGeneration, pack } from "../maps/words.ts";
import type { Resting } from "./grace.ts";
import type { HeldState, Ledger } from "./ledger.ts";
import type { Pacer } from "./pacer.ts";

/** No program reads what rested, and no frontend names its states. */
export async function release(
  stores: Stores,
  ledger: Ledger,
  pacer: Pacer,
  resting: Resting,
): Promise<void> {
  for (const id of resting.states ?? []) {
    const word = stores.states.load(id);
    if (lowOf(word) !== 0) {
      stores.states.store(id, pack(nextGeneration(highOf(word)), 0));
    }
    ledger.states.give(id);
  }
  for (const { family, id } of resting.cells ?? []) {
    if (cellFlags(stores, family, id) !== 0) {
      retireCell(stores, family, id);
    }
    ledger.cells[family].give(id);
  }
  for (const run of resting.runs ?? []) {
    run.readers--;
    if (run.readers === 0) {
      ledger.slots.give(run);
    }
  }
  for (const held of resting.recounts ?? []) {
    if (isHeld(ledger, held)) {
      stores.counters.reset(held.id, held.owner);
    }
  }
  if (resting.withdrawn !== undefined) {
    resting.withdrawn.unfenced--;
  }
  ledger.freed++;
  if (pacer.due()) {
    await pacer.pause();
  }
}

function isHeld(ledger: Ledger, held: HeldState): boolean {
  return ledger.byKey(held.key) === held || ledger.vanishing.has(held);
}
