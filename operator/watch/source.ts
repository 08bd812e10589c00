/**
 * Where objects come from. Both sources (Kubernetes, a folder of manifests) stand behind this
 * interface, and neither ever says that an object is gone unless it knows: a failed list, a bad
 * file or a lost connection is a problem, and what was last known stays.
 */
import type { ObjectEvent } from "./objects.ts";

export interface SourceSink {
  /** Objects that came, changed or went, in order. The batch is the sink's to keep. */
  events(batch: readonly ObjectEvent[]): void;
  /** All kinds have been handed over in full, once, for the first time. Called at most once. */
  synced(): void;
  /** What is wrong with a named thing now; [] when nothing is any more. */
  problem(thing: string, reasons: readonly string[]): void;
}

export interface Source {
  /** Begins to watch and returns at once; the sink is called from then on. */
  start(sink: SourceSink): void;
  /** Ends all requests, watchers and timers; the sink is not called afterwards. */
  stop(): Promise<void>;
  /** What has not been handed over in full yet, named; empty once synced. */
  pending(): readonly string[];
}
