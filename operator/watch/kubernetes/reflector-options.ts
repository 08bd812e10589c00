/** What a reflector is given: settings, the sink it fills, and who is told of its work. */
import type { Delay } from "../../../lib/backoff.ts";
import type { ObjectEvent } from "../objects.ts";
import type { Api } from "./api.ts";
import type { ApiError } from "./api-error.ts";
import type { Resource } from "./resources.ts";
import type { WatchEventType } from "./watch.ts";

/** Settings of all reflectors, in milliseconds. */
export interface ReflectorSettings {
  /**
   * A watch without event or bookmark for so long is taken for dead; bookmarks come about each
   * minute.
   */
  readonly inactivityMs: number;
  /** A list that all but stands still for so long is given up. */
  readonly stallMs: number;
  /** How long a mass deletion waits for a second list; 0: not at all. */
  readonly holdMs: number;
  /** The longest wait between two attempts. */
  readonly retryMsMost: number;
  readonly pageSize: number;
}

/** What a reflector tells of its work, for metrics. */
export interface ReflectorObserver {
  listed(resource: string, how: "streamed" | "paged"): void;
  event(resource: string, type: WatchEventType | "BOOKMARK"): void;
  failed(resource: string, code: ApiError["code"]): void;
  /** Objects that a list lacked and that are held for now; 0: none. */
  massDeletionHeld(resource: string, objects: number): void;
}

export interface ReflectorSink {
  events(batch: readonly ObjectEvent[]): void;
  /** A complete list has been handed over for the first time. */
  listed(): void;
  problem(thing: string, reasons: readonly string[]): void;
}

export interface ReflectorOptions {
  readonly api: Api;
  readonly resource: Resource;
  readonly settings: ReflectorSettings;
  readonly sink: ReflectorSink;
  readonly observer: ReflectorObserver;
  readonly delay: Delay;
  readonly random: () => number;
  /** Milliseconds from any origin, never backwards. */
  readonly now: () => number;
}
