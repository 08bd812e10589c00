/**
 * An agent of fixed answers for the commands' tests: a node with one service, one failure, two
 * hooks.
 */
import type {
  DatapathAnswer,
  HookAnswer,
  MapAnswer,
  MapPage,
  ReplaceAnswer,
  ServiceDetail,
  ServiceSummary,
  StatusAnswer,
} from "../../agent/control/api.ts";
import type { AgentClient } from "../agent-client.ts";
import { run } from "../run.ts";

export const HOOKS: readonly HookAnswer[] = [
  { hook: "connect4", target: "/cgroup", how: "cgroup", generation: "1f2e", problem: "" },
  { hook: "tc_pod_ingress", target: "veth1", how: "tcx", generation: "0a0b", problem: "EBUSY" },
];

const DATAPATH: DatapathAnswer = {
  state: "serving",
  problem: "",
  notes: [],
  generation: "1f2e",
  replacements: 1,
  replacementFailures: 0,
  hooks: HOOKS,
  devices: [
    { name: "veth1", kind: "pod", why: "a veth whose route holds 10.244.1.2" },
    { name: "lo", kind: "none", why: "loopback" },
  ],
};

const MAPS: readonly MapAnswer[] = [
  { name: "services4", used: 3, capacity: 65536, writes: 3 },
  { name: "slots", used: 900, capacity: 1000, writes: 12 },
];

export const STATUS: StatusAnswer = {
  node: "n1",
  version: "0.1.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  now: "2026-01-01T00:03:12.000Z",
  ready: true,
  unreadyReasons: [],
  operator: {
    address: "unix:/run/leat/operator.sock",
    connected: true,
    since: "2026-01-01T00:00:02.000Z",
    problem: "",
    receivedRevision: 12,
    receivedAt: "2026-01-01T00:03:01.000Z",
    appliedRevision: 12,
    appliedAt: "2026-01-01T00:03:02.000Z",
    hashMismatches: 0,
  },
  services: 1,
  endpoints: 2,
  nodes: 3,
  datapath: DATAPATH,
  maps: MAPS,
  failures: [
    {
      table: "services",
      key: "shop/cart",
      code: "affinity-unsupported",
      message: "served without client affinity",
    },
  ],
  drops: [
    { reason: "no-backend", packets: 4 },
    { reason: "malformed", packets: 0 },
  ],
};

const SERVICES: readonly ServiceSummary[] = [
  {
    namespace: "shop",
    name: "cart",
    type: "NodePort",
    clusterIPs: ["fd00:96::7"],
    externalIPs: [],
    loadBalancerIPs: [],
    ports: [{ name: "http", protocol: "TCP", port: 80, nodePort: 30080 }],
    endpoints: { total: 2, used: 1 },
    counters: { flows: 5, packets: 50, bytes: 4096 },
    problems: 1,
  },
  {
    namespace: "default",
    name: "dns",
    type: "ClusterIP",
    clusterIPs: ["10.96.0.10"],
    externalIPs: ["203.0.113.9"],
    loadBalancerIPs: [],
    ports: [{ name: "", protocol: "UDP", port: 53, nodePort: 0 }],
    endpoints: { total: 0, used: 0 },
    counters: { flows: 0, packets: 0, bytes: 0 },
    problems: 0,
  },
];

export const SERVICE: ServiceDetail = {
  namespace: "shop",
  name: "cart",
  type: "NodePort",
  internalPolicy: "Cluster",
  externalPolicy: "Local",
  affinitySeconds: 10800,
  sourceRanges: null,
  refusals: ["spec.externalIPs[0]: 300.1.1.1 is no address"],
  failures: STATUS.failures,
  ports: [
    {
      name: "http",
      protocol: "TCP",
      port: 80,
      nodePort: 30080,
      programmed: true,
      frontends: [
        { kind: "ClusterIP", address: "fd00:96::7", port: 80, protocol: "TCP", programmed: true },
        { kind: "NodePort", address: "*", port: 30080, protocol: "TCP", programmed: false },
      ],
      endpoints: [
        {
          address: "10.244.1.2",
          port: 8080,
          node: "n1",
          zone: "a",
          ready: true,
          serving: true,
          terminating: false,
          cluster: { used: true, why: "" },
          local: { used: true, why: "" },
        },
        {
          address: "fd00:244:2::2",
          port: 8080,
          node: "n2",
          zone: "",
          ready: false,
          serving: false,
          terminating: false,
          cluster: { used: false, why: "not ready" },
          local: { used: false, why: "on another node" },
        },
      ],
      counters: { flows: 5, packets: 1, bytes: 1536 },
    },
  ],
};

const PAGES: readonly MapPage[] = [
  { name: "states", columns: ["service", "extent"], rows: [["shop/cart:http/TCP", "8"]], next: 1 },
  { name: "states", columns: ["service", "extent"], rows: [["a/b:/UDP", "32"]], next: null },
];

const REPLACED: ReplaceAnswer = { replaced: true, problem: "", hooks: HOOKS };

/** The agent, with some of its answers replaced. */
export function fakeAgent(answers: Partial<AgentClient> = {}): AgentClient {
  return {
    version: async () => ({ version: "0.1.0", node: "n1", runtime: "v24.21.0" }),
    status: async () => STATUS,
    services: async () => SERVICES,
    service: async () => SERVICE,
    maps: async () => MAPS,
    mapPage: async (_name, offset) => PAGES[offset] ?? ({ ...PAGES[1], next: null } as MapPage),
    datapath: async () => DATAPATH,
    replace: async () => REPLACED,
    ...answers,
  };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `leat ARGS` against an agent. */
export async function leat(args: readonly string[], agent = fakeAgent()): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run(["node", "leat", ...args], {
    config: { program: "leat", version: "0.1.0", socket: "/run/leat/agent.sock" },
    connect: () => agent,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
