/** An agent is sent what it lacks, by delta or by buckets, across streams and operators. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import { BUCKETS, bucketOf } from "../../lib/model/digest.ts";
import { content, endpointChange, removal, serviceChange } from "./content.ts";
import { RawAgent } from "./raw-agent.ts";
import { follow, serve } from "./serving.ts";

const CONTENT = content(100, 10);

function history(epoch: string): History {
  const made = new History({ epoch });
  made.commit(CONTENT);
  return made;
}

test("an agent is given everything at first, and then what changes", async (t) => {
  for (const address of [undefined, "127.0.0.1:0", "[::1]:0"]) {
    const tables = history("a");
    const serving = await serve(t, tables, address === undefined ? {} : { address });
    serving.server.published();
    const agent = follow(t, serving.address);
    const first = await agent.reached(tables);
    assert.equal(first.first, true);
    assert.equal(first.changes.length, CONTENT.length);
    assert.equal(first.settings?.masqueradeAll, false);
    serving.commit(endpointChange(5, 5, { ready: false }), removal(serviceChange(7)));
    const second = await agent.reached(tables);
    assert.equal(second.first, false);
    assert.equal(second.changes.length, 2);
    assert.deepEqual(second.tables, tables.tables);
    assert.equal(agent.client.status().contentHash, tables.contentHash());
  }
});

test("nothing is sent before the operator has published its first state", async (t) => {
  const tables = new History({ epoch: "a" });
  const serving = await serve(t, tables);
  const agent = new RawAgent(t, serving.address).open().read();
  await new RawAgent(t, serving.address).open({ node: "BAD" }).end();
  assert.deepEqual(agent.words, []);
  const revision = serving.commit(...CONTENT);
  await agent.synced(revision);
});

test("an agent that comes back is sent the changes that it missed", async (t) => {
  const tables = history("a");
  const serving = await serve(t, tables);
  serving.server.published();
  const agent = new RawAgent(t, serving.address).open().read();
  const { revision } = await agent.synced(tables.revision);
  agent.close();
  serving.commit(endpointChange(1, 1, { ready: false }));
  serving.commit(endpointChange(1, 1, { ready: true, zone: "z" }), removal(serviceChange(3)));
  const buckets = new BigUint64Array(BUCKETS);
  const back = new RawAgent(t, serving.address).open({ epoch: "a", revision, buckets }).read();
  await back.synced(tables.revision);
  assert.equal(back.rows, 2);
  assert.deepEqual(back.words.map(({ kind }) => kind).sort(), ["delete", "set", "sync"]);
});

test("an agent that starts anew is never led through an earlier state", async (t) => {
  const tables = history("a");
  const serving = await serve(t, tables);
  serving.server.published();
  const before = new RawAgent(t, serving.address).open().read();
  await before.synced(tables.revision);
  serving.commit(endpointChange(1, 1, { ready: false }), removal(serviceChange(3)));
  const after = new RawAgent(t, serving.address).open({ node: "other" }).read();
  await after.synced(tables.revision);
  const revisions = after.words.flatMap((word) => (word.kind === "sync" ? [word.revision] : []));
  assert.deepEqual(revisions, [tables.revision]);
});

test("an agent that missed nothing is sent a Sync alone", async (t) => {
  const tables = history("a");
  const serving = await serve(t, tables);
  serving.server.published();
  const revision = tables.revision;
  const buckets = tables.bucketDigests();
  const agent = new RawAgent(t, serving.address).open({ epoch: "a", revision, buckets }).read();
  await agent.synced(revision);
  assert.deepEqual(
    agent.words.map(({ kind }) => kind),
    ["sync"],
  );
});

test("an operator that restarts with nothing changed sends no row", async (t) => {
  const before = history("a");
  const first = await serve(t, before);
  first.server.published();
  const agent = follow(t, first.address);
  await agent.reached(before);
  const { rowsReceived } = agent.client.status();
  await first.server.stop();

  const after = history("b");
  const second = await serve(t, after, { address: first.address });
  second.server.published();
  const sync = await agent.reached(after);
  assert.deepEqual(sync.changes, []);
  assert.equal(agent.client.status().rowsReceived - rowsReceived, 0);
  assert.deepEqual(second.server.stats.transfers, { delta: 0, full: 0, partial: 1 });
});

test("an operator that restarts with rows changed sends their buckets only", async (t) => {
  const before = history("a");
  const first = await serve(t, before);
  first.server.published();
  const agent = follow(t, first.address);
  await agent.reached(before);
  const { rowsReceived } = agent.client.status();
  await first.server.stop();

  const changes = [endpointChange(5, 5, { ready: false }), removal(serviceChange(7))];
  changes.push(serviceChange(1_000));
  const after = history("b");
  after.commit(changes);
  const second = await serve(t, after, { address: first.address });
  second.server.published();
  const sync = await agent.reached(after);
  assert.deepEqual(new Set(sync.changes), new Set(changes));
  assert.deepEqual(sync.tables, after.tables);
  const touched = new Set(changes.map(({ table, key }) => bucketOf(table, key)));
  const inBuckets = CONTENT.filter(({ table, key }) => touched.has(bucketOf(table, key)));
  const sent = agent.client.status().rowsReceived - rowsReceived;
  assert.ok(sent >= 2 && sent <= inBuckets.length + 1, `${sent} of ${inBuckets.length}`);
  assert.ok(sent < CONTENT.length / 20);
});

test("an agent too far behind the ring is sent the buckets that differ", async (t) => {
  const tables = new History({ epoch: "a", ringCapacity: 10 });
  tables.commit(CONTENT);
  const serving = await serve(t, tables);
  serving.server.published();
  const revision = tables.revision;
  const buckets = tables.bucketDigests();
  for (let position = 0; position < 10; position++) {
    serving.commit(endpointChange(1, position, { ready: false }));
  }
  serving.commit(endpointChange(1, 0, { ready: true }));
  const agent = new RawAgent(t, serving.address).open({ epoch: "a", revision, buckets }).read();
  await agent.synced(tables.revision);
  const [reset] = agent.words;
  assert.ok(reset?.kind === "reset" && reset.buckets !== "all" && reset.buckets.length <= 9);
  assert.ok(agent.rows >= 9 && agent.rows < CONTENT.length / 20, `${agent.rows} rows`);
});

test("a newer stream of a node replaces the older one", async (t) => {
  const tables = history("a");
  const serving = await serve(t, tables);
  serving.server.published();
  const older = new RawAgent(t, serving.address).open().read();
  const other = new RawAgent(t, serving.address).open({ node: "node-2" }).read();
  await older.synced(tables.revision);
  const newer = new RawAgent(t, serving.address).open().read();
  const { code, details } = await older.end();
  assert.equal(code, 10);
  assert.match(details, /a newer stream of node node-1 replaces this one/);
  await newer.synced(tables.revision);
  assert.equal(serving.server.stats.replaced, 1);
  const revision = serving.commit(serviceChange(500));
  await Promise.all([newer.synced(revision), other.synced(revision)]);
  assert.deepEqual(
    serving.server
      .agents()
      .map(({ node }) => node)
      .sort(),
    ["node-1", "node-2"],
  );
});
