/**
 * The command line as a whole: usage errors, exit codes, and a socket that is missing, dead or
 * foreign.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createSocketClient } from "./agent-client.ts";
import { cliConfig } from "./config.ts";
import { leat } from "./testing/fake-agent.ts";

test("a wrong command exits 2 and suggests the right one", async () => {
  const { code, err } = await leat(["statu"]);
  assert.equal(code, 2);
  assert.match(err, /Did you mean status\?/);
  assert.equal((await leat(["status", "-o", "xml"])).code, 2);
  assert.equal((await leat(["map", "dump"])).code, 2);
});

test("help exits 0 and tells the exit codes", async () => {
  const { code, out } = await leat(["--help"]);
  assert.equal(code, 0);
  assert.match(out, /Exit codes: 0 done/);
});

test("the plugin of kubectl names itself as it is called", () => {
  assert.equal(cliConfig(["node", "/usr/bin/kubectl-leat"], {}).program, "kubectl leat");
  const config = cliConfig(["node", "cli/main.ts"], { LEAT_SOCKET: "/tmp/a.sock" });
  assert.deepEqual([config.program, config.socket], ["leat", "/tmp/a.sock"]);
});

test("a socket without an agent is named, with what to check", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), `leat-cli-${process.pid}-`));
  t.after(() => rmSync(dir, { recursive: true }));
  const missing = createSocketClient(join(dir, "none.sock"));
  await assert.rejects(missing.status(), {
    code: "unreachable",
    exitCode: 3,
    message: /no agent answers on .*none\.sock: there is no such socket: is the agent running/,
  });
  writeFileSync(join(dir, "file"), "");
  const file = createSocketClient(join(dir, "file"));
  await assert.rejects(file.status(), { code: "unreachable", message: /nobody listens/ });
});

test("answers of the socket: data, a refusal, something foreign", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), `leat-cli-${process.pid}-`));
  t.after(() => rmSync(dir, { recursive: true }));
  const answers: Record<string, [number, string]> = {
    "/v1/services/shop/a%20b": [404, '{"error":{"code":"not-found","message":"no service"}}'],
    "/v1/maps": [200, "[]"],
    "/v1/maps/slots?offset=7": [200, '{"rows":[]}'],
    "/v1/status": [200, "<html>"],
  };
  const server = createServer((asked, answer) => {
    const [status, body] = answers[asked.url ?? ""] ?? [500, "{}"];
    answer.writeHead(status).end(body);
  });
  const socket = join(dir, "agent.sock");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  const agent = createSocketClient(socket);
  assert.deepEqual(await agent.maps(), []);
  assert.deepEqual((await agent.mapPage("slots", 7)).rows, []);
  await assert.rejects(agent.service("shop", "a b"), { code: "refused", message: "no service" });
  await assert.rejects(agent.status(), { code: "protocol", message: /is no Leat agent/ });
  await assert.rejects(agent.replace(), { code: "refused", message: "the agent answered 500" });
});
