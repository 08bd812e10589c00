/**
 * The operator's metrics, each declared once with its meaning. Counters are told to; gauges are
 * read when somebody asks. No label holds a name that a tenant chooses, so the number of series is
 * fixed but for the nodes.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { History } from "../lib/history.ts";
import { TABLE_NAMES } from "../lib/model/rows.ts";
import type { FeedObserver } from "./feed.ts";
import type { Problems } from "./problems.ts";
import type { TableServer } from "./serve/table-server.ts";
import type { ReflectorObserver } from "./watch/kubernetes/reflector-options.ts";
import type { ManifestObserver } from "./watch/manifests/manifest-source.ts";

export interface MetricsOptions {
  readonly version: string;
  readonly history: History;
  readonly problems: Problems;
  readonly tables: TableServer;
  readonly isSynced: () => boolean;
}

/** Of the event loop: fine enough to see a slice of work that is too long. */
const LOOP_RESOLUTION_MS = 10;
const SECONDS_PER_NANOSECOND = 1e-9;
const QUANTILES = [0.5, 0.9, 0.99, 1];
/** Gauges of the library's own that are named like counters. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

export class Metrics {
  readonly #registry = new Registry();
  readonly reflector: ReflectorObserver;
  readonly manifests: ManifestObserver;
  readonly feed: FeedObserver;

  constructor(options: MetricsOptions) {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
    this.reflector = this.#declareReflector();
    this.manifests = this.#declareManifests();
    this.feed = this.#declareFeed();
    this.#declareState(options);
    this.#declareStream(options.tables);
    this.#declareLoop();
  }

  get type(): string {
    return this.#registry.contentType;
  }

  /** The exposition text of this moment. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #declareReflector(): ReflectorObserver {
    const lists = this.#counter("watch_lists_total", "Complete lists read", ["resource", "how"]);
    const events = this.#counter("watch_events_total", "Events of watches", ["resource", "type"]);
    const failures = this.#counter("watch_failures_total", "Failed requests to the API server", [
      "resource",
      "code",
    ]);
    const held = this.#gauge(
      "mass_deletion_held",
      "Objects that a list lacked and that are kept until another list agrees",
      ["resource"],
    );
    return {
      listed: (resource, how) => lists.inc({ resource, how }),
      event: (resource, type) => events.inc({ resource, type }),
      failed: (resource, code) => failures.inc({ resource, code }),
      massDeletionHeld: (resource, objects) => held.set({ resource }, objects),
    };
  }

  #declareManifests(): ManifestObserver {
    const reads = this.#counter("manifest_reads_total", "Manifest files read", ["result"]);
    const files = this.#gauge("manifest_files", "Manifest files as they stand", ["state"]);
    return {
      read: (isGood) => reads.inc({ result: isGood ? "good" : "bad" }),
      files: (good, bad) => {
        files.set({ state: "good" }, good);
        files.set({ state: "bad" }, bad);
      },
    };
  }

  #declareFeed(): FeedObserver {
    const events = this.#counter("object_events_total", "Objects that came, changed or went", [
      "kind",
    ]);
    const changes = this.#counter("row_changes_total", "Changes of rows", []);
    return {
      event: (kind) => events.inc({ kind }),
      committed: (count) => changes.inc(count),
    };
  }

  #declareState({ version, history, problems, isSynced }: MetricsOptions): void {
    this.#gauge("build_info", "1", ["version", "node_version"]).set(
      { version, node_version: process.version },
      1,
    );
    this.#read("synced", "1 once all objects have been read", () => (isSynced() ? 1 : 0));
    this.#read("revision", "The revision that agents are sent", () => history.revision);
    this.#read(
      "problems",
      "Things with a problem now, as /problems lists them",
      () => problems.size,
    );
    this.#readTotal("problems_total", "Problems that began or changed", () => problems.told);
    const rows = this.#gauge("rows", "Rows held, by table", ["table"], () => {
      for (const table of TABLE_NAMES) rows.set({ table }, history.tables[table].size);
    });
  }

  #declareStream(tables: TableServer): void {
    const { stats } = tables;
    this.#read("agents", "Connected agents", () => tables.agents().length);
    this.#read("agents_behind", "Agents that have not applied the latest revision", () => {
      return tables.agents().filter(({ lag }) => lag > 0).length;
    });
    this.#read("agent_failures", "Rows that agents could not apply, over all agents", () => {
      return tables.agents().reduce((sum, { failuresTotal }) => sum + failuresTotal, 0);
    });
    this.#read("agent_lag_seconds_max", "The longest that an agent owes an answer", () => {
      return Math.max(0, ...tables.agents().map(({ lagMs }) => lagMs / 1000));
    });
    this.#readTotal("stream_messages_sent_total", "Messages sent", () => stats.messagesSent);
    this.#readTotal("stream_sent_bytes_total", "Bytes sent", () => stats.bytesSent);
    this.#readTotal("stream_applied_total", "Answers of agents", () => stats.applied);
    this.#readTotal("stream_malformed_total", "Messages of agents refused", () => stats.malformed);
    this.#readTotal(
      "stream_stalled_total",
      "Agents dropped for taking nothing",
      () => stats.stalled,
    );
    const transfers = this.#counter("stream_transfers_total", "Transfers begun", ["kind"], () => {
      transfers.reset();
      for (const [kind, count] of Object.entries(stats.transfers)) transfers.inc({ kind }, count);
    });
  }

  #declareLoop(): void {
    const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
    delay.enable();
    const help = "Delay of the event loop since the last look";
    const gauge = this.#gauge("event_loop_delay_seconds", help, ["quantile"], () => {
      for (const quantile of QUANTILES) {
        const nanoseconds = delay.percentile(quantile * 100);
        gauge.set({ quantile: `${quantile}` }, nanoseconds * SECONDS_PER_NANOSECOND);
      }
      delay.reset();
    });
  }

  #counter<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect?: () => void,
  ) {
    return new Counter({
      name: `leat_operator_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      ...(collect && { collect }),
    });
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect?: () => void,
  ) {
    return new Gauge({
      name: `leat_operator_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      ...(collect && { collect }),
    });
  }

  #read(name: string, help: string, value: () => number): void {
    const gauge: Gauge = this.#gauge(name, help, [], () => gauge.set(value()));
  }

  #readTotal(name: string, help: string, value: () => number): void {
    const counter: Counter = this.#counter(name, help, [], () => {
      counter.reset();
      counter.inc(value());
    });
  }
}
