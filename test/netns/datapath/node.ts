/**
 * A node of the datapath's tests: a network namespace, a BPF file system and control groups; hosts
 * run inside it.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DatapathStatus } from "../../../agent/datapath/status.ts";
import type { DatapathFacts } from "../../../agent/datapath/settings.ts";
import { closeFd, objGet, objPin } from "../../../native/index.ts";
import { cgroupRoot } from "../../harness/cgroups.ts";
import { enter, ipBatch, run } from "../../harness/command.ts";
import { within } from "../../harness/deadline.ts";
import { onJsonLines } from "../../harness/json-lines.ts";
import { type Place, type PlacedProcess, startIn } from "../../harness/place.ts";
import { LABEL_PREFIX, RUN_FOLDER } from "../../harness/residue.ts";
import { assertNoResidue, tearDown, tearDownAtExit } from "../../harness/teardown.ts";
import type { HostOptions } from "./host.ts";

const HOST = join(import.meta.dirname, "host.ts");

export const CAPACITIES = { frontends: 64, services: 64, slots: 4096, backends: 64, flows: 64 };

export const FACTS: DatapathFacts = {
  node: {
    name: "n1",
    zone: "",
    internalIPs: ["172.30.0.1", "fd00:30::1"],
    externalIPs: [],
    podCIDRs: [{ address: "10.244.1.0", prefix: 24 }],
  },
  settings: {
    podCIDRs: [
      { address: "10.244.0.0", prefix: 16 },
      { address: "fd00:244::", prefix: 32 },
    ],
    serviceCIDRs: [],
    masqueradeAll: false,
  },
};

export class HostError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Answer = { readonly id: number } & (
  | { readonly answer: unknown }
  | { readonly code: string; readonly message: string }
);

/** A datapath's process. */
export class Host {
  readonly process: PlacedProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 1;

  constructor(process: PlacedProcess) {
    this.process = process;
    const { stdout } = process.child;
    if (stdout === null) throw new Error("the host's output is not piped");
    onJsonLines(stdout, (line) => {
      const answer = line as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  async call(call: string, ...args: unknown[]): Promise<unknown> {
    const id = this.#next++;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.process.child.stdin?.write(`${JSON.stringify({ id, call, args })}\n`);
    const ended = this.process.exited.then((): never => {
      throw new Error(`the host ended during ${call}: ${this.process.logTail()}`);
    });
    ended.catch(() => {});
    const answer = await within({ what: call }, Promise.race([answered, ended]));
    if ("code" in answer) throw new HostError(answer.code, answer.message);
    return answer.answer;
  }

  async open(facts: DatapathFacts = FACTS): Promise<DatapathStatus> {
    await this.call("openStores");
    await this.call("start", facts);
    return this.status();
  }

  async status(): Promise<DatapathStatus> {
    return (await this.call("status")) as DatapathStatus;
  }

  async word(index: number): Promise<number> {
    return (await this.call("loadWord", index)) as number;
  }

  /** As a crash: nothing is let go of in order. */
  async kill(): Promise<void> {
    await this.process.stop("SIGKILL");
  }
}

let made = 0;

export class TestNode {
  readonly label: string;
  readonly folder: string;
  readonly netns: string;
  readonly bpffs: string;
  readonly cgroup: string;
  readonly #place: Place;
  readonly #undo: () => void;

  constructor(label: string, root: string) {
    this.label = label;
    this.folder = join(RUN_FOLDER, label);
    this.netns = `${label}-n1`;
    this.bpffs = join(this.folder, "bpf", "leat");
    this.cgroup = join(root, label, "node");
    const agents = join(root, label, "agents");
    for (const path of [join(this.folder, "bpf"), this.cgroup, agents]) {
      mkdirSync(path, { recursive: true });
    }
    this.#place = { name: "n1", netns: this.netns, cgroup: agents, logs: this.folder };
    this.#undo = tearDownAtExit(label, join(root, label));
  }

  static async make(): Promise<TestNode> {
    const node = new TestNode(`${LABEL_PREFIX}${process.pid}-${made++}`, await cgroupRoot());
    await run("ip", ["netns", "add", node.netns]);
    await run("mount", ["-t", "bpf", "bpf", join(node.folder, "bpf")]);
    await ipBatch(node.netns, ["link set lo up"]);
    return node;
  }

  ip(...lines: string[]): Promise<void> {
    return ipBatch(this.netns, lines);
  }

  /** Runs tc in the node. */
  tc(...args: string[]): Promise<string> {
    return enter(this.netns, ["tc", ...args]);
  }

  /** A further namespace, named after what it is. */
  async namespace(name: string): Promise<string> {
    const netns = `${this.label}-${name}`;
    await run("ip", ["netns", "add", netns]);
    await ipBatch(netns, ["link set lo up"]);
    return netns;
  }

  /** Names of the generations that are pinned. */
  generations(): string[] {
    return readdirSync(join(this.bpffs, "programs")).toSorted();
  }

  /**
   * What a crash between loading and publishing leaves: a generation that nothing names, and an
   * unfinished pin.
   */
  leaveHalfDone(generation: string): void {
    const maps = join(this.bpffs, "maps");
    mkdirSync(join(this.bpffs, "programs", generation), { mode: 0o700 });
    for (const path of [join("programs", generation, "half"), join("links", "ingress-3-new")]) {
      const fd = objGet(join(maps, "drops_v1"));
      objPin(fd, join(this.bpffs, path));
      closeFd(fd);
    }
  }

  host(options: Partial<HostOptions> & Pick<HostOptions, "objects">): Host {
    const { bpffs, cgroup } = this;
    const preset: Omit<HostOptions, "objects"> = {
      bpffs,
      cgroup,
      capacities: CAPACITIES,
      hooks: "auto",
      delivery: "stack",
      rehearsed: false,
    };
    const command = [process.execPath, HOST, JSON.stringify({ ...preset, ...options })];
    return new Host(startIn(this.#place, { name: "host", command, output: "pipe" }));
  }

  /** Takes all away; throws where something is left. */
  async destroy(): Promise<void> {
    this.#undo();
    await tearDown(this.label);
    assertNoResidue(this.label);
  }
}
