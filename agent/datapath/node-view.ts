/**
 * What the node looks like just now: the network's facts judged by the rules of devices and
 * addresses, and the maps that tell the programs of it.
 */
import type { NodeRow } from "../../lib/model/rows.ts";
import { classifyDevices, type Device, deviceProblems } from "./devices.ts";
import { Linger } from "./linger.ts";
import { localAddresses, localProblems } from "./locals.ts";
import type { NetFacts } from "./net-state.ts";
import type { NodeMaps, NodeMapUse } from "./node-maps.ts";
import { type DatapathFacts, podCidrs, settingsProblems } from "./settings.ts";

export class NodeView {
  readonly #maps: NodeMaps;
  readonly #podDevices: string;
  readonly #linger: Linger;
  #devices: readonly Device[] = [];
  #notes: readonly string[] = [];

  constructor(maps: NodeMaps, podDevices: string) {
    this.#maps = maps;
    this.#podDevices = podDevices;
    this.#linger = new Linger(maps.kinds());
  }

  get devices(): readonly Device[] {
    return this.#devices;
  }

  /** Sentences on what of the node is served less than could be. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  get mapWrites(): number {
    return this.#maps.writes;
  }

  mapUses(): NodeMapUse[] {
    return this.#maps.uses();
  }

  /** Judges anew and brings the maps up to date. */
  async sync(network: NetFacts, facts: DatapathFacts, nowMs: number): Promise<void> {
    const node: NodeRow = facts.node;
    const rules = { podCidrs: podCidrs(facts), podDevices: this.#podDevices };
    const locals = localAddresses(network, node);
    this.#devices = this.#linger.apply(classifyDevices(network, rules), nowMs);
    this.#notes = [
      ...settingsProblems(facts),
      ...deviceProblems(this.#devices, rules),
      ...localProblems(locals, node),
      ...(await this.#maps.sync(locals, this.#devices)),
    ];
  }
}
