/** Devices of a test node as CNI plugins make them, and what of them the kernel has hooked. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { closeFd, type LinkInfo, linkDetach, linkInfo, objGet } from "../../../native/index.ts";
import { ipBatch } from "../../harness/command.ts";
import type { TestNode } from "./node.ts";

/**
 * A node's way out: eth0 with the addresses of its Node object. Its other end is in a namespace of
 * its own.
 */
export async function addUplink(node: TestNode): Promise<string> {
  const outside = await node.namespace("outside");
  await node.ip(
    `link add eth0 type veth peer name eth0 netns ${outside}`,
    "addr add 172.30.0.1/24 dev eth0",
    "addr add fd00:30::1/64 dev eth0 nodad",
    "link set eth0 up",
  );
  await ipBatch(outside, ["addr add 172.30.0.254/24 dev eth0", "link set eth0 up"]);
  await node.ip("route add default via 172.30.0.254");
  return outside;
}

/** A pod that is routed: a veth, and a route to its one address. Answers its namespace. */
export async function addRoutedPod(node: TestNode, number: number): Promise<string> {
  const pod = await node.namespace(`pod${number}`);
  const device = `p${number}`;
  await node.ip(
    `link add ${device} type veth peer name eth0 netns ${pod}`,
    `link set ${device} up`,
    `route add 10.244.1.${number}/32 dev ${device}`,
  );
  await ipBatch(pod, [
    `addr add 10.244.1.${number}/32 dev eth0`,
    "link set eth0 up",
    "route add 172.30.0.1 dev eth0",
    "route add default via 172.30.0.1",
  ]);
  return pod;
}

/** The pinned links: name to what the kernel says of it. */
export function pinnedLinks(node: TestNode): Record<string, LinkInfo> {
  const folder = join(node.bpffs, "links");
  const entries = readdirSync(folder).map((name): [string, LinkInfo] => {
    const fd = objGet(join(folder, name));
    try {
      return [name, linkInfo(fd)];
    } finally {
      closeFd(fd);
    }
  });
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

/** What someone else may do to a link of ours. */
export function detachPin(node: TestNode, name: string): void {
  const fd = objGet(join(node.bpffs, "links", name));
  linkDetach(fd);
  closeFd(fd);
}
