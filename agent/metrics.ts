/**
 * The agent's metrics: all are read from its parts when they are asked for, none is kept up to date
 * meanwhile.
 * Counts of services are under a budget of series: the first service ports keep theirs, the others
 * are counted.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { CountersAnswer, StatusAnswer } from "./control/api.ts";

/** What of the agent's status the metrics read. */
export type MetricsStatus = Pick<
  StatusAnswer,
  "ready" | "operator" | "datapath" | "maps" | "failures" | "drops" | "services" | "endpoints"
>;

export interface PortCounters {
  readonly namespace: string;
  readonly service: string;
  readonly port: string;
  readonly protocol: string;
  read(): CountersAnswer;
}

export interface MetricsSource {
  status(): MetricsStatus;
  portCounters(): Iterable<PortCounters>;
}

export interface MetricsOptions {
  readonly version: string;
  readonly source: MetricsSource;
  /** Service ports with series of their own at most. */
  readonly servicesMax: number;
}

/** Of the event loop, in milliseconds: fine enough to see a slice that is too long. */
const LOOP_RESOLUTION_MS = 10;
const SECONDS_PER_NANOSECOND = 1e-9;
const QUANTILES = [0.5, 0.9, 0.99] as const;
/** Gauges of Node.js that are named like counters. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
] as const;

export interface Metrics {
  /** The exposition text of this moment. */
  text(): Promise<string>;
  /** Its media type. */
  readonly type: string;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) {
    registry.removeSingleMetric(name);
  }
  const refreshes = [
    declareProcess(registry, options.version),
    declareState(registry),
    declareMaps(registry),
    declareDatapath(registry),
    declareServices(registry, options),
  ];
  return {
    type: registry.contentType,
    text: () => {
      const status = options.source.status();
      for (const refresh of refreshes) {
        refresh(status);
      }
      return registry.metrics();
    },
  };
}

type Refresh = (status: MetricsStatus) => void;

function declareProcess(registry: Registry, version: string): Refresh {
  const build = new Gauge({
    name: "leat_agent_build_info",
    help: "1, labelled with the versions of the agent and of Node.js.",
    labelNames: ["version", "node_version"],
    registers: [registry],
  });
  build.set({ version, node_version: process.version }, 1);
  const gauge = new Gauge({
    name: "leat_agent_event_loop_delay_seconds",
    help: "Delay of the event loop since the last time this was asked for.",
    labelNames: ["quantile"],
    registers: [registry],
  });
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  return () => {
    for (const quantile of QUANTILES) {
      const nanoseconds = delay.percentile(quantile * 100);
      gauge.set({ quantile: `${quantile}` }, nanoseconds * SECONDS_PER_NANOSECOND);
    }
    gauge.set({ quantile: "1" }, delay.max * SECONDS_PER_NANOSECOND);
    delay.reset();
  };
}

function declareState(registry: Registry): Refresh {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `leat_agent_${name}`, help, registers: [registry] });
  const ready = gauge("ready", "1: the operator's state is served by the wanted programs.");
  const connected = gauge("operator_connected", "1: the operator's stream is open.");
  const received = gauge("received_revision", "Revision of the last state received.");
  const applied = gauge("sync_revision", "Revision of the last state applied.");
  const appliedAt = gauge("sync_timestamp_seconds", "When a state was applied last, Unix time.");
  const services = gauge("services", "Services of the last state applied.");
  const endpoints = gauge("endpoints", "Endpoints of the last state applied.");
  const mismatches = absolute(registry, {
    name: "leat_agent_content_hash_mismatches_total",
    help: "States that were refused because their content hash did not match.",
  });
  const failures = new Gauge({
    name: "leat_agent_failures",
    help: "What is not programmed as it asks, by code.",
    labelNames: ["code"],
    registers: [registry],
  });
  return (status) => {
    const { operator } = status;
    ready.set(status.ready ? 1 : 0);
    connected.set(operator.connected ? 1 : 0);
    received.set(operator.receivedRevision);
    applied.set(operator.appliedRevision);
    appliedAt.set(operator.appliedAt === "" ? 0 : Date.parse(operator.appliedAt) / 1000);
    services.set(status.services);
    endpoints.set(status.endpoints);
    mismatches({}, operator.hashMismatches);
    failures.reset();
    for (const { code } of status.failures) {
      failures.inc({ code });
    }
  };
}

function declareMaps(registry: Registry): Refresh {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `leat_agent_map_${name}`, help, labelNames: ["map"], registers: [registry] });
  const entries = gauge("entries", "Elements of a map in use.");
  const capacity = gauge("capacity", "Elements of a map at most.");
  const ratio = gauge("use_ratio", "Use of a map against its capacity.");
  const writes = absolute(registry, {
    name: "leat_agent_map_writes_total",
    help: "Elements of a map written since the agent started.",
    labelNames: ["map"],
  });
  return ({ maps }) => {
    for (const map of maps) {
      const labels = { map: map.name };
      entries.set(labels, map.used);
      capacity.set(labels, map.capacity);
      ratio.set(labels, map.capacity === 0 ? 0 : map.used / map.capacity);
      writes(labels, map.writes);
    }
  };
}

function declareDatapath(registry: Registry): Refresh {
  const generation = new Gauge({
    name: "leat_agent_programs_info",
    help: "1, labelled with the generation of the programs in use and what they are doing.",
    labelNames: ["generation", "state"],
    registers: [registry],
  });
  const hooks = new Gauge({
    name: "leat_agent_hooks",
    help: "Hooks by how they are attached; none where they are not.",
    labelNames: ["how"],
    registers: [registry],
  });
  const replacements = absolute(registry, {
    name: "leat_agent_program_replacements_total",
    help: "Replacements of all programs, by result.",
    labelNames: ["result"],
  });
  const drops = absolute(registry, {
    name: "leat_agent_drops_total",
    help: "Packets that the programs dropped, by reason.",
    labelNames: ["reason"],
  });
  return ({ datapath, drops: dropped }) => {
    generation.reset();
    generation.set({ generation: datapath.generation, state: datapath.state }, 1);
    hooks.reset();
    for (const { how } of datapath.hooks) {
      hooks.inc({ how: how === "" ? "none" : how });
    }
    replacements({ result: "done" }, datapath.replacements);
    replacements({ result: "failed" }, datapath.replacementFailures);
    for (const { reason, packets } of dropped) {
      drops({ reason }, packets);
    }
  };
}

const PORT_LABELS = ["namespace", "service", "port", "protocol"] as const;

function declareServices(registry: Registry, options: MetricsOptions): Refresh {
  const series = (what: string, help: string) =>
    new Counter({
      name: `leat_agent_service_${what}_total`,
      help,
      labelNames: PORT_LABELS,
      registers: [registry],
    });
  const counters = {
    flows: series("flows", "Flows that a service port was given."),
    packets: series("packets", "Packets of a service port's flows, both ways."),
    bytes: series("bytes", "Bytes of a service port's flows, both ways."),
  };
  const left = new Gauge({
    name: "leat_agent_service_ports_without_series",
    help: "Service ports beyond the budget of series (--metrics-services).",
    registers: [registry],
  });
  const budget = new SeriesBudget(options.servicesMax);
  return () => {
    const ports = [...options.source.portCounters()];
    const chosen = budget.choose(ports);
    left.set(ports.length - chosen.length);
    const kinds = ["flows", "packets", "bytes"] as const;
    kinds.forEach((kind) => counters[kind].reset());
    for (const { namespace, service, port, protocol, ...counted } of chosen) {
      const counts = counted.read();
      for (const kind of kinds) {
        counters[kind].inc({ namespace, service, port, protocol }, counts[kind]);
      }
    }
  };
}

/** Chooses which service ports have series: those that had them keep them, then the first ones. */
class SeriesBudget {
  readonly #max: number;
  #held: ReadonlySet<string> = new Set();

  constructor(max: number) {
    this.#max = max;
  }

  choose(ports: readonly PortCounters[]): readonly PortCounters[] {
    const held = ports.filter((port) => this.#held.has(nameOf(port)));
    const others = ports.filter((port) => !this.#held.has(nameOf(port)));
    const chosen = [...held, ...others].slice(0, this.#max);
    this.#held = new Set(chosen.map(nameOf));
    return chosen;
  }
}

function nameOf(port: PortCounters): string {
  return `${port.namespace}/${port.service}:${port.port}/${port.protocol}`;
}

type Labels = Readonly<Record<string, string>>;

/** A counter of which only the present total is known. */
function absolute(
  registry: Registry,
  { name, help, labelNames = [] }: { name: string; help: string; labelNames?: readonly string[] },
): (labels: Labels, total: number) => void {
  const counter = new Counter({ name, help, labelNames, registers: [registry] });
  return (labels, total) => {
    counter.remove(labels);
    counter.inc(labels, total);
  };
}
