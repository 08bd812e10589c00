/**
 * Pods: a namespace each, with a veth to the node's. "routed": the node has a route to each pod's
 * address on its device; "bridge": the devices hang on a bridge of the node that holds an address
 * of the pod CIDR.
 */
import { podAddresses, podBridgeAddresses } from "./addresses.ts";
import { ipBatch, setSysctls } from "./command.ts";
import { addAddresses, disableOffload, namespaceSettings } from "./network.ts";

export type PodNetwork = "routed" | "bridge";

export interface PodPlan {
  readonly name: string;
  readonly netns: string;
  readonly node: number;
  readonly nodeNetns: string;
  /** Counted from 1 on its node. */
  readonly index: number;
  readonly network: PodNetwork;
  readonly offload: boolean;
}

const HOST_MAC = "ee:ee:ee:ee:ee:ee";
const GATEWAY4 = "169.254.1.1";
const GATEWAY6 = "fe80::1";
const BRIDGE = "cni0";

/** The pod's device in the node's namespace. */
function podDevice(index: number): string {
  return `pod${index}`;
}

/** Makes the bridge of a node whose pods hang on one. */
export async function addPodBridge(nodeNetns: string, node: number): Promise<void> {
  await ipBatch(nodeNetns, [
    `link add ${BRIDGE} type bridge`,
    ...addAddresses(BRIDGE, podBridgeAddresses(node), { 4: "24", 6: "64" }),
    `link set ${BRIDGE} up`,
  ]);
}

/** Makes the pods' namespaces and devices; all of one lab. */
export async function addPodNetworks(pods: readonly PodPlan[]): Promise<void> {
  await ipBatch(
    undefined,
    pods.map((pod) => `netns add ${pod.netns}`),
  );
  await Promise.all(pods.map((pod) => setSysctls(pod.netns, namespaceSettings(0))));
  const byNode = Map.groupBy(pods, (pod) => pod.nodeNetns);
  await Promise.all(
    [...byNode].map(([netns, ofNode]) => ipBatch(netns, ofNode.flatMap(nodeLines))),
  );
  await Promise.all(pods.map((pod) => ipBatch(pod.netns, podLines(pod))));
  for (const pod of pods.filter((pod) => !pod.offload)) {
    await disableOffload(pod.netns, ["eth0"]);
    await disableOffload(pod.nodeNetns, [podDevice(pod.index)]);
  }
}

function nodeLines(pod: PodPlan): string[] {
  const device = podDevice(pod.index);
  const addresses = podAddresses(pod.node, pod.index);
  const made = [
    `link add ${device} address ${HOST_MAC} type veth peer name eth0 netns ${pod.netns}`,
    `link set ${device} up`,
  ];
  if (pod.network === "bridge") {
    return [
      made[0]?.replace(`address ${HOST_MAC} `, "") ?? "",
      `link set ${device} master ${BRIDGE} up`,
    ];
  }
  return [
    ...made,
    `route add ${addresses[4]}/32 dev ${device} scope link`,
    `route add ${addresses[6]}/128 dev ${device}`,
  ];
}

function podLines(pod: PodPlan): string[] {
  const addresses = podAddresses(pod.node, pod.index);
  const up = ["link set lo up"];
  if (pod.network === "bridge") {
    const gateway = podBridgeAddresses(pod.node);
    return [
      ...up,
      ...addAddresses("eth0", addresses, { 4: "24", 6: "64" }),
      "link set eth0 up",
      `route add default via ${gateway[4]}`,
      `route add default via ${gateway[6]}`,
    ];
  }
  return [
    ...up,
    ...addAddresses("eth0", addresses, { 4: "32", 6: "128" }),
    "link set eth0 up",
    `neigh add ${GATEWAY4} lladdr ${HOST_MAC} dev eth0 nud permanent`,
    `neigh add ${GATEWAY6} lladdr ${HOST_MAC} dev eth0 nud permanent`,
    `route add ${GATEWAY4} dev eth0 scope link`,
    `route add default via ${GATEWAY4} dev eth0`,
    `route add default via ${GATEWAY6} dev eth0`,
  ];
}
