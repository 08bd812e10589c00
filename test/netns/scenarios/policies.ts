/** Services without a usable endpoint, and Local policies: who is refused, who is left waiting, and who is served. */
import assert from "node:assert/strict";
import { clusterIPs, FAMILIES } from "../../harness/addresses.ts";
import type { Question } from "../../harness/ask.ts";
import { eventually } from "../../harness/deadline.ts";
import type { Client } from "../../harness/lab.ts";
import { LabService, mapsSettled } from "../../harness/lab-service.ts";
import type { ServiceSpec } from "../../harness/manifests.ts";
import { ECHO, type Shop, WEB_PORTS } from "./shop.ts";
import { assertAllAnswer } from "./traffic.ts";

const SHORT_MS = 700;

const EMPTY: ServiceSpec = {
  name: "empty",
  type: "NodePort",
  clusterIPs: clusterIPs(30),
  ports: WEB_PORTS.map((port) => ({ ...port, nodePort: port.nodePort + 100 })),
};

const NEAR: ServiceSpec = {
  name: "near",
  type: "NodePort",
  clusterIPs: clusterIPs(31),
  ports: WEB_PORTS.map((port) => ({ ...port, nodePort: port.nodePort + 200 })),
  spec: { internalTrafficPolicy: "Local", externalTrafficPolicy: "Local" },
};

function echo(address: string, port: number, by: "tcp" | "udp"): Question {
  return { by, address, port, connected: by === "udp", timeoutMs: 10_000 };
}

/** Every client is told at once, by TCP and by UDP, that nobody serves. */
export async function assertRefused(shop: Shop): Promise<void> {
  const empty = new LabService(shop.lab.manifests, EMPTY);
  await empty.create([]);
  await mapsSettled(shop.lab.nodes, [shop.web, empty]);
  for (const family of FAMILIES) {
    const address = EMPTY.clusterIPs[family];
    const nodeAddress = shop.lab.node(1).addresses[family];
    for (const by of ["tcp", "udp"] as const) {
      for (const client of [shop.clients[0], shop.hosts[0]]) {
        const code = await client.resident.refusal(echo(address, ECHO.port, by));
        assert.equal(code, "ECONNREFUSED", `${client.name} asks ${address} by ${by}`);
      }
      const question = echo(nodeAddress, ECHO.nodePort + 100, by);
      const code = await shop.outside.resident.refusal(question);
      assert.equal(code, "ECONNREFUSED", `outside asks ${nodeAddress} by ${by}`);
    }
  }
  await empty.remove();
  await mapsSettled(shop.lab.nodes, [shop.web]);
}

/** Only backends on the node of the choice serve; without one there the client gets no answer at all. */
export async function assertLocal(shop: Shop): Promise<void> {
  const near = new LabService(shop.lab.manifests, NEAR);
  const local = shop.servers.filter((pod) => pod.node.index === 1);
  const elsewhere = shop.servers.filter((pod) => pod.node.index !== 1);
  await near.create(shop.servers);
  const [inside] = shop.clients;
  for (const family of FAMILIES) {
    const address = NEAR.clusterIPs[family];
    await eventually({ what: `${address} is served` }, async () => {
      await inside.ask(echo(address, ECHO.port, "tcp"));
      return true;
    });
    for (const by of ["tcp", "udp"] as const) {
      const own = echo(address, ECHO.port, by);
      await assertAllAnswer(inside, own, local, () => {});
      const outer = echo(shop.lab.node(1).addresses[family], ECHO.nodePort + 200, by);
      await assertAllAnswer(shop.outside, outer, local, ({ client }) =>
        assert.equal(client, shop.outside.addresses[family]),
      );
    }
  }
  await near.setBackends(elsewhere);
  await assertSilence(shop, inside, near);
  await near.remove();
  await mapsSettled(shop.lab.nodes, [shop.web]);
}

async function assertSilence(shop: Shop, inside: Client, near: LabService): Promise<void> {
  for (const family of FAMILIES) {
    for (const by of ["tcp", "udp"] as const) {
      const own = echo(near.spec.clusterIPs[family], ECHO.port, by);
      const outer = echo(shop.lab.node(1).addresses[family], ECHO.nodePort + 200, by);
      await assertDropped(inside, own);
      await assertDropped(shop.outside, outer);
    }
  }
}

async function assertDropped(client: Client, question: Question): Promise<void> {
  const what = `${client.name} gets no answer from ${question.address} by ${question.by}`;
  await eventually({ what }, async () => {
    const code = await client.resident.refusal({ ...question, timeoutMs: SHORT_MS });
    return code === "ETIMEDOUT";
  });
}
