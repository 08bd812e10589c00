/**
 * What the agent's control socket answers, as JSON: the contract between the agent and the command
 * line.
 *
 * Names, never bare ids: an id means nothing outside the maps. Times are ISO 8601 in UTC, "" where
 * there is none;
 * counts are numbers (exact to 2^53); a 64-bit hash is 16 hexadecimal digits.
 */
import type { Protocol, ServiceType, TableName, TrafficPolicy } from "../../lib/model/rows.ts";

/** Paths of the socket; the parts in capitals stand for names. */
export const CONTROL_PATHS = {
  version: "/v1/version",
  status: "/v1/status",
  services: "/v1/services",
  maps: "/v1/maps",
  datapath: "/v1/datapath",
  replace: "/v1/datapath/replace",
} as const;

/** Rows in one answer of /v1/maps/NAME at most: a page takes the event loop a few milliseconds. */
export const MAP_PAGE_ROWS_MAX = 4096;

export type ControlErrorCode =
  | "bad-request"
  | "not-found"
  | "method-not-allowed"
  | "too-large"
  | "not-ready"
  | "replace-failed"
  | "internal";

/** The body of every answer whose status is not 200. */
export interface ErrorAnswer {
  readonly error: { readonly code: ControlErrorCode; readonly message: string };
}

export interface VersionAnswer {
  readonly version: string;
  readonly node: string;
  /** Of Node.js: "v24.21.0". */
  readonly runtime: string;
}

/** Something of a row that is not programmed as it asks. */
export interface FailureAnswer {
  readonly table: TableName;
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

export interface OperatorAnswer {
  readonly address: string;
  readonly connected: boolean;
  /** When it was last connected or lost. */
  readonly since: string;
  /** Why it is not connected; "" when it is, or before the first attempt has ended. */
  readonly problem: string;
  /** Of the last consistent state received, and of the last one applied; 0: none yet. */
  readonly receivedRevision: number;
  readonly receivedAt: string;
  readonly appliedRevision: number;
  readonly appliedAt: string;
  /** States that were refused because their content hash did not match. */
  readonly hashMismatches: number;
}

export interface MapAnswer {
  readonly name: string;
  readonly used: number;
  readonly capacity: number;
  /** Elements written since the agent started. */
  readonly writes: number;
}

export interface DropAnswer {
  readonly reason: string;
  readonly packets: number;
}

export interface HookAnswer {
  readonly hook: string;
  /** The device's name, or the cgroup's directory. */
  readonly target: string;
  /** How it is attached: "cgroup", "tcx", "clsact"; "" where it is not. */
  readonly how: string;
  /** Generation of the program there; "" where none is. */
  readonly generation: string;
  /** What keeps it from the generation wanted; "" for nothing. */
  readonly problem: string;
}

export interface DeviceAnswer {
  readonly name: string;
  readonly kind: "pod" | "node" | "none";
  /** Why it is of this kind. */
  readonly why: string;
}

export interface DatapathAnswer {
  /** "waiting": no state of the cluster has come yet, the programs found at start go on. */
  readonly state: "waiting" | "serving" | "degraded";
  /** Why it is degraded; "" when it is not. */
  readonly problem: string;
  /** What is served less than it could be, each a sentence; nothing of it degrades. */
  readonly notes: readonly string[];
  /** Of the programs in use; "" for none. */
  readonly generation: string;
  readonly replacements: number;
  readonly replacementFailures: number;
  readonly hooks: readonly HookAnswer[];
  readonly devices: readonly DeviceAnswer[];
}

export interface StatusAnswer {
  readonly node: string;
  readonly version: string;
  readonly startedAt: string;
  readonly now: string;
  readonly ready: boolean;
  /** Why it is not ready, each a sentence. */
  readonly unreadyReasons: readonly string[];
  readonly operator: OperatorAnswer;
  readonly services: number;
  readonly endpoints: number;
  readonly nodes: number;
  readonly datapath: DatapathAnswer;
  readonly maps: readonly MapAnswer[];
  readonly failures: readonly FailureAnswer[];
  readonly drops: readonly DropAnswer[];
}

export interface CountersAnswer {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

export interface PortSummary {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
}

/** One line of the list of services. */
export interface ServiceSummary {
  readonly namespace: string;
  readonly name: string;
  readonly type: ServiceType;
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly ports: readonly PortSummary[];
  /** Over all ports: endpoints that exist, and those that a list names. */
  readonly endpoints: { readonly total: number; readonly used: number };
  readonly counters: CountersAnswer;
  /** Refusals and failures. */
  readonly problems: number;
}

export interface FrontendAnswer {
  /** "ClusterIP", "NodePort", "LoadBalancer", "ExternalIP". */
  readonly kind: string;
  /** "*" for a node port: every address of the node. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Whether the kernel has it for this service port. */
  readonly programmed: boolean;
}

/** Whether an endpoint stands in a list, and why (not). */
export interface UseAnswer {
  readonly used: boolean;
  readonly why: string;
}

export interface EndpointAnswer {
  readonly address: string;
  readonly port: number;
  readonly node: string;
  readonly zone: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** For clients that may be served by the whole cluster. */
  readonly cluster: UseAnswer;
  /** For clients of a Local policy. */
  readonly local: UseAnswer;
}

export interface PortDetail extends PortSummary {
  /** False: nothing of this port is in the maps (the service's failures say why). */
  readonly programmed: boolean;
  readonly frontends: readonly FrontendAnswer[];
  readonly endpoints: readonly EndpointAnswer[];
  readonly counters: CountersAnswer;
}

export interface ServiceDetail {
  readonly namespace: string;
  readonly name: string;
  readonly type: ServiceType;
  readonly internalPolicy: TrafficPolicy;
  readonly externalPolicy: TrafficPolicy;
  /** 0: no affinity. */
  readonly affinitySeconds: number;
  /** CIDRs; null: every source may. */
  readonly sourceRanges: readonly string[] | null;
  readonly refusals: readonly string[];
  readonly failures: readonly FailureAnswer[];
  readonly ports: readonly PortDetail[];
}

/** A page of a map's elements, decoded, in the order of the map. */
export interface MapPage {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The offset of the next page; null: this was the last. */
  readonly next: number | null;
}

export interface ReplaceAnswer {
  /** False: the earlier programs serve on. */
  readonly replaced: boolean;
  readonly problem: string;
  readonly hooks: readonly HookAnswer[];
}
