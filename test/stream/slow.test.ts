/** A slow agent costs the operator next to nothing, misses nothing, and slows down nobody else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { History } from "../../lib/history.ts";
import type { Change } from "../../lib/model/change.ts";
import { eventually } from "../harness/deadline.ts";
import { content, endpointChange, serviceChange } from "./content.ts";
import { RawAgent } from "./raw-agent.ts";
import { follow, serve } from "./serving.ts";

const MB = 1024 * 1024;

const COLLECTIONS = 10;

/** Bytes in use: the least after some collections, which let go of buffers a turn later. */
async function heldBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < COLLECTIONS; turn++) {
    collect();
    await delay(20);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/** A hundred services, 1 MB in all, at their `round`th change. */
function wideChanges(round: number): Change[] {
  const refusals = [`${round} ${"x".repeat(10_000)}`];
  return Array.from({ length: 100 }, (_, index) => serviceChange(index, { refusals }));
}

test("an agent that reads nothing is sent the latest rows once it reads again", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables);
  serving.commit(...wideChanges(0));
  const slow = new RawAgent(t, serving.address).open({ node: "slow" });
  const quick = follow(t, serving.address, { node: "quick" });
  await quick.reached(tables);
  const before = await heldBytes();
  const sentBefore = serving.server.stats.bytesSent;
  const rounds = 150;
  for (let round = 1; round <= rounds; round++) {
    serving.commit(...wideChanges(round));
    await quick.reached(tables);
    quick.syncs.length = 0;
  }
  const grown = ((await heldBytes()) - before) / MB;
  const sent = (serving.server.stats.bytesSent - sentBefore) / MB;
  assert.ok(sent > rounds * 0.9, `${sent} MB`);
  assert.ok(sent < rounds * 1.1, `${sent} MB: the slow agent was sent more than it took`);
  assert.ok(grown < 60, `${grown} MB grown over ${rounds} MB of changes`);

  slow.read();
  await slow.synced(tables.revision);
  assert.ok(slow.rows <= 300, `${slow.rows} rows for 100 keys`);
  const last = slow.words.filter((word) => word.kind === "set").at(-1);
  assert.ok(last?.table === "services");
  assert.match(last.rows[0]?.refusals[0] ?? "", new RegExp(`^${rounds} x`));
});

test("an agent that does not answer is sent no more than a few states", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables, { limits: { unansweredMost: 3 } });
  serving.commit(...content(10, 1));
  const agent = new RawAgent(t, serving.address).open().read();
  for (let round = 0; round < 3; round++) {
    await agent.synced(tables.revision);
    serving.commit(serviceChange(1, { affinitySeconds: round + 1 }));
  }
  for (let round = 10; round < 60; round++) {
    serving.commit(serviceChange(1, { affinitySeconds: round }), serviceChange(round));
  }
  const [status] = serving.server.agents();
  assert.equal(status?.applied, 0);
  assert.equal(status.lag, tables.revision);
  assert.ok(status.lagMs >= 0);
  const last = agent.syncs.at(-1);
  assert.ok(last !== undefined && last.revision < tables.revision);
  const rows = agent.rows;
  agent.applied(last);
  await agent.synced(tables.revision);
  assert.equal(agent.syncs.length, 4);
  assert.equal(agent.rows - rows, 51);
  await eventually({ what: "the status" }, () => serving.server.agents()[0]?.applied === 4);
});

test("an agent that falls out of the ring's reach while it is reading is reset", async (t) => {
  const tables = new History({ epoch: "a", ringCapacity: 50 });
  const serving = await serve(t, tables);
  serving.commit(...wideChanges(0));
  const slow = new RawAgent(t, serving.address).open();
  await eventually({ what: "a transfer" }, () => serving.server.stats.messagesSent > 0);
  serving.commit(...wideChanges(1));
  serving.commit(...wideChanges(2));
  slow.read();
  await slow.synced(tables.revision);
  const resets = slow.words.filter(({ kind }) => kind === "reset");
  assert.deepEqual(
    resets.map((word) => word.kind === "reset" && word.buckets),
    ["all", "all"],
  );
  assert.equal(slow.syncs.length, 1);
  const { full } = serving.server.stats.transfers;
  assert.equal(full, 2);
});

test("an agent that takes nothing is dropped, and no other", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables, { limits: { stallMs: 500 } });
  serving.commit(...wideChanges(0));
  const stalled = new RawAgent(t, serving.address).open({ node: "stalled" });
  const quick = follow(t, serving.address, { node: "quick" });
  await eventually({ what: "the drop" }, () => serving.server.stats.stalled === 1);
  serving.commit(...wideChanges(1));
  await quick.reached(tables);
  assert.deepEqual(
    serving.server.agents().map(({ node }) => node),
    ["quick"],
  );
  assert.equal(quick.client.status().opened, 1);
  assert.match(serving.lines.join(""), /"node":"stalled".*took nothing for 500 ms/);
  await eventually({ what: "one connection" }, () => serving.server.connections === 1);
  stalled.read();
  assert.equal((await stalled.end()).code, 14);
});

test("an agent that is slow to apply is not dropped, and then applies all at once", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables);
  serving.commit(...content(50, 2));
  const gate = Promise.withResolvers<void>();
  const agent = follow(t, serving.address, {
    onSync: async ({ first }) => {
      if (first) {
        await gate.promise;
      }
      return [{ table: "services", key: "a/b", code: "map-full", message: "no room" }];
    },
  });
  await eventually({ what: "the first state" }, () => agent.client.status().revision === 2);
  for (let round = 0; round < 200; round++) {
    serving.commit(endpointChange(1, 1, { zone: `zone-${round}` }));
  }
  assert.equal(serving.server.agents()[0]?.applied, 0);
  gate.resolve();
  await agent.reached(tables);
  assert.ok(agent.syncs.length <= 20, `${agent.syncs.length} states`);
  await eventually({ what: "the failure" }, () => serving.server.agents()[0]?.failuresTotal === 1);
  const [status] = serving.server.agents();
  assert.deepEqual(
    status?.failures.map(({ code }) => code),
    ["map-full"],
  );
  assert.match(serving.lines.join(""), /could not apply everything/);
  agent.client.report([]);
  await eventually({ what: "its end" }, () => serving.server.agents()[0]?.failuresTotal === 0);
  assert.match(serving.lines.join(""), /an agent applied everything/);
});

test("a commit while a snapshot is on its way makes no torn state", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables);
  serving.commit(...content(3_000, 10));
  const agents = ["n1", "n2", "n3"].map((node) => {
    const agent = follow(t, serving.address, { node });
    return agent;
  });
  for (let round = 0; round < 100; round++) {
    serving.commit(endpointChange(round * 29, 3, { ready: false }), serviceChange(9_000 + round));
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
  for (const agent of agents) {
    const sync = await agent.reached(tables);
    assert.deepEqual(sync.tables, tables.tables);
    assert.equal(agent.client.status().refused, 0);
  }
  assert.equal(serving.server.stats.transfers.full, 3);
});
