/**
 * Where the tools are that build-tools.sh made: the folder is named by the version in the tool's
 * go.mod.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface ClusterTools {
  readonly etcd: string;
  readonly apiserver: string;
  readonly kubectl: string;
}

const CACHE = join(process.env["LEAT_CACHE"] ?? "/var/cache/leat", "tools");

function version(folder: string, module: string): string {
  const text = readFileSync(new URL(`tools/${folder}/go.mod`, import.meta.url), "utf8");
  const line = text
    .split("\n")
    .find((line) => line.includes(`${module} v`) && !line.includes("=>"));
  const [, found] = new RegExp(`${module} (v\\S+)`).exec(line ?? "") ?? [];
  if (found === undefined) throw new Error(`tools/${folder}/go.mod names no version of ${module}`);
  return found;
}

/** Throws where they are not built. */
export function clusterTools(): ClusterTools {
  const etcd = join(CACHE, `etcd-${version("etcd", "go.etcd.io/etcd/server/v3")}`);
  const kubernetes = join(CACHE, `kubernetes-${version("kubernetes", "k8s.io/kubernetes")}`);
  const tools = {
    etcd: join(etcd, "etcd"),
    apiserver: join(kubernetes, "kube-apiserver"),
    kubectl: join(kubernetes, "kubectl"),
  };
  for (const path of Object.values(tools)) {
    if (!existsSync(path)) throw new Error(`${path} is absent: run test/cluster/build-tools.sh`);
  }
  return tools;
}
