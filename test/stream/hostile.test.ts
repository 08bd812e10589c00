/**
 * What agents, or what pretends to be one, may send without harm: each is refused by name while
 * others go on.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import { BUCKETS } from "../../lib/model/digest.ts";
import { encodeApplied, encodeOpen } from "../../lib/wire/encode.ts";
import { eventually } from "../harness/deadline.ts";
import { content, serviceChange } from "./content.ts";
import { RawAgent } from "./raw-agent.ts";
import { follow, scratch, serve } from "./serving.ts";

function history(): History {
  const made = new History({ epoch: "a" });
  made.commit(content(10, 2));
  return made;
}

const OPEN = { node: "node-1", version: "1", epoch: "", revision: 0, refused: "" };

test("a message of 5 MB is refused, and other streams go on", async (t) => {
  const tables = history();
  const serving = await serve(t, tables);
  serving.server.published();
  const good = follow(t, serving.address, { node: "good" });
  await good.reached(tables);
  const hostile = new RawAgent(t, serving.address).open({ node: "hostile" }).read();
  await hostile.synced(tables.revision);
  hostile.send(Buffer.alloc(5 * 1024 * 1024));
  const { code, details } = await hostile.end();
  assert.equal(code, 8);
  assert.match(details, /Received message larger than max \(5242880 vs 262144\)/);
  serving.commit(serviceChange(77));
  await good.reached(tables);
  assert.equal(good.client.status().opened, 1);
  await eventually({ what: "its end" }, () => serving.server.agents().length === 1);
});

test("an Open that makes no sense is refused by its reason", async (t) => {
  const tables = history();
  const serving = await serve(t, tables);
  serving.server.published();
  const open = encodeOpen({ ...OPEN, buckets: undefined });
  const cases: [Buffer[], RegExp][] = [
    [[encodeOpen({ ...OPEN, node: "../etc", buckets: undefined })], /"\.\.\/etc" is no name/],
    [[encodeOpen({ ...OPEN, node: "", buckets: undefined })], /"" is no name of a node/],
    [[encodeOpen({ ...OPEN, node: "n".repeat(200_000), buckets: undefined })], /longer than 253/],
    [[encodeOpen({ ...OPEN, buckets: new BigUint64Array(7) })], /7 buckets, not 1024/],
    [[Buffer.from("no message")], /a message cannot be decoded/],
    [[open, open], /Open was sent twice/],
    [[encodeApplied({ revision: 2, contentHash: 0n, failures: [] })], /revision 2 was not sent/],
  ];
  for (const [index, [messages, reason]] of cases.entries()) {
    const agent = new RawAgent(t, serving.address).read();
    messages.forEach((message) => agent.send(message));
    const { code, details } = await agent.end();
    assert.equal(code, 3);
    assert.match(details, reason);
    assert.equal(serving.server.stats.malformed, index + 1);
  }
  const buckets = new BigUint64Array(BUCKETS).fill(7n);
  const agent = new RawAgent(t, serving.address).open({ epoch: "other", buckets }).read();
  await agent.synced(tables.revision);
});

test("an Applied of what was not sent, or of another content, is refused", async (t) => {
  const tables = history();
  const serving = await serve(t, tables);
  serving.server.published();
  const cases = [
    [{ revision: 2, contentHash: 1n }, /revision 2 has another content hash/],
    [{ revision: 900, contentHash: tables.contentHash() }, /revision 900 was not sent/],
  ] as const;
  for (const [applied, reason] of cases) {
    const agent = new RawAgent(t, serving.address).open().read();
    await agent.synced(2);
    agent.applied(applied);
    assert.match((await agent.end()).details, reason);
  }
});

function connectTo(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  return socket.resume();
}

test("connections are bounded, and those without an agent are closed", async (t) => {
  const tables = history();
  const limits = { connectionsMost: 3, openMs: 1_000 };
  const serving = await serve(t, tables, { address: "127.0.0.1:0", limits });
  serving.server.published();
  const good = follow(t, serving.address);
  await good.reached(tables);
  const port = Number(serving.address.split(":").at(-1));
  const garbage = connectTo(port);
  garbage.write("GET / HTTP/1.1\r\n\r\n");
  await once(garbage, "close");
  const { connectionsRefused } = serving.server.stats;
  for (let count = 0; count < 8; count++) {
    connectTo(port);
  }
  const full = { what: "a refusal for want of room" };
  await eventually(full, () => connectionsRefused["too-many-connections"] >= 6);
  assert.ok(serving.server.connections <= limits.connectionsMost);
  await eventually({ what: "only the agent" }, () => serving.server.connections === 1);
  assert.ok(connectionsRefused["no-agent"] >= 2);
  serving.commit(serviceChange(78));
  await good.reached(tables);
  assert.equal(good.client.status().opened, 1);
});

test("a stream that never opens is closed with its connection", async (t) => {
  const serving = await serve(t, history(), { limits: { openMs: 300 } });
  serving.server.published();
  const agent = new RawAgent(t, serving.address).read();
  agent.send(Buffer.alloc(0));
  assert.equal((await agent.end()).code, 14);
  await eventually({ what: "no connection" }, () => serving.server.connections === 0);
});

test("a socket left behind is replaced; one that answers, or is no socket, is not", async (t) => {
  const folder = scratch(t);
  const path = join(folder, "operator.sock");
  const first = await serve(t, history(), { address: `unix:${path}` });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await assert.rejects(serve(t, history(), { address: `unix:${path}` }), {
    code: "address-in-use",
    message: `another process serves ${path}`,
  });
  await first.server.stop();
  assert.equal(existsSync(path), false);

  const dead = createServer();
  await new Promise<void>((resolve) => void dead.listen(path, resolve));
  dead.close();
  assert.equal(existsSync(path), false);

  const file = join(folder, "file");
  writeFileSync(file, "precious");
  await assert.rejects(serve(t, history(), { address: `unix:${file}` }), /cannot listen on/);
  assert.equal(statSync(file).size, 8);
  await assert.rejects(serve(t, history(), { address: "nowhere" }), /is neither unix:/);
  chmodSync(folder, 0o700);
});
