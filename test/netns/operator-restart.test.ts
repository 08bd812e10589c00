/**
 * The operator is restarted with agents connected: they resume, and no agent applies less than a
 * whole state.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { test } from "node:test";
import { clusterIPs } from "../harness/addresses.ts";
import type { LabNode } from "../harness/lab.ts";
import { kernelView } from "../harness/kernel-maps.ts";
import { LabService, mapsSettled } from "../harness/lab-service.ts";
import { ECHO, withShop } from "./scenarios/shop.ts";

const SERVICES = 200;
const RESTARTS = 3;
const LOOK_MS = 20;

/** The fewest frontends that the maps of a node were ever seen to have. */
class FewestFrontends {
  readonly #timer: NodeJS.Timeout;
  fewest = Number.POSITIVE_INFINITY;

  constructor({ agent }: LabNode) {
    this.#timer = setInterval(() => {
      this.fewest = Math.min(this.fewest, Object.keys(kernelView(agent.bpffs)).length);
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

test("agents resume from a restarted operator, and never hold a part of its state", async () => {
  await withShop({ servers: [1, 2], nodes: 2 }, async ({ lab, web, servers }) => {
    const { nodePort: _, ...port } = ECHO;
    const others = Array.from({ length: SERVICES }, (_unused, index) => {
      const spec = { name: `other-${index}`, clusterIPs: clusterIPs(index + 20), ports: [port] };
      return new LabService(lab.manifests, spec);
    });
    for (const other of others) await other.create(servers);
    await mapsSettled(lab.nodes, [web, ...others]);
    const writesBefore = await allWrites(lab.nodes);
    const looks = lab.nodes.map((node) => new FewestFrontends(node));
    const whole = Object.keys(kernelView(lab.node(1).agent.bpffs)).length;
    for (let restart = 0; restart < RESTARTS; restart++) {
      await (restart % 2 === 0 ? lab.operator.kill() : lab.operator.stop());
      await lab.operator.start();
      for (const { agent } of lab.nodes) {
        await agent.reaches("is connected", ({ operator }) => operator.connected);
      }
    }
    await web.setBackends(servers.slice(1));
    await mapsSettled(lab.nodes, [web, ...others]);
    await delay(10 * LOOK_MS);
    for (const look of looks) {
      look.stop();
      assert.equal(look.fewest, whole, "no frontend was ever missing");
    }
    for (const { agent } of lab.nodes) {
      const { operator } = await agent.status();
      assert.equal(operator.hashMismatches, 0);
    }
    const written = (await allWrites(lab.nodes)) - writesBefore;
    assert.ok(written < SERVICES, `a change of one Service wrote ${written} elements`);
  });
});

async function allWrites(nodes: readonly LabNode[]): Promise<number> {
  const statuses = await Promise.all(nodes.map(({ agent }) => agent.status()));
  const maps = statuses.flatMap((status) => status.maps);
  return maps.reduce((sum, { writes }) => sum + writes, 0);
}
