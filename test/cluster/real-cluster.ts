/**
 * A lab whose operator watches a real API server: two nodes, three servers, a client pod, and a
 * Service "web" applied by kubectl. Each scenario does something to the server, and checks that
 * nothing is deleted that should be there.
 */
import { join } from "node:path";
import { clusterIPs, FAMILIES } from "../harness/addresses.ts";
import { ECHO_PORT } from "../harness/answer.ts";
import { kernelView } from "../harness/kernel-maps.ts";
import { Lab, type Pod } from "../harness/lab.ts";
import {
  type Expectation,
  LabService,
  mapsSettled,
  type ObjectSink,
} from "../harness/lab-service.ts";
import { type Load, startLoad } from "../harness/load.ts";
import { NAMESPACE, nodeObject, type PortSpec } from "../harness/manifests.ts";
import { ControlPlane } from "./control-plane.ts";

export const ECHO = {
  name: "echo",
  protocol: "TCP",
  port: 7,
  targetPort: ECHO_PORT,
} as const satisfies PortSpec;

const WATCH_INTERVAL_MS = 50;
const LOAD_TIMEOUT_MS = 20_000;
const LOAD_RATE = 100;

/** The API server's own Service, which has no endpoints here. */
const KUBERNETES: Expectation = { expected: () => ({ "10.96.0.1:443/TCP": [] }) };

export interface RealCluster {
  readonly lab: Lab;
  readonly plane: ControlPlane;
  readonly sink: ObjectSink;
  readonly servers: readonly Pod[];
  readonly client: Pod;
  readonly web: LabService;
  /** Waits until the maps of both nodes hold these Services and no others. */
  readonly settled: (services: readonly Expectation[], timeoutMs?: number) => Promise<number>;
}

function kubectlSink(plane: ControlPlane): ObjectSink {
  return {
    put: (...objects) => plane.apply(...objects),
    remove: async (...objects) => {
      for (const { kind, metadata } of objects) {
        await plane.delete(kind, metadata.name, metadata.namespace ?? "");
      }
    },
  };
}

export function serviceAt(cluster: Pick<RealCluster, "sink">, name: string, index: number) {
  const spec = { name, clusterIPs: clusterIPs(index), ports: [ECHO] };
  return new LabService(cluster.sink, spec);
}

/** Runs a scenario in a cluster of its own, with everything up and settled. */
export async function withCluster(
  scenario: (cluster: RealCluster) => Promise<void>,
  operatorFlags: Readonly<Record<string, string>> = {},
): Promise<void> {
  const source = (folder: string) => ({ kubeconfig: join(folder, "control/pki/operator.conf") });
  const lab = await Lab.create({ nodes: 2, source, operatorFlags });
  try {
    const cluster = await start(lab);
    await scenario(cluster);
  } catch (error) {
    const logs = lab.keepLogs();
    throw new Error(`${(error as Error).message} (logs: ${logs})`, { cause: error });
  } finally {
    await lab.close();
  }
}

async function start(lab: Lab): Promise<RealCluster> {
  const plane = new ControlPlane(
    lab.place("control", lab.names.router),
    join(lab.folder, "control"),
  );
  const [pods] = await Promise.all([
    lab.addPods([
      { name: "web-1", node: 1 },
      { name: "web-2", node: 2 },
      { name: "web-3", node: 2 },
      { name: "client", node: 1 },
    ]),
    plane.start(),
  ]);
  const client = pods.at(-1);
  if (client === undefined) throw new Error("no pods were made");
  await plane.kubectl(["create", "namespace", NAMESPACE]);
  await plane.apply(...lab.nodes.map((node) => nodeObject(node.name, node.index)));
  const sink = kubectlSink(plane);
  const web = serviceAt({ sink }, "web", 10);
  const servers = pods.slice(0, -1);
  await web.create(servers);
  await lab.start();
  const settled = (services: readonly Expectation[], timeoutMs?: number) =>
    mapsSettled(lab.nodes, [KUBERNETES, ...services], timeoutMs);
  await settled([web]);
  return { lab, plane, sink, servers, client, web, settled };
}

/** New connections to web from the client pod, over both families. */
export function loadWeb({ client, web }: RealCluster): Load {
  const targets = FAMILIES.map((family) => ({
    address: web.spec.clusterIPs[family],
    port: ECHO.port,
  }));
  const options = { targets, rate: LOAD_RATE, concurrency: 32, timeoutMs: LOAD_TIMEOUT_MS };
  return startLoad(client, "connect", options);
}

/** Looks into the maps all the time: what is there now must not be gone at any look. */
export class DeletionWatch {
  readonly #lost = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor({ lab }: RealCluster) {
    const before = lab.nodes.map((node) => ({ node, names: served(node.agent.bpffs) }));
    this.#timer = setInterval(() => {
      for (const { node, names } of before) {
        const now = new Set(served(node.agent.bpffs));
        for (const name of names) if (!now.has(name)) this.#lost.add(`${name} of ${node.name}`);
      }
    }, WATCH_INTERVAL_MS);
  }

  /** Ends it; answers the frontends that were gone, or without backends, at any time. */
  stop(): string[] {
    clearInterval(this.#timer);
    return [...this.#lost];
  }
}

function served(bpffs: string): string[] {
  const view = Object.entries(kernelView(bpffs));
  return view.filter(([, { cluster }]) => cluster.length > 0).map(([name]) => name);
}
