/**
 * Services without a usable endpoint, and Local policies: who is refused, who is left waiting, and
 * who is served.
 */
import assert from "node:assert/strict";
import { clusterIPs, FAMILIES } from "../../harness/addresses.ts";
import type { Question } from "../../harness/ask.ts";
import { eventually } from "../../harness/deadline.ts";
import type { Client, Pod } from "../../harness/lab.ts";
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

/**
 * A Service for as long as the checks take; it is gone from the maps afterwards, even where they
 * fail.
 */
async function withService(
  shop: Shop,
  spec: ServiceSpec,
  checks: (service: LabService) => Promise<void>,
): Promise<void> {
  const service = new LabService(shop.lab.manifests, spec);
  try {
    await checks(service);
  } finally {
    await service.remove();
    await mapsSettled(shop.lab.nodes, [shop.web]);
  }
}

/** Every client is told at once, by TCP and by UDP, that nobody serves. */
export async function assertRefused(shop: Shop): Promise<void> {
  await withService(shop, EMPTY, async (empty) => {
    await empty.create([]);
    await mapsSettled(shop.lab.nodes, [shop.web, empty]);
    for (const family of FAMILIES) {
      const address = EMPTY.clusterIPs[family];
      const nodeAddress = shop.lab.node(1).addresses[family];
      for (const by of ["tcp", "udp"] as const) {
        for (const client of [shop.clients[0], shop.hosts[0]]) {
          await assertRefusal(client, echo(address, ECHO.port, by));
        }
        await assertRefusal(shop.outside, echo(nodeAddress, ECHO.nodePort + 100, by));
      }
    }
  });
}

async function assertRefusal(client: Client, question: Question): Promise<void> {
  const code = await client.resident.refusal(question);
  assert.equal(code, "ECONNREFUSED", `${client.name} asks ${question.address} by ${question.by}`);
}

/** Only backends on the node of the choice serve; without one there the client gets no answer. */
export async function assertLocal(shop: Shop): Promise<void> {
  const local = shop.servers.filter((pod) => pod.node.index === 1);
  const elsewhere = shop.servers.filter((pod) => pod.node.index !== 1);
  await withService(shop, NEAR, async (near) => {
    await near.create(shop.servers);
    await assertOnly(shop, local);
    await near.setBackends(elsewhere);
    await assertSilence(shop, shop.clients[0], near);
  });
}

async function assertOnly(shop: Shop, local: readonly Pod[]): Promise<void> {
  const [inside] = shop.clients;
  for (const family of FAMILIES) {
    const address = NEAR.clusterIPs[family];
    await eventually({ what: `${address} is served` }, async () => {
      await inside.ask(echo(address, ECHO.port, "tcp"));
      return true;
    });
    for (const by of ["tcp", "udp"] as const) {
      await assertAllAnswer(inside, echo(address, ECHO.port, by), local, () => {});
      const outer = echo(shop.lab.node(1).addresses[family], ECHO.nodePort + 200, by);
      await assertAllAnswer(shop.outside, outer, local, ({ client }) =>
        assert.equal(client, shop.outside.addresses[family]),
      );
    }
  }
}

/** A socket's call is told at once; a packet is dropped without a word. */
async function assertSilence(shop: Shop, inside: Client, near: LabService): Promise<void> {
  for (const family of FAMILIES) {
    for (const by of ["tcp", "udp"] as const) {
      const own = echo(near.spec.clusterIPs[family], ECHO.port, by);
      const outer = echo(shop.lab.node(1).addresses[family], ECHO.nodePort + 200, by);
      await assertUnanswered(inside, own, by === "tcp" ? "EHOSTUNREACH" : "ETIMEDOUT");
      await assertUnanswered(shop.outside, outer, "ETIMEDOUT");
    }
  }
}

async function assertUnanswered(client: Client, question: Question, code: string): Promise<void> {
  const what = `${client.name} asks ${question.address} by ${question.by}: ${code}`;
  await eventually({ what }, async () => {
    return (await client.resident.refusal({ ...question, timeoutMs: SHORT_MS })) === code;
  });
}
