/**
 * Connections from a kubeconfig file or a pod's service account: client-node reads them and knows
 * how to prove who we are (tokens, certificates, exec plugins, OIDC). Loaded only where there is
 * Kubernetes: it costs 80 MB.
 */
import { stat } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { LeatError } from "../../../lib/errors.ts";
import type { Connection, Connector } from "./api.ts";

/** In place of a file: the service account of the pod that this process runs in. */
const IN_CLUSTER = "in-cluster";

class KubeConfigError extends LeatError<"kubeconfig"> {}

interface Loaded {
  readonly config: KubeConfig;
  /** Of the file, when it was loaded. */
  readonly modified: number;
}

/**
 * A connector that reads the file again when it has changed, so that rotated credentials are taken.
 */
export function kubeConnector(file: string): Connector {
  let loaded: Loaded | undefined;
  return async () => {
    const modified = file === IN_CLUSTER ? 0 : (await stat(file)).mtimeMs;
    if (loaded === undefined || loaded.modified !== modified) {
      loaded = { config: await loadConfig(file), modified };
    }
    return connection(loaded.config, file);
  };
}

async function loadConfig(file: string): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (file === IN_CLUSTER) config.loadFromCluster();
  else config.loadFromFile(file);
  return config;
}

async function connection(config: KubeConfig, file: string): Promise<Connection> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeConfigError("kubeconfig", `${file} names no current cluster`);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  // Without a proxy each request has a connection of its own: a dead one is then nobody else's.
  if (cluster.proxyUrl === undefined) options.agent = false;
  return { server: new URL(cluster.server), options };
}
