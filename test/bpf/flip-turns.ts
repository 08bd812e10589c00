/**
 * A writer of its own for the flip test's control: two services take turns with three extents,
 * so that what one has left is at once the other's next.
 */
import { BackendFlags, ExtentFlags } from "../../agent/maps/abi.gen.ts";
import { writeCell } from "../../agent/maps/cell.ts";
import { encodeExtent, type Slot } from "../../agent/maps/extent.ts";
import { encodeFrontendKey, encodeFrontendValue, serviceStore } from "../../agent/maps/frontend.ts";
import type { Stores } from "../../agent/maps/store.ts";
import { pack } from "../../agent/maps/words.ts";

const SERVICES = [0, 1];
const ENDPOINTS = 4;
const GENERATION = 1;
/** Slots between the beginnings of two extents. */
const EXTENT_STEP = 16;

export class Turns {
  readonly #stores: Stores;
  /** The extent that no state names. */
  #free = EXTENT_STEP * (SERVICES.length + 1);
  /** The extent of each service. */
  readonly #bases = SERVICES.map((service) => EXTENT_STEP * (service + 1));
  taken = 0;

  constructor(stores: Stores) {
    this.#stores = stores;
    for (const service of SERVICES) {
      for (const slot of slotsOf(service)) this.#writeCell(service, slot);
      this.#writeExtent(service, this.#bases[service] ?? 0);
      this.#flip(service);
      this.#writeFrontend(service);
    }
  }

  /** The next service moves into the free extent; what it leaves is free. */
  take(): void {
    const service = this.taken++ % SERVICES.length;
    const left = this.#bases[service] ?? 0;
    this.#writeExtent(service, this.#free);
    this.#bases[service] = this.#free;
    this.#flip(service);
    this.#free = left;
  }

  #flip(service: number): void {
    this.#stores.states.store(stateOf(service), pack(this.taken, this.#bases[service] ?? 0));
  }

  #writeExtent(service: number, base: number): void {
    const words = encodeExtent({
      flags: ExtentFlags.EXTENT_F_HAS_ENDPOINTS,
      affinitySeconds: 0,
      state: stateOf(service),
      owner: stateOf(service),
      cluster: slotsOf(service),
      local: [],
      kept: [],
    });
    for (const [index, word] of words.entries()) this.#stores.slots.store(base + index, word);
  }

  #writeCell(service: number, { cell, generation }: Slot): void {
    const flags = BackendFlags.BACKEND_F_USABLE;
    const address = `10.${service}.0.${cell}`;
    writeCell(this.#stores, 4, cell, { address, port: 1024, generation, flags });
  }

  #writeFrontend(service: number): void {
    const frontend = {
      family: 4,
      address: `10.96.0.${service}`,
      port: 80,
      protocol: "TCP",
    } as const;
    const key = encodeFrontendKey(frontend);
    serviceStore(this.#stores, 4).insert(
      key,
      encodeFrontendValue(key, "ClusterIP", stateOf(service)),
    );
  }
}

function stateOf(service: number): number {
  return service + 1;
}

function slotsOf(service: number): Slot[] {
  return Array.from({ length: ENDPOINTS }, (_, index) => ({
    cell: 1 + service * ENDPOINTS + index,
    generation: GENERATION,
  }));
}
