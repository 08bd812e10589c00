/**
 * Kubernetes objects as the tests need them, and the folder that an operator watches. A file holds
 * one object and appears, changes and goes by one rename or unlink.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Addresses, FAMILIES, nodeAddresses, podCidrs } from "./addresses.ts";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface PortSpec {
  readonly name: string;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
  readonly targetPort: number;
  readonly nodePort?: number;
}

export interface ServiceSpec {
  readonly name: string;
  readonly namespace?: string;
  readonly clusterIPs: Addresses;
  readonly ports: readonly PortSpec[];
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer";
  /** Further fields of the object's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly loadBalancerIPs?: readonly string[];
}

export const NAMESPACE = "shop";

export function serviceObject(service: ServiceSpec): KubernetesObject {
  const { name, namespace = NAMESPACE, clusterIPs, ports, type = "ClusterIP" } = service;
  const ingress = (service.loadBalancerIPs ?? []).map((ip) => ({ ip, ipMode: "VIP" }));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: {
      type,
      clusterIP: clusterIPs[4],
      clusterIPs: [clusterIPs[4], clusterIPs[6]],
      ipFamilies: ["IPv4", "IPv6"],
      ipFamilyPolicy: "RequireDualStack",
      ports: ports.map((port) => ({ ...port })),
      ...service.spec,
    },
    ...(ingress.length > 0 ? { status: { loadBalancer: { ingress } } } : {}),
  };
}

/** An endpoint of a slice; conditions that are left out are ready, serving and not terminating. */
export interface EndpointSpec {
  readonly addresses: Addresses;
  readonly node: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** One slice a family, as the slice controller makes them. */
export function endpointSlices(
  service: Pick<ServiceSpec, "name" | "namespace" | "ports">,
  endpoints: readonly EndpointSpec[],
): KubernetesObject[] {
  const { name, namespace = NAMESPACE, ports } = service;
  return FAMILIES.map((family) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${name}-v${family}`,
      namespace,
      labels: { "kubernetes.io/service-name": name },
    },
    addressType: `IPv${family}`,
    ports: ports.map((port) => ({
      name: port.name,
      protocol: port.protocol,
      port: port.targetPort,
    })),
    endpoints: endpoints.map((endpoint) => ({
      addresses: [endpoint.addresses[family]],
      nodeName: endpoint.node,
      conditions: {
        ready: endpoint.ready ?? true,
        serving: endpoint.serving ?? true,
        terminating: endpoint.terminating ?? false,
      },
    })),
  }));
}

export function nodeObject(name: string, node: number, zone?: string): KubernetesObject {
  const addresses = nodeAddresses(node);
  const cidrs = podCidrs(node);
  const labels = zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec: { podCIDR: cidrs[4], podCIDRs: [cidrs[4], cidrs[6]] },
    status: {
      addresses: FAMILIES.map((family) => ({ type: "InternalIP", address: addresses[family] })),
    },
  };
}

type Reference = Pick<KubernetesObject, "kind"> & {
  readonly metadata: Pick<KubernetesObject["metadata"], "name" | "namespace">;
};

function fileName({ kind, metadata: { namespace = "", name } }: Reference): string {
  return `${[kind.toLowerCase(), namespace, name].filter(Boolean).join(".")}.json`;
}

/** The folder of manifests of one lab. */
export class ManifestFolder {
  readonly path: string;
  readonly #staging: string;
  #written = 0;

  /** The staging folder must be on the same file system. */
  constructor(path: string, staging: string) {
    this.path = path;
    this.#staging = staging;
    mkdirSync(path, { recursive: true });
    mkdirSync(staging, { recursive: true });
  }

  put(...objects: readonly KubernetesObject[]): void {
    for (const object of objects) this.putText(fileName(object), JSON.stringify(object));
  }

  remove(...objects: readonly Reference[]): void {
    for (const object of objects) rmSync(join(this.path, fileName(object)), { force: true });
  }

  /** Any text under any name, such as a bad manifest. */
  putText(name: string, text: string): void {
    const staged = join(this.#staging, String(++this.#written));
    writeFileSync(staged, text);
    renameSync(staged, join(this.path, name));
  }

  removeFile(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }
}
