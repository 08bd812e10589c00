/**
 * A real etcd and kube-apiserver for one lab, on loopback ports of the router's namespace: started,
 * killed, restarted and compacted at will. The operator reaches the API server through a proxy that
 * misbehaves on demand.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_CIDRS } from "../harness/addresses.ts";
import { enter } from "../harness/command.ts";
import { eventually } from "../harness/deadline.ts";
import type { KubernetesObject } from "../harness/manifests.ts";
import { flagged, type Place, type PlacedProcess, startIn } from "../harness/place.ts";
import { netnsRequest } from "../harness/unix-http.ts";
import { Certificates } from "./certificates.ts";
import { ProxyProcess } from "./proxy-process.ts";
import { clusterTools } from "./tools.ts";

const PORTS = { etcd: 2379, peers: 2380, api: 6443, proxy: 6444 };
const ETCD = `http://127.0.0.1:${PORTS.etcd}`;
const SLOW_BYTES_PER_SECOND = 50_000;

/** What the operator may do, and no more. */
const OPERATOR_ROLE: KubernetesObject[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "leat-operator" },
    rules: [
      { apiGroups: [""], resources: ["services", "nodes"], verbs: ["list", "watch"] },
      {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["list", "watch"],
      },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "leat-operator" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "leat-operator" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "leat-operator" }],
  },
];

export class ControlPlane {
  readonly #place: Place;
  readonly #folder: string;
  readonly #certificates: Certificates;
  readonly #tools = clusterTools();
  #adminConfig = "";
  #apiserver: PlacedProcess | undefined;
  #proxy: ProxyProcess | undefined;

  constructor(place: Place, folder: string) {
    this.#place = place;
    this.#folder = folder;
    this.#certificates = new Certificates(join(folder, "pki"));
    mkdirSync(join(folder, "etcd"), { recursive: true, mode: 0o700 });
  }

  /** What the operator is to be started with; written by start(). */
  get operatorConfig(): string {
    return this.#certificates.path("operator.conf");
  }

  get proxy(): ProxyProcess {
    if (this.#proxy === undefined) throw new Error("the control plane is not started");
    return this.#proxy;
  }

  /** Starts all, and gives the operator its role. */
  async start(): Promise<void> {
    this.#startEtcd();
    await this.#makeCertificates();
    this.#proxy = new ProxyProcess(this.#place, {
      listen: PORTS.proxy,
      forward: PORTS.api,
      slowBytesPerSecond: SLOW_BYTES_PER_SECOND,
    });
    await this.startApiserver();
    await this.#proxy.ready();
    await this.apply(...OPERATOR_ROLE);
  }

  async #makeCertificates(): Promise<void> {
    const certificates = this.#certificates;
    await certificates.makeAuthority();
    await certificates.makeServer("server", "/CN=kube-apiserver");
    await certificates.makeClient("admin", "/O=system:masters/CN=admin");
    await certificates.makeClient("operator", "/CN=leat-operator");
    const direct = `https://127.0.0.1:${PORTS.api}`;
    this.#adminConfig = certificates.writeKubeconfig("admin.conf", "admin", direct);
    certificates.writeKubeconfig("operator.conf", "operator", `https://127.0.0.1:${PORTS.proxy}`);
  }

  #startEtcd(): void {
    const peers = `http://127.0.0.1:${PORTS.peers}`;
    const command = flagged([this.#tools.etcd, "--unsafe-no-fsync"], {
      "data-dir": join(this.#folder, "etcd"),
      "listen-client-urls": ETCD,
      "advertise-client-urls": ETCD,
      "listen-peer-urls": peers,
      "initial-advertise-peer-urls": peers,
      "initial-cluster": `default=${peers}`,
      "log-level": "warn",
    });
    startIn(this.#place, { name: "etcd", command, output: "log" });
  }

  /** Starts the API server and waits until it is ready. */
  async startApiserver(): Promise<void> {
    const path = (name: string) => this.#certificates.path(name);
    const command = flagged([this.#tools.apiserver, "--endpoint-reconciler-type=none"], {
      "etcd-servers": ETCD,
      "etcd-compaction-interval": "0",
      "bind-address": "127.0.0.1",
      "secure-port": String(PORTS.api),
      "advertise-address": "172.30.0.254",
      "service-cluster-ip-range": SERVICE_CIDRS.join(","),
      "authorization-mode": "Node,RBAC",
      "client-ca-file": path("ca.crt"),
      "tls-cert-file": path("server.crt"),
      "tls-private-key-file": path("server.key"),
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-key-file": path("accounts.key"),
      "service-account-signing-key-file": path("accounts.key"),
    });
    this.#apiserver = startIn(this.#place, { name: "apiserver", command, output: "log" });
    await eventually({ what: "the API server is ready", timeoutMs: 120_000 }, async () => {
      const exit = this.#apiserver?.exit;
      if (exit !== undefined) throw new Error(`it ended: ${this.#apiserver?.logTail()}`);
      return (await this.kubectl(["get", "--raw", "/readyz"])) === "ok";
    });
  }

  /** Kills the API server with SIGKILL. */
  async killApiserver(): Promise<void> {
    await this.#apiserver?.stop("SIGKILL");
  }

  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const command = [this.#tools.kubectl, "--kubeconfig", this.#adminConfig, ...args];
    return enter(this.#place.netns, command, input);
  }

  /** kubectl apply. */
  async apply(...objects: readonly KubernetesObject[]): Promise<void> {
    const list = { apiVersion: "v1", kind: "List", items: objects };
    await this.kubectl(["apply", "-f", "-"], JSON.stringify(list));
  }

  async delete(kind: string, name: string, namespace: string): Promise<void> {
    await this.kubectl(["delete", kind, name, "--namespace", namespace, "--wait=false"]);
  }

  /** Forgets all of etcd's history; a watch from before it can no longer be resumed from etcd. */
  async compact(): Promise<void> {
    const status = JSON.parse(await this.#askEtcd("/v3/maintenance/status", {})) as {
      header: { revision: string };
    };
    await this.#askEtcd("/v3/kv/compaction", {
      revision: status.header.revision,
      physical: true,
    });
  }

  async #askEtcd(path: string, body: unknown): Promise<string> {
    const server = { netns: this.#place.netns, address: "127.0.0.1", port: PORTS.etcd };
    const answer = await netnsRequest({ ...server, path, body });
    if (answer.status !== 200) throw new Error(`etcd: ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  }
}
