/**
 * The operator's options: one table for flags, environment, configuration file and --help. The only
 * reader of either.
 */
import { readFileSync } from "node:fs";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../lib/log.ts";
import { parseCidr } from "../lib/model/address.ts";
import type { Cidr } from "../lib/model/rows.ts";
import { OptionError, type OptionTable, readOptions } from "../lib/options.ts";
import { parseStreamAddress } from "../lib/stream-address.ts";
import manifest from "../package.json" with { type: "json" };

export const VERSION: string = manifest.version;

const TABLE = {
  manifests: {
    kind: "text",
    placeholder: "DIR",
    help:
      "A folder of manifests (Services, EndpointSlices and Nodes as YAML or JSON) to " +
      "serve, watched for changes. Either this or --kubeconfig.",
  },
  kubeconfig: {
    kind: "text",
    placeholder: "FILE",
    help:
      "A kubeconfig file of the cluster to serve, or in-cluster for the pod's own " +
      "service account. Either this or --manifests.",
  },
  listen: {
    kind: "text",
    placeholder: "ADDRESS",
    default: "unix:/run/leat/operator.sock",
    check: streamAddressRefusal,
    help: "Where agents are served: unix:/PATH or HOST:PORT.",
  },
  http: {
    kind: "text",
    placeholder: "HOST:PORT",
    default: "127.0.0.1:7480",
    check: httpAddressRefusal,
    help: "Where /metrics, /livez, /readyz and /problems are served.",
  },
  stateDir: {
    kind: "text",
    placeholder: "DIR",
    help:
      "Where the last good state of each manifest is kept over restarts. Without it, it" +
      " is kept in memory only.",
  },
  podCidrs: {
    kind: "list",
    placeholder: "CIDR",
    default: [],
    check: cidrRefusal,
    help:
      "The ranges of the pods' addresses. A source outside of them is masqueraded; an " +
      "external address of a Service must not lie in them.",
  },
  serviceCidrs: {
    kind: "list",
    placeholder: "CIDR",
    default: [],
    check: cidrRefusal,
    help:
      "The ranges of the Services' cluster addresses. No endpoint and no external " +
      "address may lie in them.",
  },
  masqueradeAll: {
    kind: "boolean",
    default: false,
    help: "Masquerade all traffic to cluster addresses, whatever its source.",
  },
  proxyName: {
    kind: "text",
    placeholder: "NAME",
    help:
      "Serve the objects whose label service.kubernetes.io/service-proxy-name is this, " +
      "instead of those without it.",
  },
  watchInactivity: {
    kind: "integer",
    placeholder: "SECONDS",
    default: 130,
    least: 5,
    most: 3600,
    help:
      "A watch of the API server without any event or bookmark for so long is taken for" +
      " dead; bookmarks come about each minute.",
  },
  massDeleteHold: {
    kind: "integer",
    placeholder: "SECONDS",
    default: 30,
    most: 86_400,
    help:
      "When a list lacks most of the objects that there were, how long to keep them " +
      "before a second list is believed. 0 believes the first.",
  },
  manifestRescan: {
    kind: "integer",
    placeholder: "SECONDS",
    default: 10,
    least: 1,
    most: 3600,
    help: "How often the folder of manifests is looked through for changes that went unnoticed.",
  },
  logLevel: { kind: "choice", choices: LOG_LEVELS, default: "info", help: "What is logged." },
  logFormat: {
    kind: "choice",
    choices: LOG_FORMATS,
    default: "json",
    help: "One JSON object a line, or text for people.",
  },
} as const satisfies OptionTable;

export type ObjectSource =
  | { readonly kind: "manifests"; readonly folder: string }
  | { readonly kind: "kubernetes"; readonly kubeconfig: string };

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

export interface OperatorConfig {
  readonly source: ObjectSource;
  readonly listen: string;
  readonly http: HttpAddress;
  readonly stateDir: string | undefined;
  readonly podCIDRs: readonly Cidr[];
  readonly serviceCIDRs: readonly Cidr[];
  readonly masqueradeAll: boolean;
  readonly proxyName: string | undefined;
  readonly watchInactivityMs: number;
  readonly massDeleteHoldMs: number;
  readonly manifestRescanMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export interface ConfigInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

export type ConfigOutcome =
  | { readonly kind: "config"; readonly config: OperatorConfig }
  | { readonly kind: "help"; readonly text: string };

/** From the process itself. */
export function processInput(): ConfigInput {
  const readFile = (path: string) => readFileSync(path, "utf8");
  return { argv: process.argv.slice(2), env: process.env, readFile };
}

/** Throws an OptionError that names the option, where it was given, and what is wrong with it. */
export function readConfig(input: ConfigInput): ConfigOutcome {
  const outcome = readOptions(TABLE, {
    program: "node operator/main.ts",
    summary:
      "The Leat operator: watches Services, EndpointSlices and Nodes, and streams tables of them " +
      "to the agents.",
    ...input,
  });
  if (outcome.kind === "help") return outcome;
  const { values } = outcome;
  const config: OperatorConfig = {
    source: objectSource(values.manifests, values.kubeconfig),
    listen: values.listen,
    http: httpAddress(values.http),
    stateDir: values.stateDir,
    podCIDRs: values.podCidrs.flatMap((text) => parseCidr(text) ?? []),
    serviceCIDRs: values.serviceCidrs.flatMap((text) => parseCidr(text) ?? []),
    masqueradeAll: values.masqueradeAll,
    proxyName: values.proxyName,
    watchInactivityMs: values.watchInactivity * 1000,
    massDeleteHoldMs: values.massDeleteHold * 1000,
    manifestRescanMs: values.manifestRescan * 1000,
    logLevel: values.logLevel,
    logFormat: values.logFormat,
  };
  return { kind: "config", config };
}

function objectSource(manifests: string | undefined, kubeconfig: string | undefined): ObjectSource {
  if (manifests !== undefined && kubeconfig === undefined) {
    return { kind: "manifests", folder: manifests };
  }
  if (kubeconfig !== undefined && manifests === undefined)
    return { kind: "kubernetes", kubeconfig };
  const given = manifests === undefined ? "neither is given" : "both are given";
  throw new OptionError("option-value", `give --manifests or --kubeconfig: ${given}`);
}

function httpAddress(text: string): HttpAddress {
  const address = parseStreamAddress(text);
  if (address?.kind === "tcp") return { host: address.host, port: address.port };
  throw new OptionError("option-value", `option --http: ${text} is not HOST:PORT`);
}

function streamAddressRefusal(text: string): string | undefined {
  return parseStreamAddress(text) === undefined ? "is neither unix:/PATH nor HOST:PORT" : undefined;
}

function httpAddressRefusal(text: string): string | undefined {
  return parseStreamAddress(text)?.kind === "tcp" ? undefined : "is not HOST:PORT";
}

function cidrRefusal(text: string): string | undefined {
  return parseCidr(text) === undefined ? "is not a prefix such as 10.96.0.0/16" : undefined;
}
