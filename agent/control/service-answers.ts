/**
 * Services as `leat` shows them, from the reconciler's view: families joined, reasons in words.
 * Pure.
 */
import { cidrText } from "../../lib/model/address.ts";
import type { Failure } from "../../lib/model/failure.ts";
import type { ServiceRow } from "../../lib/model/rows.ts";
import type { Counters } from "../maps/store.ts";
import type { EndpointView, FrontendView, StateView, Use } from "../reconcile/view.ts";
import type { Reason } from "../select/endpoints.ts";
import type {
  CountersAnswer,
  EndpointAnswer,
  FrontendAnswer,
  PortDetail,
  ServiceDetail,
  ServiceSummary,
  UseAnswer,
} from "./api.ts";

const WORDS: Readonly<Record<Reason, string>> = {
  ready: "",
  "terminating-fallback": "terminating, and no endpoint is ready",
  "set-not-needed": "no client asks for this list",
  "not-ready": "not ready",
  terminating: "terminating, and others are ready",
  "hinted-to-other-node": "hints are for other nodes",
  "hinted-to-other-zone": "hints are for other zones",
  "on-other-node": "on another node",
};

/** One line of the list. */
export function serviceSummary(
  row: ServiceRow,
  views: readonly StateView[],
  problems: number,
): ServiceSummary {
  const endpoints = views.flatMap((view) => view.endpoints);
  const used = endpoints.filter(({ cluster, local }) => cluster.used || local.used);
  return {
    namespace: row.namespace,
    name: row.name,
    type: row.type,
    clusterIPs: row.clusterIPs,
    externalIPs: row.externalIPs,
    loadBalancerIPs: row.loadBalancerIPs,
    ports: row.ports,
    endpoints: { total: endpoints.length, used: used.length },
    counters: sumCounters(views.map((view) => view.counters)),
    problems: problems + row.refusals.length,
  };
}

export function serviceDetail(
  row: ServiceRow,
  views: readonly StateView[],
  failures: readonly Failure[],
): ServiceDetail {
  const ports = Map.groupBy(views, (view) => `${view.portName}/${view.protocol}`);
  return {
    namespace: row.namespace,
    name: row.name,
    type: row.type,
    internalPolicy: row.internalPolicy,
    externalPolicy: row.externalPolicy,
    affinitySeconds: row.affinitySeconds,
    sourceRanges: row.sourceRanges?.map(cidrText) ?? null,
    refusals: row.refusals,
    failures,
    ports: [...ports.values()].flatMap(portDetail),
  };
}

/** Both families of one port. */
function portDetail(views: readonly StateView[]): PortDetail[] {
  return views.slice(0, 1).map(({ portName, protocol, port, nodePort }) => ({
    name: portName,
    protocol,
    port,
    nodePort,
    programmed: views.every(({ state }) => state !== undefined),
    frontends: frontendAnswers(views.flatMap(({ frontends }) => frontends)),
    endpoints: views.flatMap(({ endpoints }) => endpoints.map(endpointAnswer)),
    counters: sumCounters(views.map(({ counters }) => counters)),
  }));
}

/** The node port of both families is one frontend to people. */
function frontendAnswers(frontends: readonly FrontendView[]): FrontendAnswer[] {
  const answers = new Map<string, FrontendAnswer>();
  for (const { kind, address, port, protocol, programmed } of frontends) {
    const shown = kind === "NodePort" ? "*" : address;
    const key = `${kind} ${shown} ${port}`;
    const both = programmed && answers.get(key)?.programmed !== false;
    answers.set(key, { kind, address: shown, port, protocol, programmed: both });
  }
  return [...answers.values()];
}

function endpointAnswer({ endpoint, cluster, local }: EndpointView): EndpointAnswer {
  const { address, port, node, zone, ready, serving, terminating } = endpoint;
  return {
    address,
    port,
    node,
    zone,
    ready,
    serving,
    terminating,
    cluster: useAnswer(cluster),
    local: useAnswer(local),
  };
}

function useAnswer({ used, why }: Use): UseAnswer {
  return { used, why: WORDS[why] };
}

export function sumCounters(all: readonly (Counters | undefined)[]): CountersAnswer {
  const sum = { flows: 0, packets: 0, bytes: 0 };
  for (const counters of all) {
    sum.flows += Number(counters?.flows ?? 0n);
    sum.packets += Number(counters?.packets ?? 0n);
    sum.bytes += Number(counters?.bytes ?? 0n);
  }
  return sum;
}
