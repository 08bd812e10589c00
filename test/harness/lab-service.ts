/**
 * A Service of a lab, with its backends among the lab's pods: written to the folder of manifests
 * (or wherever the test puts objects), with the history of who was a backend when, and what the
 * kernel's maps should say of it.
 */
import { type Addresses, FAMILIES, type Family, hostPort } from "./addresses.ts";
import { eventually } from "./deadline.ts";
import type { KernelView } from "./kernel-maps.ts";
import { kernelView } from "./kernel-maps.ts";
import type { LabNode, Pod } from "./lab.ts";
import type { Epoch } from "./legality.ts";
import {
  endpointSlices,
  type KubernetesObject,
  type ServiceSpec,
  serviceObject,
} from "./manifests.ts";

/** Takes objects to where the operator sees them. */
export interface ObjectSink {
  put(...objects: readonly KubernetesObject[]): void | Promise<void>;
  remove(...objects: readonly KubernetesObject[]): void | Promise<void>;
}

export class LabService {
  readonly spec: ServiceSpec;
  readonly epochs: Epoch[] = [];
  readonly #sink: ObjectSink;
  #backends: readonly Pod[] = [];

  constructor(sink: ObjectSink, spec: ServiceSpec) {
    this.#sink = sink;
    this.spec = spec;
  }

  get backends(): readonly Pod[] {
    return this.#backends;
  }

  /** Writes the Service with these backends. */
  async create(backends: readonly Pod[]): Promise<void> {
    await this.#sink.put(serviceObject(this.spec));
    await this.setBackends(backends);
  }

  /** From now on these are the backends: a change of the slices alone. */
  async setBackends(backends: readonly Pod[]): Promise<void> {
    const before = this.#backends;
    this.#backends = backends;
    const both = new Set([...before, ...backends].map((pod) => pod.name));
    this.epochs.push({ at: Date.now(), servers: both });
    await this.#sink.put(...this.slices());
    this.epochs.push({ at: Date.now(), servers: new Set(backends.map((pod) => pod.name)) });
  }

  async remove(): Promise<void> {
    this.#backends = [];
    await this.#sink.remove(serviceObject(this.spec), ...this.slices());
  }

  slices(): KubernetesObject[] {
    return endpointSlices(
      this.spec,
      this.#backends.map((pod) => ({ addresses: pod.addresses, node: pod.node.name })),
    );
  }

  /** What a node's maps should say: each frontend, with the Cluster list where one is used. */
  expected(): Record<string, readonly string[]> {
    const found: [string, readonly string[]][] = [];
    for (const family of FAMILIES) {
      for (const port of this.spec.ports) {
        const lists = this.#backends.map((pod) => hostPort(pod.addresses[family], port.targetPort));
        for (const frontend of this.#frontends(family, port.port, port.nodePort)) {
          found.push([`${frontend}/${port.protocol}`, lists.toSorted()]);
        }
      }
    }
    return Object.fromEntries(found);
  }

  #frontends(family: Family, port: number, nodePort: number | undefined): string[] {
    const external = (this.spec.spec?.["externalIPs"] ?? []) as readonly string[];
    const balanced = this.spec.loadBalancerIPs ?? [];
    const addresses = [this.spec.clusterIPs[family], ...external, ...balanced];
    const ofFamily = addresses.filter((address) => address.includes(":") === (family === 6));
    const own = ofFamily.map((address) => hostPort(address, port));
    if (nodePort === undefined) return own;
    return [...own, hostPort(ZERO[family], nodePort)];
  }
}

const ZERO: Addresses = { 4: "0.0.0.0", 6: "::" };

/** Something that says what the maps of every node should hold. */
export type Expectation = Pick<LabService, "expected">;

/**
 * What the maps say of the Cluster lists, and what the services demand; equal when the node is up
 * to date.
 */
function compareMaps(
  node: LabNode,
  services: readonly Expectation[],
): { held: Record<string, readonly string[]>; wanted: Record<string, readonly string[]> } {
  const view: KernelView = kernelView(node.agent.bpffs);
  const held = Object.fromEntries(
    Object.entries(view).map(([frontend, { cluster }]) => [frontend, cluster] as const),
  );
  const wanted = Object.assign({}, ...services.map((service) => service.expected()));
  return { held, wanted: wanted as Record<string, readonly string[]> };
}

function sorted(lists: Record<string, readonly string[]>): string {
  return JSON.stringify(Object.entries(lists).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Waits until the maps of the nodes equal the services; answers after how many milliseconds they
 * did.
 */
export async function mapsSettled(
  nodes: readonly LabNode[],
  services: readonly Expectation[],
  timeoutMs = 30_000,
): Promise<number> {
  const start = performance.now();
  for (const node of nodes) {
    let last = "";
    const deadline = { what: `the maps of ${node.name} equal the model`, timeoutMs };
    await eventually(deadline, () => {
      const { held, wanted } = compareMaps(node, services);
      last = `held ${sorted(held)}, wanted ${sorted(wanted)}`;
      return sorted(held) === sorted(wanted);
    }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}: ${last}`, { cause: error });
    });
  }
  return performance.now() - start;
}
