/** The agent's open port: liveness of the process alone, readiness with reasons, metrics. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createLogger } from "../lib/log.ts";
import { createHttpServer } from "./http-server.ts";

const log = createLogger({ name: "agent", level: "silent" });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("checks answer with their reasons, and only those of their own kind", async (t) => {
  const port = await freePort();
  const reasons: string[] = [];
  let addon = () => {};
  const source = {
    metrics: { text: async () => "a 1\n", type: "text/x" },
    checkAddon: () => addon(),
    unreadyReasons: () => reasons,
  };
  const server = createHttpServer({ host: "127.0.0.1", port, source, log });
  await server.start();
  t.after(() => server.stop());
  const get = async (path: string, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [answer.status, await answer.text(), answer.headers.get("content-type")];
  };
  assert.deepEqual(await get("/metrics"), [200, "a 1\n", "text/x"]);
  assert.deepEqual((await get("/readyz")).slice(0, 2), [200, "ok\n"]);
  reasons.push("no maps", "no node");
  assert.deepEqual((await get("/readyz")).slice(0, 2), [503, "no maps\nno node\n"]);
  assert.deepEqual((await get("/livez?verbose")).slice(0, 2), [200, "ok\n"]);
  addon = () => {
    throw new Error("gone");
  };
  assert.deepEqual((await get("/livez")).slice(0, 2), [503, "the addon does not work: gone\n"]);
  assert.equal((await get("/none"))[0], 404);
  assert.equal((await get("/readyz", "POST"))[0], 405);
});

test("a port that is taken is an error at start", async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const source = {
    metrics: { text: async () => "", type: "" },
    checkAddon: () => {},
    unreadyReasons: () => [],
  };
  const server = createHttpServer({ host: "127.0.0.1", port, source, log });
  await assert.rejects(server.start(), { code: "EADDRINUSE" });
});
