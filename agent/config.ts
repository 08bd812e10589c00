/**
 * The agent's options: one table, from which its flags, LEAT_* environment, configuration file and
 * --help come. The
 * only file of agent/ that reads the environment and the arguments.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { LOG_FORMATS, LOG_LEVELS } from "../lib/log.ts";
import type { OptionOutcome, OptionValues } from "../lib/options.ts";
import { readOptions } from "../lib/options.ts";
import { parseStreamAddress } from "../lib/stream-address.ts";
import manifest from "../package.json" with { type: "json" };

export const VERSION: string = manifest.version;

const OPTIONS = {
  node: {
    kind: "text",
    placeholder: "NAME",
    help: "The node's name in the cluster; where not given, the host's name in small letters.",
  },
  operator: {
    kind: "text",
    placeholder: "ADDRESS",
    default: "unix:/run/leat/operator.sock",
    help: "Where the operator serves its tables: unix:PATH, or HOST:PORT.",
    check: (value) =>
      parseStreamAddress(value) !== undefined ? undefined : "is neither unix:/PATH nor HOST:PORT",
  },
  bpffs: {
    kind: "text",
    placeholder: "DIR",
    default: "/sys/fs/bpf/leat",
    help: "Directory on a BPF file system for this node's pins of maps, links and programs.",
    check: absolute,
  },
  cgroup: {
    kind: "text",
    placeholder: "DIR",
    default: "/sys/fs/cgroup",
    help: "cgroup2 directory whose processes' sockets are balanced.",
    check: absolute,
  },
  objects: {
    kind: "text",
    placeholder: "DIR",
    default: join(import.meta.dirname, "../out/bpf"),
    help: "Directory of the compiled BPF programs.",
    check: absolute,
  },
  stateDir: {
    kind: "text",
    placeholder: "DIR",
    default: "/run/leat",
    help: "Directory of what this agent keeps while it runs; made 0700 where it is missing.",
    check: absolute,
  },
  socket: {
    kind: "text",
    placeholder: "PATH",
    help: "Control socket, for root alone (0600); where not given, agent.sock in --state-dir.",
    check: (value) => absolute(value) ?? (fits(value) ? undefined : "is too long for a socket"),
  },
  http: {
    kind: "text",
    placeholder: "HOST:PORT|off",
    default: "127.0.0.1:7481",
    help: "Where /metrics, /livez and /readyz are served in plain HTTP.",
    check: (value) =>
      value === "off" || listenAddress(value) !== undefined ? undefined : "is no IP:PORT, nor off",
  },
  hooks: {
    kind: "choice",
    choices: ["auto", "tcx", "clsact"],
    default: "auto",
    help: "How programs are attached to devices; auto takes tcx where the kernel has it.",
  },
  delivery: {
    kind: "choice",
    choices: ["stack", "direct"],
    default: "stack",
    help: "How packets go on: by the host's stack and its rules, or straight to their device.",
  },
  podDevices: {
    kind: "text",
    placeholder: "PATTERN",
    default: "",
    help: "Names of pods' devices on the host, * for any text; empty: found by peer and route.",
  },
  capacityFrontends: capacity(65_536, "Frontends of each family: 64 bytes each."),
  capacityServices: capacity(65_536, "Service ports, each family counted: 8 bytes and a counter."),
  capacitySlots: capacity(
    2_097_152,
    "Words of slot lists, 8 bytes each: 5 a service port, one an endpoint in each list.",
  ),
  capacityBackends: capacity(262_144, "Endpoints of each family: 16 bytes of IPv4, 32 of IPv6."),
  capacityFlows: capacity(
    262_144,
    "Tracked flows of each family, two entries each: some 300 bytes.",
  ),
  metricsServices: {
    kind: "integer",
    least: 0,
    most: 100_000,
    default: 1_000,
    help: "Service ports with metrics of their own at most; the first ones keep theirs.",
  },
  logLevel: {
    kind: "choice",
    choices: LOG_LEVELS,
    default: "info",
    help: "The least important lines that are logged.",
  },
  logFormat: { kind: "choice", choices: LOG_FORMATS, default: "json", help: "Form of the log." },
} as const satisfies Parameters<typeof readOptions>[0];

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface AgentConfig
  extends Omit<OptionValues<typeof OPTIONS>, "node" | "socket" | "http"> {
  readonly node: string;
  readonly socket: string;
  /** undefined: not served. */
  readonly http: ListenAddress | undefined;
}

export type AgentConfigOutcome =
  | { readonly kind: "config"; readonly config: AgentConfig }
  | { readonly kind: "help"; readonly text: string };

/** Reads the options of an agent; throws an OptionError that names option, source and value. */
export function agentConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): AgentConfigOutcome {
  const outcome: OptionOutcome<typeof OPTIONS> = readOptions(OPTIONS, {
    program: "leat-agent",
    summary: "Keeps this node's BPF maps equal to the operator's tables. Its end detaches nothing.",
    argv,
    env,
    readFile: (path) => readFileSync(path, "utf8"),
  });
  if (outcome.kind === "help") {
    return outcome;
  }
  const { values } = outcome;
  const node = values.node ?? hostname().toLowerCase();
  const socket = values.socket ?? join(values.stateDir, "agent.sock");
  return { kind: "config", config: { ...values, node, socket, http: listenAddress(values.http) } };
}

/** The configuration of this process. */
export function processConfig(): AgentConfigOutcome {
  return agentConfig(process.argv.slice(2), process.env);
}

function capacity(preset: number, help: string) {
  return { kind: "integer", least: 16, most: 2 ** 26, default: preset, help } as const;
}

function absolute(value: string): string | undefined {
  return value.startsWith("/") ? undefined : "is no absolute path";
}

/** Linux takes 107 bytes of a socket's path. */
function fits(path: string): boolean {
  return Buffer.byteLength(path) <= 107;
}

function listenAddress(value: string): ListenAddress | undefined {
  const [, v6, name, digits] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(value) ?? [];
  const host = v6 ?? name ?? "";
  const port = Number(digits);
  return isIP(host) !== 0 && port <= 65_535 ? { host, port } : undefined;
}
