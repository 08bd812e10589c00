/**
 * The kinds of node that traffic is tested on: a covering set of delivery, hooks, pod network and
 * offload.
 */
import { enter } from "../../harness/command.ts";
import { POD_CIDRS } from "../../harness/addresses.ts";
import type { Lab, LabOptions } from "../../harness/lab.ts";

export interface Variant {
  readonly name: string;
  readonly options: LabOptions;
  /** Rules that the node has besides, before the agent starts. */
  readonly prepare: (lab: Lab) => Promise<void>;
}

const NONE = async () => {};

const DROP_FORWARDED = `
table inet strict {
  chain forward { type filter hook forward priority filter; policy drop; }
}`;

/**
 * What a bridge CNI leaves on a node: pods may forward, nothing else may, and pods are masqueraded
 * outside.
 */
const BRIDGE_CNI = `
table inet bridge_cni {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ip saddr ${POD_CIDRS[0]} accept
    ip daddr ${POD_CIDRS[0]} accept
    ip6 saddr ${POD_CIDRS[1]} accept
    ip6 daddr ${POD_CIDRS[1]} accept
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr ${POD_CIDRS[0]} ip daddr != { ${POD_CIDRS[0]}, 172.30.0.0/24 } masquerade
    ip6 saddr ${POD_CIDRS[1]} ip6 daddr != { ${POD_CIDRS[1]}, fd00:30::/64 } masquerade
  }
}`;

function rules(text: string): (lab: Lab) => Promise<void> {
  return async (lab) => {
    for (const node of lab.nodes) await enter(node.netns, ["nft", "-f", "-"], text);
  };
}

export const VARIANTS = {
  stack: { name: "stack delivery, tcx, routed pods", options: {}, prepare: NONE },
  bridge: {
    name: "stack delivery, clsact, beside a bridge CNI, no checksum offload",
    options: { podNetwork: "bridge", hooks: "clsact", offload: false },
    prepare: rules(BRIDGE_CNI),
  },
  direct: {
    name: "direct delivery, tcx, strict reverse path, FORWARD DROP",
    options: { delivery: "direct", rpFilter: 1 },
    prepare: rules(DROP_FORWARDED),
  },
  directClsact: {
    name: "direct delivery, clsact, strict reverse path, FORWARD DROP, no checksum offload",
    options: { delivery: "direct", hooks: "clsact", rpFilter: 1, offload: false },
    prepare: rules(DROP_FORWARDED),
  },
} as const satisfies Record<string, Variant>;
