/**
 * The objects as they are now, and the changes of rows that each batch of events makes. Pure: the
 * rows depend on the objects alone, never on the order in which they came.
 *
 * Events only mark what they touch; rows are made once a batch, of what was touched: a slice's
 * change costs its own endpoints, a Service's change those of all its slices, and what a batch
 * undoes yields nothing.
 */
import { isDeepStrictEqual } from "node:util";
import type { Change } from "../../lib/model/change.ts";
import type { EndpointRow, NodeRow } from "../../lib/model/rows.ts";
import type {
  EndpointSliceObject,
  NodeObject,
  ObjectEvent,
  ServiceObject,
} from "../watch/objects.ts";
import { DiffTable } from "./diff.ts";
import { type JudgedSlice, judgeSlice, preferredRow, rowsOfSlice } from "./from-endpoint-slices.ts";
import { nodeFromObject } from "./from-node.ts";
import { type ServedService, serviceFromObject } from "./from-service.ts";
import { joinRefusals } from "./refusals.ts";
import { isOurs, type ModelOptions, type ModelRules, modelRules } from "./rules.ts";

/** What could not be taken of an object, named; [] once all of it can be. */
export interface ObjectRefusals {
  readonly thing: string;
  readonly reasons: readonly string[];
}

export interface Outcome {
  readonly changes: readonly Change[];
  /** Of the objects that the batch touched. */
  readonly refusals: readonly ObjectRefusals[];
}

interface SliceState {
  readonly judged: JudgedSlice;
  rows: ReadonlyMap<string, EndpointRow>;
}

interface ServiceState {
  served: ServedService | undefined;
  readonly slices: Map<string, SliceState>;
}

/** What a batch touched of one Service. */
interface Touched {
  /** The Service itself: its new form, or "same". */
  served: ServedService | undefined | "same";
  /** By slice name; undefined: the slice is gone. */
  readonly slices: Map<string, JudgedSlice | undefined>;
}

interface Batch {
  readonly services: Map<string, Touched>;
  readonly nodes: Map<string, NodeRow | undefined>;
  readonly refusals: Map<string, readonly string[]>;
}

const NO_ROWS: ReadonlyMap<string, EndpointRow> = new Map();

export class ClusterState {
  readonly #rules: ModelRules;
  readonly #states = new Map<string, ServiceState>();
  /** The Service that each slice belongs to, by the slice's key. */
  readonly #owners = new Map<string, string>();
  readonly #services = new DiffTable("services");
  readonly #endpoints = new DiffTable("endpoints");
  readonly #nodes = new DiffTable("nodes");

  constructor(options: ModelOptions = {}) {
    this.#rules = modelRules(options);
  }

  /** Takes the events, in order, and tells what they change together. */
  apply(events: readonly ObjectEvent[]): Outcome {
    const batch: Batch = { services: new Map(), nodes: new Map(), refusals: new Map() };
    for (const event of events) {
      switch (event.kind) {
        case "Service":
          this.#touchService(event.key, event.object, batch);
          break;
        case "EndpointSlice":
          this.#touchSlice(event.key, event.object, batch);
          break;
        case "Node":
          touchNode(event.key, event.object, batch);
          break;
      }
    }
    const changes: Change[] = [];
    for (const [key, touched] of batch.services) this.#refresh(key, touched, changes);
    for (const [key, row] of batch.nodes) this.#nodes.put(key, row, changes);
    const refusals = [...batch.refusals].map(([thing, reasons]) => ({ thing, reasons }));
    return { changes, refusals };
  }

  #touchService(key: string, object: ServiceObject | undefined, batch: Batch): void {
    const outcome = object === undefined ? undefined : serviceFromObject(object, this.#rules);
    touchedService(batch, key).served = outcome?.served;
    batch.refusals.set(`Service ${key}`, outcome?.refusals ?? []);
  }

  #touchSlice(key: string, object: EndpointSliceObject | undefined, batch: Batch): void {
    const isTaken =
      object !== undefined && object.service !== "" && isOurs(object.labels, this.#rules);
    const judged = isTaken ? judgeSlice(object, this.#rules) : undefined;
    const owner = isTaken ? `${object.namespace}/${object.service}` : undefined;
    const name = key.slice(key.indexOf("/") + 1);
    const previous = this.#owners.get(key);
    if (previous !== undefined && previous !== owner) {
      touchedService(batch, previous).slices.set(name, undefined);
    }
    if (owner === undefined) {
      this.#owners.delete(key);
    } else {
      this.#owners.set(key, owner);
      touchedService(batch, owner).slices.set(name, judged);
    }
    batch.refusals.set(`EndpointSlice ${key}`, judged?.refusals ?? []);
  }

  #refresh(key: string, touched: Touched, changes: Change[]): void {
    const state = this.#states.get(key) ?? { served: undefined, slices: new Map() };
    const keys = new Set<string>();
    for (const [name, judged] of touched.slices) replaceSlice(state, name, judged, keys);
    if (touched.served !== "same") {
      const isSame = isSameForSlices(state.served, touched.served);
      state.served = touched.served;
      if (!isSame) for (const slice of state.slices.values()) remakeRows(slice, state, keys);
    }
    this.#services.put(key, serviceRow(state), changes);
    for (const endpoint of keys) {
      this.#endpoints.put(endpoint, preferred(state, endpoint), changes);
    }
    if (state.served === undefined && state.slices.size === 0) this.#states.delete(key);
    else this.#states.set(key, state);
  }
}

function touchNode(key: string, object: NodeObject | undefined, batch: Batch): void {
  const outcome = object === undefined ? undefined : nodeFromObject(object);
  batch.nodes.set(key, outcome?.row);
  batch.refusals.set(`Node ${key}`, outcome?.refusals ?? []);
}

function touchedService(batch: Batch, key: string): Touched {
  const known = batch.services.get(key);
  if (known !== undefined) return known;
  const fresh: Touched = { served: "same", slices: new Map() };
  batch.services.set(key, fresh);
  return fresh;
}

/**
 * Puts the slice in the place of the one of that name; `keys` gathers the keys whose rows may
 * change.
 */
function replaceSlice(
  state: ServiceState,
  name: string,
  judged: JudgedSlice | undefined,
  keys: Set<string>,
): void {
  const held = state.slices.get(name);
  if (held !== undefined && isDeepStrictEqual(held.judged, judged)) return;
  for (const key of held?.rows.keys() ?? []) keys.add(key);
  if (judged === undefined) {
    state.slices.delete(name);
  } else {
    const slice = { judged, rows: NO_ROWS };
    state.slices.set(name, slice);
    remakeRows(slice, state, keys);
  }
}

function remakeRows(slice: SliceState, { served }: ServiceState, keys: Set<string>): void {
  for (const key of slice.rows.keys()) keys.add(key);
  slice.rows = served === undefined ? NO_ROWS : rowsOfSlice(slice.judged, served);
  for (const key of slice.rows.keys()) keys.add(key);
}

/** Whether slices give both forms of a Service the same rows. */
function isSameForSlices(
  left: ServedService | undefined,
  right: ServedService | undefined,
): boolean {
  if (left === undefined || right === undefined) return left === right;
  return sliceView(left) === sliceView(right);
}

function sliceView({ row, families }: ServedService): string {
  return [...families, ...row.ports.map(({ name, protocol }) => `${name}/${protocol}`)].join(" ");
}

/**
 * Of the rows that several slices give one key: the preferred one, and among equals the first
 * slice's by name.
 */
function preferred(state: ServiceState, key: string): EndpointRow | undefined {
  let best: EndpointRow | undefined;
  let bestName = "";
  for (const [name, slice] of state.slices) {
    const row = slice.rows.get(key);
    if (row === undefined) continue;
    const isFirst = best === undefined || name < bestName;
    const winner = isFirst ? preferredRow(row, best ?? row) : preferredRow(best, row);
    if (winner === row) bestName = name;
    best = winner;
  }
  return best;
}

/**
 * The Service's row with the refusals of its slices, so that whoever sees the Service sees what it
 * lacks.
 */
function serviceRow(state: ServiceState): ServedService["row"] | undefined {
  if (state.served === undefined) return undefined;
  const { row } = state.served;
  const refused = [...state.slices].filter(([, { judged }]) => judged.refusals.length > 0);
  if (refused.length === 0) return row;
  const sentences = refused
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, { judged }]) =>
      judged.refusals.map((text) => `EndpointSlice ${name}: ${text}`),
    );
  return { ...row, refusals: joinRefusals([row.refusals, sentences]) };
}
