/**
 * The cluster of the synchronisation bench: Services with endpoints over many nodes, as manifests.
 * Pure.
 */
import type { KubernetesObject } from "../harness/manifests.ts";

export const SERVICES = 10_000;
const ENDPOINTS_EACH = 10;
/** Services of a namespace; a namespace is a file. */
const PER_NAMESPACE = 100;
/** Endpoints are spread over so many nodes; the bench's own is the first. */
const NODES = 100;
const PORT = 8080;

interface ManifestFile {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** All files; Services and endpoints are numbered from 0. */
export function manifestFiles(): ManifestFile[] {
  return Array.from({ length: SERVICES / PER_NAMESPACE }, (_, namespace) => ({
    name: `${namespaceName(namespace)}.json`,
    objects: Array.from({ length: PER_NAMESPACE }, (_, position) => {
      const index = namespace * PER_NAMESPACE + position;
      return [service(index), slice(index)];
    }).flat(),
  }));
}

/** The first file with one endpoint less in the slice of a Service, numbered within the file. */
export function withoutLastEndpoint(position: number): ManifestFile {
  const [file] = manifestFiles();
  if (file === undefined) throw new RangeError("no files");
  const objects = file.objects.map((object, index) =>
    index === 2 * position + 1 ? slice(position, ENDPOINTS_EACH - 1) : object,
  );
  return { name: file.name, objects };
}

/** Objects one after another. */
export function fileText(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

function namespaceName(namespace: number): string {
  return `team-${namespace}`;
}

function nameOf(index: number): { name: string; namespace: string } {
  return {
    name: `service-${index}`,
    namespace: namespaceName(Math.floor(index / PER_NAMESPACE)),
  };
}

function service(index: number): KubernetesObject {
  const clusterIP = `10.96.${(index >> 8) + 1}.${index & 255}`;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: nameOf(index),
    spec: {
      type: "ClusterIP",
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: ["IPv4"],
      ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: PORT }],
    },
  };
}

function slice(index: number, endpoints = ENDPOINTS_EACH): KubernetesObject {
  const { name, namespace } = nameOf(index);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${name}-v4`,
      namespace,
      labels: { "kubernetes.io/service-name": name },
    },
    addressType: "IPv4",
    ports: [{ name: "http", protocol: "TCP", port: PORT }],
    endpoints: Array.from({ length: endpoints }, (_, position) => {
      const pod = index * ENDPOINTS_EACH + position;
      return {
        addresses: [`10.${128 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`],
        nodeName: `node-${(pod % NODES) + 1}`,
        conditions: { ready: true, serving: true, terminating: false },
      };
    }),
  };
}
