/**
 * A node for single packets: a network namespace with a device to the world and two to pods, and a
 * process inside it that runs the programs by BPF_PROG_TEST_RUN. A redirect is only answered, so
 * that no packet leaves.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cgroupRoot } from "../harness/cgroups.ts";
import { ipBatch, setSysctls } from "../harness/command.ts";
import { LABEL_PREFIX } from "../harness/residue.ts";
import { assertNoResidue, tearDown, tearDownAtExit } from "../harness/teardown.ts";
import type { Answer, Run, RunAnswer, Word, Words } from "./bench-words.ts";

const CHILD = join(import.meta.dirname, "bench-child.ts");
const OBJECTS = join(import.meta.dirname, "../../out/bpf");
const CONTEXT_BYTES = 192;
const CONTEXT_IFINDEX = 40;
const CONTEXT_GSO_SEGMENTS = 164;
const CONTEXT_GSO_SIZE = 176;

/** Devices by ifindex. */
export const DEVICE = { node: 10, pod1: 20, pod2: 22 } as const;
export const MAC = "02:00:00:00:00:01";

const FORWARDING: [string, string][] = [
  ["ipv6/conf/all/disable_ipv6", "0"],
  ["ipv6/conf/default/disable_ipv6", "0"],
  ["ipv6/conf/default/accept_dad", "0"],
  ["ipv4/ip_forward", "1"],
  ["ipv6/conf/all/forwarding", "1"],
];

const NETWORK = [
  "link set lo up",
  `link add eth0 index ${DEVICE.node} address ${MAC} type veth peer name wire`,
  `link add pod1 index ${DEVICE.pod1} address ${MAC} type veth peer name p1`,
  `link add pod2 index ${DEVICE.pod2} address ${MAC} type veth peer name p2`,
  ...["eth0", "wire", "pod1", "p1", "pod2", "p2"].map((device) => `link set ${device} up`),
  "addr add 172.30.0.1/24 dev eth0",
  "addr add fd00:30::1/64 dev eth0 nodad",
  "route add default via 172.30.0.254",
  "route add default via fd00:30::fe",
  "route add 10.244.1.2 dev pod1",
  "route add 10.244.1.3 dev pod2",
  "route add fd00:244:1::2 dev pod1",
  "route add fd00:244:1::3 dev pod2",
  "route add 10.244.2.0/24 via 172.30.0.2",
  "route add fd00:244:2::/64 via fd00:30::2",
  "route add blackhole 10.244.9.0/24",
  "route add blackhole fd00:244:9::/64",
];

export interface Context {
  readonly ifindex: number;
  readonly gsoSegments?: number;
  readonly gsoSize?: number;
}

export function contextBytes({ ifindex, gsoSegments = 0, gsoSize = 0 }: Context): Uint8Array {
  const bytes = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(CONTEXT_IFINDEX, ifindex, true);
  view.setUint32(CONTEXT_GSO_SEGMENTS, gsoSegments, true);
  view.setUint32(CONTEXT_GSO_SIZE, gsoSize, true);
  return bytes;
}

export class Bench {
  readonly #label: string;
  readonly #child: ChildProcess;
  readonly #forget: () => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 1;

  constructor(label: string, child: ChildProcess, forget: () => void) {
    this.#label = label;
    this.#child = child;
    this.#forget = forget;
    child.on("message", (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
    child.on("exit", () => {
      for (const [id, settle] of this.#waiting) settle({ id, error: "the bench's process ended" });
    });
  }

  async ask<W extends Word>(word: W, ask: Words[W]["ask"]): Promise<Words[W]["answer"]> {
    const id = this.#next++;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, word, ...ask });
    });
    this.#waiting.delete(id);
    if (answer.error !== undefined) throw new Error(`${word}: ${answer.error}`);
    return answer.value as Words[W]["answer"];
  }

  /** Loads out/bpf/NAME.bpf.o on maps of its own, in place of what was loaded before. */
  async load(
    name: string,
    globals: Readonly<Record<string, Uint8Array>> = {},
    maxEntries: Readonly<Record<string, number>> = {},
  ): Promise<void> {
    await this.ask("load", { object: join(OBJECTS, `${name}.bpf.o`), globals, maxEntries });
  }

  async run(run: Run): Promise<RunAnswer> {
    const [answer] = await this.ask("run", { runs: [run] });
    if (answer === undefined) throw new Error(`${run.program} answered nothing`);
    return answer;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
    await tearDown(this.#label);
    this.#forget();
    assertNoResidue(this.#label);
  }
}

let benches = 0;

export async function openBench(): Promise<Bench> {
  const label = `${LABEL_PREFIX}${process.pid}-${++benches}`;
  const forget = tearDownAtExit(label, join(await cgroupRoot(), label));
  const netns = `${label}-bench`;
  await ipBatch(undefined, [`netns add ${netns}`]);
  await setSysctls(netns, FORWARDING);
  await ipBatch(netns, NETWORK);
  const child = fork(CHILD, [], {
    execPath: "nsenter",
    execArgv: [`--net=/run/netns/${netns}`, "--", process.execPath],
    serialization: "advanced",
  });
  return new Bench(label, child, forget);
}
