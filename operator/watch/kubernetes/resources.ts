/** The resources that are watched, and what of each is asked for (SEMANTICS 3.1.1). */
import type { Kind } from "../objects.ts";

export interface Resource {
  readonly kind: Kind;
  /** As people say it, in metrics, logs and problems: "services". */
  readonly name: string;
  readonly path: string;
  readonly listKind: string;
  /** "" where all objects count. */
  readonly labelSelector: string;
}

/** Services and EndpointSlices of another proxy, or of none, are not even sent. */
export function watchedResources(proxyName: string | undefined): readonly Resource[] {
  const label = "service.kubernetes.io/service-proxy-name";
  const byName = proxyName === undefined ? `!${label}` : `${label}=${proxyName}`;
  const labelSelector = `${byName},!service.kubernetes.io/headless`;
  return [
    {
      kind: "Service",
      name: "services",
      path: "/api/v1/services",
      listKind: "ServiceList",
      labelSelector,
    },
    {
      kind: "EndpointSlice",
      name: "endpointslices",
      path: "/apis/discovery.k8s.io/v1/endpointslices",
      listKind: "EndpointSliceList",
      labelSelector,
    },
    {
      kind: "Node",
      name: "nodes",
      path: "/api/v1/nodes",
      listKind: "NodeList",
      labelSelector: "",
    },
  ];
}
