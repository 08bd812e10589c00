/** Objects for the model's tests: Services and slices in the default namespace, as events. */
import { type Kind, type ObjectEvent, presentEvent } from "../../watch/objects.ts";
import { project } from "../../watch/project.ts";

export const LABEL = "kubernetes.io/service-name";

export function present(kind: Kind, value: object): ObjectEvent {
  return presentEvent(kind, project(kind, value));
}

export function service(spec: object = {}, name = "web"): ObjectEvent {
  const clusterIPs = ["10.96.0.10", "fd00:96::10"];
  const ports = [{ name: "http", port: 80 }];
  return present("Service", { metadata: { name }, spec: { clusterIPs, ports, ...spec } });
}

export function slice(name: string, endpoints: object[], more: object = {}): ObjectEvent {
  return present("EndpointSlice", {
    metadata: { name, labels: { [LABEL]: "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080 }],
    endpoints,
    ...more,
  });
}

export function at(address: string, conditions: object = {}, more: object = {}): object {
  return { addresses: [address], conditions, ...more };
}
