/**
 * What the agent's parts tell, as answers of the control socket and as the metrics' source.
 * Everything is made when
 * it is asked for; nothing here changes anything but by `replace`.
 */
import { LeatError } from "../../lib/errors.ts";
import type { Failure } from "../../lib/model/failure.ts";
import { serviceKey } from "../../lib/model/rows.ts";
import type { Agent, Progress } from "../agent.ts";
import { AgentError } from "../agent.ts";
import type { Stores } from "../maps/store.ts";
import type { MetricsSource, PortCounters } from "../metrics.ts";
import type { HeldView, StateView } from "../reconcile/view.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { ClientStatus } from "../subscribe/table-client.ts";
import type {
  DatapathAnswer,
  DropAnswer,
  MapAnswer,
  OperatorAnswer,
  ReplaceAnswer,
  ServiceDetail,
  ServiceSummary,
  StatusAnswer,
} from "./api.ts";
import { ControlError } from "./errors.ts";
import { dumpPage } from "./map-dump.ts";
import type { NodeDumpSource } from "./node-dump.ts";
import { dumpNodePage } from "./node-dump.ts";
import type { ControlSource } from "./server.ts";
import { serviceDetail, serviceSummary, sumCounters } from "./service-answers.ts";

export interface Replaced {
  readonly replaced: boolean;
  readonly problem: string;
}

export type NodeAgent = Agent<Stores, Reconciler, Replaced>;

export interface AgentSourceOptions {
  readonly node: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly now: () => Date;
  readonly agent: NodeAgent;
  readonly operator: () => ClientStatus;
  readonly datapath: () => DatapathAnswer;
  /** Maps that the datapath keeps itself; [] while the maps are not open. */
  readonly datapathMaps: () => readonly MapAnswer[];
  /** Pages of the other maps, and the names of devices. */
  readonly nodeMaps: Pick<NodeDumpSource, "elements" | "deviceName">;
  /** [] while the maps are not open. */
  readonly drops: () => readonly DropAnswer[];
}

const NO_REASONS = "no state of the cluster has been applied since the start";

export function createAgentSource(options: AgentSourceOptions): ControlSource & MetricsSource {
  const { agent, node, version, datapath } = options;
  return {
    version: () => ({ version, node, runtime: process.version }),
    status: () => statusAnswer(options),
    services: () => summaries(agent),
    service: (namespace, name) => detail(agent, `${namespace}/${name}`),
    maps: () => mapAnswers(options),
    mapPage: (name, offset, limit) => {
      const { stores, reconciler } = opened(agent);
      const names = new Map(reconciler.held().map((held) => [held.state, held]));
      const servicePortOf = (id: number) => names.get(id);
      return (
        dumpPage({ stores, servicePortOf }, name, offset, limit) ??
        dumpNodePage({ ...options.nodeMaps, servicePortOf }, name, offset, limit)
      );
    },
    datapath,
    replace: () => replace(options),
    portCounters: () => portCounters(agent),
  };
}

function statusAnswer(options: AgentSourceOptions): StatusAnswer {
  const { agent, node, version, startedAt, now } = options;
  const unreadyReasons = agent.unreadyReasons();
  return {
    node,
    version,
    startedAt: startedAt.toISOString(),
    now: now().toISOString(),
    ready: unreadyReasons.length === 0,
    unreadyReasons,
    operator: operatorAnswer(options.operator(), agent.received, agent.applied),
    services: agent.tables?.services.size ?? 0,
    endpoints: agent.tables?.endpoints.size ?? 0,
    nodes: agent.tables?.nodes.size ?? 0,
    datapath: options.datapath(),
    maps: agent.stores === undefined ? [] : mapAnswers(options),
    failures: agent.failures,
    drops: options.drops(),
  };
}

const CONNECTED: ReadonlySet<string> = new Set(["receiving", "synced"]);

function operatorAnswer(
  client: ClientStatus,
  received: Progress,
  applied: Progress,
): OperatorAnswer {
  const connected = CONNECTED.has(client.state);
  return {
    address: client.operator,
    connected,
    since: timeText(client.changedAt),
    problem: connected ? "" : client.lastError,
    receivedRevision: received.revision,
    receivedAt: timeText(received.at?.getTime()),
    appliedRevision: applied.revision,
    appliedAt: timeText(applied.at?.getTime()),
    hashMismatches: client.refused,
  };
}

function timeText(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "" : new Date(milliseconds).toISOString();
}

/** The parts that exist once the maps are open. */
function opened(agent: NodeAgent): { stores: Stores; reconciler: Reconciler } {
  const { stores, reconciler } = agent;
  if (stores === undefined || reconciler === undefined) {
    throw new ControlError("not-ready", agent.unreadyReasons().join("; "));
  }
  return { stores, reconciler };
}

function mapAnswers({ agent, datapathMaps }: AgentSourceOptions): MapAnswer[] {
  const { stores, reconciler } = opened(agent);
  const tables = reconciler.usage().map((use) => ({ ...use, writes: stores[use.name].writes }));
  const { capacity, writes } = stores.counters;
  const counters = { name: "counters", used: reconciler.held().length, capacity, writes };
  return [...tables, counters, ...datapathMaps()];
}

function summaries(agent: NodeAgent): ServiceSummary[] {
  const { reconciler } = opened(agent);
  const views = Map.groupBy(reconciler.view(), ownerKey);
  const problems = Map.groupBy(agent.failures, (failure) => failure.key);
  return [...(agent.tables?.services.values() ?? [])].map((row) => {
    const key = serviceKey(row);
    return serviceSummary(row, views.get(key) ?? [], problems.get(key)?.length ?? 0);
  });
}

function ownerKey({ namespace, service }: StateView): string {
  return serviceKey({ namespace, name: service });
}

function detail(agent: NodeAgent, key: string): ServiceDetail | undefined {
  const { reconciler } = opened(agent);
  if (agent.tables === undefined) {
    throw new ControlError("not-ready", NO_REASONS);
  }
  const row = agent.tables.services.get(key);
  const isOwn = (failure: Failure) => failure.table === "services" && failure.key === key;
  return row && serviceDetail(row, reconciler.view(key), agent.failures.filter(isOwn));
}

async function replace({ agent, datapath }: AgentSourceOptions): Promise<ReplaceAnswer> {
  try {
    const { replaced, problem } = await agent.replace();
    return { replaced, problem, hooks: datapath().hooks };
  } catch (error) {
    if (error instanceof AgentError) {
      throw new ControlError("not-ready", error.message);
    }
    if (error instanceof LeatError) {
      throw new ControlError("replace-failed", error.message, { cause: error });
    }
    throw error;
  }
}

/** A service port once, whatever its families; counters are read when they are asked for. */
function portCounters({ stores, reconciler }: NodeAgent): PortCounters[] {
  if (stores === undefined || reconciler === undefined) {
    return [];
  }
  const ports = Map.groupBy(reconciler.held(), (held) => held.servicePort);
  return [...ports].map(([servicePort, held]) => ({
    ...portLabels(servicePort),
    read: () => sumCounters(held.map((state) => countersOf(stores, state))),
  }));
}

/** Those of an earlier owner of the id do not count. */
function countersOf(stores: Stores, { state, owner }: HeldView) {
  const counters = stores.counters.read(state);
  return counters.owner === owner ? counters : undefined;
}

/** "namespace/name:port/protocol" in its parts: none of them has a colon or a slash in it. */
function portLabels(servicePort: string): Omit<PortCounters, "read"> {
  const [owner = "", named = ""] = servicePort.split(":");
  const [namespace = "", service = ""] = owner.split("/");
  const [port = "", protocol = ""] = named.split("/");
  return { namespace, service, port, protocol };
}
