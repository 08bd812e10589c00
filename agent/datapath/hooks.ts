/** Which program runs at which hook: the names in the objects, and nothing else. */
import { ATTACH_TYPE } from "../../native/index.ts";
import type { TcDirection } from "../../native/tc.ts";

export const OBJECTS = ["sock.bpf.o", "tc.bpf.o"] as const;
export const SETTINGS_VARIABLE = "settings";

/** Programs of the node's cgroup, by name. */
export const CGROUP_PROGRAMS: Readonly<Record<string, number>> = {
  connect4: ATTACH_TYPE.CGROUP_INET4_CONNECT,
  connect6: ATTACH_TYPE.CGROUP_INET6_CONNECT,
  sendmsg4: ATTACH_TYPE.CGROUP_UDP4_SENDMSG,
  sendmsg6: ATTACH_TYPE.CGROUP_UDP6_SENDMSG,
  recvmsg4: ATTACH_TYPE.CGROUP_UDP4_RECVMSG,
  recvmsg6: ATTACH_TYPE.CGROUP_UDP6_RECVMSG,
  getpeername4: ATTACH_TYPE.CGROUP_INET4_GETPEERNAME,
  getpeername6: ATTACH_TYPE.CGROUP_INET6_GETPEERNAME,
};

export const DIRECTIONS: readonly TcDirection[] = ["ingress", "egress"];

/** The program of a device, seen from the host: a pod's packets come in by ingress. */
export function deviceProgram(kind: "pod" | "node", direction: TcDirection): string {
  return `tc_${kind}_${direction}`;
}

/** Every program that a generation must have. */
export const ALL_PROGRAMS: readonly string[] = [
  ...Object.keys(CGROUP_PROGRAMS),
  ...(["pod", "node"] as const).flatMap((kind) => DIRECTIONS.map((d) => deviceProgram(kind, d))),
];
