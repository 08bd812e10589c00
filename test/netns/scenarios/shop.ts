/**
 * The set-up that the scenarios share: a Service "web" of every kind of address, its pods, and
 * clients of all sorts.
 */
import {
  clusterIPs,
  FAMILIES,
  type Family,
  OUTSIDE,
  publicAddresses,
} from "../../harness/addresses.ts";
import { ECHO_PORT, HTTP_PORT } from "../../harness/answer.ts";
import { type Client, Lab, type LabOptions, type Pod } from "../../harness/lab.ts";
import { LabService, mapsSettled } from "../../harness/lab-service.ts";
import type { PortSpec, ServiceSpec } from "../../harness/manifests.ts";
import type { Target } from "../../harness/tally.ts";

export const WEB_PORTS = [
  { name: "http", protocol: "TCP", port: 80, targetPort: HTTP_PORT, nodePort: 30080 },
  { name: "echo", protocol: "TCP", port: 7, targetPort: ECHO_PORT, nodePort: 30007 },
  { name: "echo-udp", protocol: "UDP", port: 7, targetPort: ECHO_PORT, nodePort: 30007 },
] as const satisfies PortSpec[];

export const ECHO = WEB_PORTS[1];

export const WEB_ADDRESSES = {
  cluster: clusterIPs(10),
  balancer: publicAddresses(10),
  external: publicAddresses(20),
};

const WEB: ServiceSpec = {
  name: "web",
  type: "LoadBalancer",
  clusterIPs: WEB_ADDRESSES.cluster,
  ports: WEB_PORTS,
  loadBalancerIPs: [WEB_ADDRESSES.balancer[4], WEB_ADDRESSES.balancer[6]],
  spec: { externalIPs: [WEB_ADDRESSES.external[4], WEB_ADDRESSES.external[6]] },
};

export interface Shop {
  readonly lab: Lab;
  readonly web: LabService;
  /** Pods that may serve web. */
  readonly servers: readonly Pod[];
  /** A pod of the first node and one of the last, neither of which serves. */
  readonly clients: readonly [Pod, Pod];
  /** Processes of the first and the last node itself. */
  readonly hosts: readonly [Client, Client];
  readonly outside: Client;
}

export interface ShopOptions extends LabOptions {
  /** The nodes of the servers, in order: web-1, web-2, ... */
  readonly servers: readonly number[];
}

/** Builds the lab and its pods; no agent runs yet. The caller closes the lab. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const lab = await Lab.create(options);
  try {
    const last = lab.nodes.length;
    const plans = options.servers.map((node, index) => ({ name: `web-${index + 1}`, node }));
    const clientPlans = [
      { name: "client-first", node: 1 },
      { name: "client-last", node: last },
    ];
    const pods = await lab.addPods([...plans, ...clientPlans]);
    const [first, other] = pods.slice(-2);
    if (first === undefined || other === undefined) throw new Error("the clients are missing");
    const hosts = [
      await lab.hostClient(lab.node(1)),
      await lab.hostClient(lab.node(last)),
    ] as const;
    const outside = await lab.outsideClient(OUTSIDE);
    const web = new LabService(lab.manifests, WEB);
    return { lab, web, servers: pods.slice(0, -2), clients: [first, other], hosts, outside };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

/**
 * Opens a shop with all servers in the Service and everything running, for as long as the scenario
 * takes.
 */
export async function withShop(
  options: ShopOptions,
  scenario: (shop: Shop) => Promise<void>,
): Promise<void> {
  const shop = await openShop(options);
  try {
    await shop.web.create(shop.servers);
    await shop.lab.start();
    await mapsSettled(shop.lab.nodes, [shop.web]);
    await scenario(shop);
  } catch (error) {
    const logs = shop.lab.keepLogs();
    throw new Error(`${(error as Error).message} (logs: ${logs})`, { cause: error });
  } finally {
    await shop.lab.close();
  }
}

/** The Service's addresses of a kind, as targets of a load generator. */
export function clusterTargets(port: number, families: readonly Family[] = FAMILIES): Target[] {
  return families.map((family) => ({ address: WEB_ADDRESSES.cluster[family], port }));
}

/** A node's own addresses at a node port. */
export function nodePortTargets(lab: Lab, node: number, port: number): Target[] {
  return FAMILIES.map((family) => ({ address: lab.node(node).addresses[family], port }));
}
