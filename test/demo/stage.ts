/**
 * The demo's stage: three nodes, three servers, two clients, and a Service "web" for all of them.
 */
import { clusterIPs, OUTSIDE } from "../harness/addresses.ts";
import { ECHO_PORT, HTTP_PORT } from "../harness/answer.ts";
import type { Client, Lab, Pod } from "../harness/lab.ts";
import { LabService, mapsSettled } from "../harness/lab-service.ts";
import type { PortSpec } from "../harness/manifests.ts";
import { done, styled, watchWork } from "./screen.ts";

export const HTTP = {
  name: "http",
  protocol: "TCP",
  port: 80,
  targetPort: HTTP_PORT,
  nodePort: 30080,
} as const satisfies PortSpec;

export const ECHO = {
  name: "echo",
  protocol: "UDP",
  port: 7,
  targetPort: ECHO_PORT,
  nodePort: 30007,
} as const satisfies PortSpec;

export const ADDRESSES = clusterIPs(10);

export interface Stage {
  readonly lab: Lab;
  readonly web: LabService;
  readonly servers: readonly Pod[];
  /** A pod on the last node. */
  readonly pod: Pod;
  readonly outside: Client;
}

async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await watchWork(work(), () => `${styled("dim", "…")} ${text}`);
  done(true, text, Date.now() - start);
  return result;
}

/** Puts the actors into a lab that is there, and starts everything. */
export async function setStage(lab: Lab): Promise<Stage> {
  const actors = await step(
    "3 nodes, 3 servers, a client pod and an outside client, each in its own namespace",
    async () => {
      const pods = await lab.addPods([
        { name: "web-1", node: 1 },
        { name: "web-2", node: 2 },
        { name: "web-3", node: 3 },
        { name: "client", node: 3 },
      ]);
      const pod = pods.at(-1);
      if (pod === undefined) throw new Error("no pods were made");
      return { servers: pods.slice(0, -1), pod, outside: await lab.outsideClient(OUTSIDE) };
    },
  );
  const web = new LabService(lab.manifests, {
    name: "web",
    type: "NodePort",
    clusterIPs: ADDRESSES,
    ports: [HTTP, ECHO],
  });
  await web.create(actors.servers);
  await step("the operator reads the folder of manifests; three agents are ready", () =>
    lab.start(),
  );
  await step("the kernel's maps of every node say what the manifests say", () =>
    mapsSettled(lab.nodes, [web]),
  );
  return { lab, web, ...actors };
}
