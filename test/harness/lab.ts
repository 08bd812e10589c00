/**
 * A lab: nodes, pods, an outside client and an operator, each in namespaces and control groups of
 * its own, made for one test and gone after it. Every name carries the maker's process id, so that
 * labs may run side by side.
 */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Addresses, nodeAddresses, podAddresses } from "./addresses.ts";
import { AgentProcess } from "./agent-process.ts";
import type { Question, Reply } from "./ask.ts";
import { ECHO_PORT, HTTP_PORT } from "./answer.ts";
import { cgroupRoot } from "./cgroups.ts";
import { run } from "./command.ts";
import { ManifestFolder, nodeObject } from "./manifests.ts";
import { buildNetwork, type NetworkNames, networkNames } from "./network.ts";
import { OperatorProcess, type OperatorSource } from "./operator-process.ts";
import type { Place } from "./place.ts";
import { addPodBridge, addPodNetworks, type PodNetwork, type PodPlan } from "./pods.ts";
import { Resident } from "./resident-client.ts";
import { LABEL_PREFIX, RUN_FOLDER } from "./residue.ts";
import { assertNoResidue, sweepDeadLabs, tearDown, tearDownAtExit } from "./teardown.ts";

export interface LabOptions {
  /** Default 3. */
  readonly nodes?: number;
  /** Checksum offload of every device; default true. */
  readonly offload?: boolean;
  /** Default 0. */
  readonly rpFilter?: 0 | 1 | 2;
  /** Default "routed". */
  readonly podNetwork?: PodNetwork;
  /** Default "stack". */
  readonly delivery?: "stack" | "direct";
  /** Default "auto". */
  readonly hooks?: "auto" | "tcx" | "clsact";
  /** Further flags of every agent: {"log-level": "debug"}. */
  readonly agentFlags?: Readonly<Record<string, string>>;
  readonly operatorFlags?: Readonly<Record<string, string>>;
  /**
   * Where the operator's objects come from, given the lab's folder. Default: the lab's own folder
   * of manifests, which then has the Node objects.
   */
  readonly source?: (folder: string) => OperatorSource;
  /** Who takes SIGINT and the like; default "exit": they end this process, and the lab with it. */
  readonly signals?: "exit" | "caller";
}

/** Somewhere a client can be: a pod, a node's own namespace, or outside. */
export interface Client extends Place {
  readonly addresses: Addresses;
  readonly resident: Resident;
  ask(question: Question): Promise<Reply>;
}

export interface Pod extends Client {
  readonly node: LabNode;
}

export interface LabNode extends Place {
  readonly index: number;
  readonly addresses: Addresses;
  readonly agent: AgentProcess;
  /** The folder of its bpffs, agent socket and state. */
  readonly folder: string;
}

/** A lab has few Services; its maps need not hold a large cluster's. */
const SMALL = {
  "capacity-frontends": "2048",
  "capacity-services": "4096",
  "capacity-slots": "65536",
  "capacity-backends": "8192",
  "capacity-flows": "16384",
};

let labsMade = 0;

export class Lab {
  readonly label = `${LABEL_PREFIX}${process.pid}-${++labsMade}`;
  readonly folder = join(RUN_FOLDER, this.label);
  readonly logs = join(this.folder, "logs");
  readonly names: NetworkNames = networkNames(this.label);
  readonly manifests = new ManifestFolder(
    join(this.folder, "manifests"),
    join(this.folder, "staging"),
  );
  readonly nodes: LabNode[] = [];
  readonly pods: Pod[] = [];
  readonly operator: OperatorProcess;
  readonly options: LabOptions;
  readonly cgroup: string;
  readonly #residents: Resident[] = [];
  #release: () => void = () => {};

  constructor(options: LabOptions, cgroupMount: string) {
    this.options = options;
    this.cgroup = join(cgroupMount, this.label);
    this.operator = new OperatorProcess({
      place: this.place("router", this.names.router),
      folder: this.folder,
      source: options.source?.(this.folder) ?? { manifests: this.manifests.path },
      flags: options.operatorFlags ?? {},
    });
  }

  /** Makes the namespaces, nodes and the network; starts nothing yet. */
  static async create(options: LabOptions = {}): Promise<Lab> {
    await sweepDeadLabs();
    const lab = new Lab(options, await cgroupRoot());
    lab.#release = tearDownAtExit(lab.label, lab.cgroup, options.signals);
    try {
      await lab.#build();
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  async #build(): Promise<void> {
    const { nodes = 3, offload = true, rpFilter = 0 } = this.options;
    mkdirSync(this.logs, { recursive: true });
    await buildNetwork(this.names, { nodes, offload, rpFilter });
    for (let index = 1; index <= nodes; index++) this.nodes.push(await this.#makeNode(index));
    if (this.options.source !== undefined) return;
    this.manifests.put(...this.nodes.map((node) => nodeObject(node.name, node.index)));
  }

  async #makeNode(index: number): Promise<LabNode> {
    const { podNetwork, delivery = "stack", hooks = "auto", agentFlags } = this.options;
    const name = `node-${index}`;
    const place = this.place(name, this.names.node(index));
    const folder = join(this.folder, name);
    const bpffs = join(folder, "bpf");
    mkdirSync(bpffs, { recursive: true });
    await run("mount", ["-t", "bpf", "bpf", bpffs]);
    if (podNetwork === "bridge") await addPodBridge(place.netns, index);
    const agent = new AgentProcess({
      node: name,
      operator: this.operator.address,
      place: this.place(`${name}.agent`, place.netns),
      cgroup: place.cgroup,
      bpffs,
      folder,
      delivery,
      hooks,
      flags: { ...SMALL, ...agentFlags },
    });
    return { ...place, index, addresses: nodeAddresses(index), agent, folder };
  }

  /** A place of the lab; its control group is made. */
  place(name: string, netns: string): Place {
    const cgroup = join(this.cgroup, name);
    mkdirSync(cgroup, { recursive: true });
    return { name, netns, cgroup, logs: this.logs };
  }

  /** The node counted from 1. */
  node(index: number): LabNode {
    const node = this.nodes[index - 1];
    if (node === undefined) throw new Error(`the lab has no node ${index}`);
    return node;
  }

  /** Makes pods, by name and node, each with its servers running. */
  async addPods(wanted: readonly { name: string; node: number }[]): Promise<Pod[]> {
    const plans = wanted.map(({ name, node }, position) => {
      const before = this.pods.filter((pod) => pod.node.index === node).length;
      const earlier = wanted.slice(0, position).filter((other) => other.node === node).length;
      return this.#planPod(name, node, before + earlier + 1);
    });
    await addPodNetworks(plans);
    const pods = await Promise.all(plans.map((plan) => this.#startPod(plan)));
    this.pods.push(...pods);
    return pods;
  }

  #planPod(name: string, node: number, index: number): PodPlan {
    const { podNetwork: network = "routed", offload = true } = this.options;
    const netns = `${this.names.node(node)}-${name}`;
    return { name, netns, node, nodeNetns: this.names.node(node), index, network, offload };
  }

  async #startPod(plan: PodPlan): Promise<Pod> {
    const node = this.node(plan.node);
    const place: Place = { ...node, name: plan.name, netns: plan.netns };
    const addresses = podAddresses(plan.node, plan.index);
    return { ...(await this.#client(place, addresses, true)), node };
  }

  /** Somebody in a node's own namespace; with servers, if asked for. */
  hostClient(node: LabNode, serving = false): Promise<Client> {
    return this.#client({ ...node, name: `${node.name}-host` }, node.addresses, serving);
  }

  /** Somebody beyond the router. */
  outsideClient(addresses: Addresses): Promise<Client> {
    return this.#client(this.place("outside", this.names.outside), addresses, false);
  }

  async #client(place: Place, addresses: Addresses, serving: boolean): Promise<Client> {
    const ports = serving ? { http: HTTP_PORT, echo: ECHO_PORT } : { http: 0, echo: 0 };
    const resident = await Resident.start(place, { name: place.name, ...ports });
    this.#residents.push(resident);
    const { name, netns, cgroup, logs } = place;
    const ask = (question: Question) => resident.ask(question);
    return { name, netns, cgroup, logs, addresses, resident, ask };
  }

  /** Starts the operator and all agents and waits until they are ready. */
  async start(): Promise<void> {
    this.operator.launch();
    for (const node of this.nodes) node.agent.launch();
    await this.operator.ready();
    await Promise.all(this.nodes.map((node) => node.agent.ready()));
  }

  /** Copies the logs out of the lab's folder, to look at after it is gone. */
  keepLogs(): string {
    const kept = new URL(`../../out/logs/${this.label}`, import.meta.url).pathname;
    cpSync(this.logs, kept, { recursive: true });
    return kept;
  }

  /** Takes everything away and checks that nothing is left. */
  async close(): Promise<void> {
    await tearDown(this.label);
    this.#release();
    assertNoResidue(this.label);
  }
}

/** Runs a scenario in a lab of its own; where it fails, the logs are kept and named. */
export async function withLab(
  options: LabOptions,
  scenario: (lab: Lab) => Promise<void>,
): Promise<void> {
  const lab = await Lab.create(options);
  try {
    await scenario(lab);
  } catch (error) {
    const logs = lab.keepLogs();
    throw new Error(`${(error as Error).message} (logs: ${logs})`, { cause: error });
  } finally {
    await lab.close();
  }
}
