/** The settings that decide which objects count; the same for all objects of a cluster. */
import type { Cidr, Protocol } from "../../lib/model/rows.ts";
import type { ProxyLabels } from "../watch/objects.ts";
import { type Network, networkOf } from "./addresses.ts";

export interface ModelOptions {
  /**
   * The name that objects' service-proxy-name label must bear; undefined: the label must be absent.
   */
  readonly proxyName?: string | undefined;
  readonly serviceCIDRs?: readonly Cidr[];
  readonly podCIDRs?: readonly Cidr[];
}

export interface ModelRules {
  readonly proxyName: string | undefined;
  readonly serviceNetworks: readonly Network[];
  readonly podNetworks: readonly Network[];
}

export function modelRules(options: ModelOptions): ModelRules {
  return {
    proxyName: options.proxyName,
    serviceNetworks: (options.serviceCIDRs ?? []).map(networkOf),
    podNetworks: (options.podCIDRs ?? []).map(networkOf),
  };
}

/**
 * Whether the object asks to be served by this proxy (KEP-2447). The API's label selector says the
 * same.
 */
export function isOurs(labels: ProxyLabels, rules: ModelRules): boolean {
  return !labels.headless && labels.proxyName === rules.proxyName;
}

export function isProtocol(text: string): text is Protocol {
  return text === "TCP" || text === "UDP" || text === "SCTP";
}

export function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

const PORT_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** "" or an RFC 1123 label; with other characters, keys of two ports could be one. */
export function isPortName(name: string): boolean {
  return name === "" || PORT_NAME.test(name);
}
