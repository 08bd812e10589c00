/**
 * From a parsed Kubernetes object to its projection (objects.ts): unneeded fields fall away, the
 * API server's defaults are filled in (a manifest has not been through it). Throws ShapeError where
 * a field has a wrong type.
 */
import type {
  EndpointObject,
  EndpointPortObject,
  EndpointSliceObject,
  IngressObject,
  Kind,
  NodeObject,
  Objects,
  ProxyLabels,
  ServiceObject,
  ServicePortObject,
} from "./objects.ts";
import { type Fields, Shape } from "./shape.ts";

const PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";
const HEADLESS_LABEL = "service.kubernetes.io/headless";
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
const ZONE_LABEL = "topology.kubernetes.io/zone";
/** v1 ClientIPConfig.timeoutSeconds: three hours. */
const DEFAULT_AFFINITY_SECONDS = 10_800;

const EMPTY: Fields = {};
const NO_LABELS: ProxyLabels = { proxyName: undefined, headless: false };

interface Meta {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Fields;
}

/** The projection of an object of that kind. */
export function project<K extends Kind>(kind: K, value: unknown): Objects[K] {
  return PROJECTORS[kind](value);
}

const PROJECTORS: { readonly [K in Kind]: (value: unknown) => Objects[K] } = {
  Service: projectService,
  EndpointSlice: projectSlice,
  Node: projectNode,
};

function projectService(value: unknown): ServiceObject {
  const shape = new Shape();
  const root = shape.root(value);
  const meta = readMeta(shape, root);
  const spec =
    shape.child(root, "spec", (fields) => readSpec(shape, fields)) ?? readSpec(shape, EMPTY);
  return {
    namespace: meta.namespace,
    name: meta.name,
    labels: proxyLabels(shape, meta.labels),
    ...spec,
    ingress: shape.child(root, "status", (status) => readIngress(shape, status)) ?? [],
  };
}

type Spec = Omit<ServiceObject, "namespace" | "name" | "labels" | "ingress">;

function readSpec(shape: Shape, spec: Fields): Spec {
  const clusterIP = shape.text(spec, "clusterIP") ?? "";
  const clusterIPs = shape.texts(spec, "clusterIPs");
  return {
    type: shape.text(spec, "type") ?? "ClusterIP",
    clusterIPs: clusterIPs.length === 0 && clusterIP !== "" ? [clusterIP] : clusterIPs,
    ipFamilies: shape.texts(spec, "ipFamilies"),
    externalIPs: shape.texts(spec, "externalIPs"),
    internalPolicy: shape.text(spec, "internalTrafficPolicy") ?? "Cluster",
    externalPolicy: shape.text(spec, "externalTrafficPolicy") ?? "Cluster",
    affinity: shape.text(spec, "sessionAffinity") ?? "None",
    affinitySeconds: readAffinitySeconds(shape, spec),
    sourceRanges: shape.texts(spec, "loadBalancerSourceRanges"),
    healthCheckNodePort: shape.integer(spec, "healthCheckNodePort") ?? 0,
    ports: shape.list(spec, "ports", (port) => readServicePort(shape, port)),
  };
}

function readAffinitySeconds(shape: Shape, spec: Fields): number {
  const given = shape.child(spec, "sessionAffinityConfig", (config) =>
    shape.child(config, "clientIP", (client) => shape.integer(client, "timeoutSeconds")),
  );
  return given ?? DEFAULT_AFFINITY_SECONDS;
}

function readServicePort(shape: Shape, port: Fields): ServicePortObject {
  return {
    name: shape.text(port, "name") ?? "",
    protocol: shape.text(port, "protocol") ?? "TCP",
    port: shape.integer(port, "port") ?? 0,
    nodePort: shape.integer(port, "nodePort") ?? 0,
  };
}

function readIngress(shape: Shape, status: Fields): readonly IngressObject[] | undefined {
  return shape.child(status, "loadBalancer", (balancer) =>
    shape.list(balancer, "ingress", (entry) => ({
      ip: shape.text(entry, "ip") ?? "",
      ipMode: shape.text(entry, "ipMode") ?? "VIP",
    })),
  );
}

function projectSlice(value: unknown): EndpointSliceObject {
  const shape = new Shape();
  const root = shape.root(value);
  const meta = readMeta(shape, root);
  return {
    namespace: meta.namespace,
    name: meta.name,
    service: shape.text(meta.labels, SERVICE_NAME_LABEL) ?? "",
    labels: proxyLabels(shape, meta.labels),
    addressType: shape.requiredText(root, "addressType"),
    ports: shape.list(root, "ports", (port) => readEndpointPort(shape, port)),
    endpoints: shape.list(root, "endpoints", (endpoint) => readEndpoint(shape, endpoint)),
  };
}

function readEndpointPort(shape: Shape, port: Fields): EndpointPortObject {
  return {
    // The API server turns an absent name into "", an explicit null stays without a name.
    name: port["name"] === undefined ? "" : shape.text(port, "name"),
    protocol: shape.text(port, "protocol") ?? "TCP",
    port: shape.integer(port, "port"),
  };
}

function readEndpoint(shape: Shape, endpoint: Fields): EndpointObject {
  const conditions = shape.child(endpoint, "conditions", (given) => ({
    ready: shape.flag(given, "ready"),
    serving: shape.flag(given, "serving"),
    terminating: shape.flag(given, "terminating"),
  }));
  const hints = shape.child(endpoint, "hints", (given) => ({
    zones: shape.list(given, "forZones", (zone) => shape.requiredText(zone, "name")),
    nodes: shape.list(given, "forNodes", (node) => shape.requiredText(node, "name")),
  }));
  return {
    addresses: shape.texts(endpoint, "addresses"),
    node: shape.text(endpoint, "nodeName") ?? "",
    zone: shape.text(endpoint, "zone") ?? "",
    ready: conditions?.ready,
    serving: conditions?.serving,
    terminating: conditions?.terminating,
    zoneHints: hints?.zones ?? [],
    nodeHints: hints?.nodes ?? [],
  };
}

function projectNode(value: unknown): NodeObject {
  const shape = new Shape();
  const root = shape.root(value);
  const meta = readMeta(shape, root);
  return {
    name: meta.name,
    zone: shape.text(meta.labels, ZONE_LABEL) ?? "",
    addresses: shape.child(root, "status", (status) => readNodeAddresses(shape, status)) ?? [],
    podCIDRs: shape.child(root, "spec", (spec) => readPodCIDRs(shape, spec)) ?? [],
  };
}

function readNodeAddresses(shape: Shape, status: Fields): NodeObject["addresses"] {
  return shape.list(status, "addresses", (entry) => ({
    type: shape.text(entry, "type") ?? "",
    address: shape.text(entry, "address") ?? "",
  }));
}

function readPodCIDRs(shape: Shape, spec: Fields): readonly string[] {
  const single = shape.text(spec, "podCIDR") ?? "";
  const several = shape.texts(spec, "podCIDRs");
  return several.length === 0 && single !== "" ? [single] : several;
}

function readMeta(shape: Shape, root: Fields): Meta {
  return shape.requiredChild(root, "metadata", (fields) => ({
    namespace:
      fields["namespace"] === undefined ? "default" : shape.requiredName(fields, "namespace"),
    name: shape.requiredName(fields, "name"),
    labels: shape.child(fields, "labels", (labels) => labels) ?? EMPTY,
  }));
}

function proxyLabels(shape: Shape, labels: Fields): ProxyLabels {
  const proxyName = shape.text(labels, PROXY_NAME_LABEL);
  const headless = shape.text(labels, HEADLESS_LABEL) !== undefined;
  return proxyName === undefined && !headless ? NO_LABELS : { proxyName, headless };
}
