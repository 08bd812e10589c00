/**
 * What Leat reads of Kubernetes objects, and nothing else of them: the projections that sources
 * hand to the model.
 *
 * Shapes are right (text is text, lists are lists, the API server's defaults are filled in); values
 * are not judged yet: an address may be nonsense, a port 70000. The model refuses those, by field.
 */

export interface ServiceObject {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ProxyLabels;
  readonly type: string;
  /** spec.clusterIPs, or spec.clusterIP alone; [] where neither is set, ["None"] where headless. */
  readonly clusterIPs: readonly string[];
  readonly ipFamilies: readonly string[];
  readonly externalIPs: readonly string[];
  readonly ingress: readonly IngressObject[];
  readonly internalPolicy: string;
  readonly externalPolicy: string;
  readonly affinity: string;
  /** Seconds, as given. */
  readonly affinitySeconds: number;
  readonly sourceRanges: readonly string[];
  readonly healthCheckNodePort: number;
  readonly ports: readonly ServicePortObject[];
}

/** The two labels by which an object asks not to be served by the cluster's proxy. */
export interface ProxyLabels {
  /**
   * Of service.kubernetes.io/service-proxy-name; undefined where the label is absent ("" is a
   * name).
   */
  readonly proxyName: string | undefined;
  /** Whether service.kubernetes.io/headless is there, with whatever value. */
  readonly headless: boolean;
}

/** An entry of status.loadBalancer.ingress. */
export interface IngressObject {
  /** "" where it has a host name only. */
  readonly ip: string;
  readonly ipMode: string;
}

export interface ServicePortObject {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly nodePort: number;
}

export interface EndpointSliceObject {
  readonly namespace: string;
  readonly name: string;
  /** Of the label kubernetes.io/service-name; "" where the slice belongs to no Service. */
  readonly service: string;
  readonly labels: ProxyLabels;
  readonly addressType: string;
  readonly ports: readonly EndpointPortObject[];
  readonly endpoints: readonly EndpointObject[];
}

export interface EndpointPortObject {
  /** undefined: null in the object, such a port is ignored. */
  readonly name: string | undefined;
  readonly protocol: string;
  readonly port: number | undefined;
}

export interface EndpointObject {
  readonly addresses: readonly string[];
  readonly node: string;
  readonly zone: string;
  /** Conditions as given; undefined: not given. */
  readonly ready: boolean | undefined;
  readonly serving: boolean | undefined;
  readonly terminating: boolean | undefined;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

export interface NodeObject {
  readonly name: string;
  readonly zone: string;
  readonly addresses: readonly NodeAddressObject[];
  /** spec.podCIDRs, or spec.podCIDR alone. */
  readonly podCIDRs: readonly string[];
}

export interface NodeAddressObject {
  readonly type: string;
  readonly address: string;
}

/** The kinds by name, each with its projection. */
export interface Objects {
  readonly Service: ServiceObject;
  readonly EndpointSlice: EndpointSliceObject;
  readonly Node: NodeObject;
}

export type Kind = keyof Objects;
export const KINDS = ["Service", "EndpointSlice", "Node"] as const satisfies Kind[];

export interface ObjectEventOf<K extends Kind> {
  readonly kind: K;
  readonly key: string;
  readonly object: Objects[K] | undefined;
}

/** An object as it is now; undefined: it is gone. The key is objectKey's. */
export type ObjectEvent = { [K in Kind]: ObjectEventOf<K> }[Kind];

/** "namespace/name", or "name" for what has no namespace. */
export function objectKey(object: { readonly namespace?: string; readonly name: string }): string {
  return object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
}

/** The event that says the object is there, as it is. */
export function presentEvent<K extends Kind>(kind: K, object: Objects[K]): ObjectEvent {
  return { kind, key: objectKey(object), object } as ObjectEventOf<K> as ObjectEvent;
}

/** The event that says the object is gone. */
export function goneEvent(kind: Kind, key: string): ObjectEvent {
  return { kind, key, object: undefined };
}
