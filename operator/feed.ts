/**
 * From a source's events to the history: each batch becomes rows, one commit, one publication.
 * Nothing is published before the source is synced: agents must never take what has not been read
 * yet for gone.
 */
import type { History } from "../lib/history.ts";
import type { Change } from "../lib/model/change.ts";
import type { ClusterState } from "./model/cluster-state.ts";
import type { Problems } from "./problems.ts";
import type { Kind, ObjectEvent } from "./watch/objects.ts";
import type { SourceSink } from "./watch/source.ts";

/** Rows that the stream cannot carry: told as problems until a row under that key can be. */
export class RefusedRows {
  readonly #problems: Problems;
  readonly #things = new Set<string>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  add(change: Change, reason: string): void {
    const thing = rowThing(change);
    this.#things.add(thing);
    this.#problems.set(thing, [`${reason}; its last good state stays`]);
  }

  /** Before a commit of the changes: what is still refused is added again by it. */
  forget(changes: readonly Change[]): readonly string[] {
    if (this.#things.size === 0) return [];
    return changes.map(rowThing).filter((thing) => this.#things.delete(thing));
  }

  /** After it. */
  settle(forgotten: readonly string[]): void {
    for (const thing of forgotten) {
      if (!this.#things.has(thing)) this.#problems.set(thing, []);
    }
  }
}

function rowThing({ table, key }: Change): string {
  return `row ${key} of ${table}`;
}

export interface FeedOptions {
  readonly state: ClusterState;
  readonly history: History;
  readonly problems: Problems;
  readonly refusedRows: RefusedRows;
  /** All that is committed may be sent now. */
  readonly publish: () => void;
  readonly observer: FeedObserver;
}

export interface FeedObserver {
  event(kind: Kind): void;
  committed(changes: number): void;
}

export class Feed implements SourceSink {
  readonly #options: FeedOptions;
  #isSynced = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  events(batch: readonly ObjectEvent[]): void {
    const { state, history, problems, refusedRows, observer } = this.#options;
    const { changes, refusals } = state.apply(batch);
    for (const event of batch) observer.event(event.kind);
    for (const { thing, reasons } of refusals) problems.set(thing, reasons);
    if (changes.length === 0) return;
    const forgotten = refusedRows.forget(changes);
    history.commit(changes);
    refusedRows.settle(forgotten);
    observer.committed(changes.length);
    if (this.#isSynced) this.#options.publish();
  }

  synced(): void {
    this.#isSynced = true;
    this.#options.publish();
  }

  problem(thing: string, reasons: readonly string[]): void {
    this.#options.problems.set(thing, reasons);
  }
}
