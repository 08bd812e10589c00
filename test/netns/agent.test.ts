/**
 * A node's agent as its users meet it: `leat` against its socket, a second agent, pins that do not
 * fit, programs that cannot be loaded. Whatever is wrong is named, and traffic goes on.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { eventually } from "../harness/deadline.ts";
import type { AgentProcess } from "../harness/agent-process.ts";
import { mapsSettled } from "../harness/lab-service.ts";
import { netnsRequest } from "../harness/unix-http.ts";
import { ECHO, openShop, type Shop } from "./scenarios/shop.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function program(path: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, path), ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

suite("an agent", () => {
  let shop: Shop;
  let agent: AgentProcess;
  const objects = mkdtempSync(join(tmpdir(), `leat-objects-${process.pid}-`));
  const leat = (...args: readonly string[]) =>
    program("cli/main.ts", ...args, "--socket", agent.socket);

  before(async () => {
    cpSync(join(ROOT, "out/bpf"), objects, { recursive: true });
    shop = await openShop({ servers: [1, 2], nodes: 2, agentFlags: { objects } });
    await shop.web.create(shop.servers);
    await shop.lab.start();
    await mapsSettled(shop.lab.nodes, [shop.web]);
    agent = shop.lab.node(1).agent;
  });
  after(async () => {
    shop.lab.keepLogs();
    await shop.lab.close();
    rmSync(objects, { recursive: true });
  });

  async function assertServed(): Promise<void> {
    const address = shop.web.spec.clusterIPs[4];
    for (const port of [ECHO.port, 80]) {
      const by = port === 80 ? "http" : "tcp";
      const { server } = await shop.clients[0].ask({ by, address, port });
      assert.match(server, /^web-/);
    }
  }

  async function readyz(): Promise<[number, string]> {
    const { netns } = shop.lab.node(1);
    const asked = { netns, address: "127.0.0.1", port: 9101, path: "/readyz" };
    const { status, body } = await netnsRequest(asked);
    return [status, body];
  }

  test("leat shows what the node serves, by name", async () => {
    const status = await leat("status");
    assert.equal(status.code, 0, status.err);
    assert.match(status.out, /^Node +node-1: ready\n/);
    assert.match(status.out, /cgroup +8 cgroup/);
    assert.match(status.out, /pod +2 tcx +veth to another namespace/);
    assert.match(status.out, /Failures: 0/);
    const list = await leat("service", "list", "-n", "shop", "-o", "json");
    assert.deepEqual(
      JSON.parse(list.out).map(({ name }: { name: string }) => name),
      ["web"],
    );
    const service = await leat("service", "get", "shop/web");
    assert.match(service.out, /\*:30007\/TCP +NodePort/);
    assert.match(service.out, /10\.244\.2\.10:\d+ +node-2 +- +ready,serving +used/);
    const slots = await leat("map", "dump", "slots");
    assert.match(slots.out, /shop\/web:echo\/TCP +cluster +10\.244\.1\.10:\d+ +yes +local/);
    const frontends = await leat("map", "dump", "services6");
    assert.match(frontends.out, /\[fd00:96::a\]:80\/TCP +ClusterIP +shop\/web:http\/TCP/);
    const missing = await leat("service", "get", "shop/none");
    assert.deepEqual(
      [missing.code, missing.err],
      [1, "leat: there is no service shop/none on this node\n"],
    );
  });

  test("leat replaces the programs and tells the result of each hook", async () => {
    const before = (await agent.datapath()).generation;
    const { code, out } = await leat("datapath", "replace");
    assert.equal(code, 0, out);
    assert.match(out, /^Replaced: every hook runs the new programs/);
    const { generation, hooks } = await agent.datapath();
    assert.notEqual(generation, before);
    assert.deepEqual(new Set(hooks.map((hook) => hook.generation)), new Set([generation]));
    await assertServed();
  });

  test("programs that cannot be loaded leave those before in place, and are named", async () => {
    const { generation } = await agent.datapath();
    const path = join(objects, "tc.bpf.o");
    writeFileSync(path, "no object");
    const failed = await leat("datapath", "replace");
    assert.equal(failed.code, 1);
    assert.match(failed.out, /^Not replaced, the earlier programs serve on: .*tc\.bpf\.o/);
    const status = await leat("status");
    assert.equal(status.code, 1);
    assert.match(status.out, /NOT READY\n.*tc\.bpf\.o/);
    assert.match(status.out, /nodes +node-1 +datapath-degraded/);
    assert.equal((await agent.datapath()).generation, generation);
    await assertServed();
    cpSync(join(ROOT, "out/bpf/tc.bpf.o"), path);
    assert.equal((await leat("datapath", "replace")).code, 0);
    assert.deepEqual(await readyz(), [200, "ok\n"]);
  });

  test("a second agent of the node is refused by name, and the first one goes on", async () => {
    const args = ["--node", "node-1", "--socket", agent.socket, "--http", "off"];
    const second = await program("agent/main.ts", ...args);
    assert.equal(second.code, 1);
    assert.ok(second.out.includes(`another agent of this node listens on ${agent.socket}`));
    assert.equal((await leat("version")).code, 0);
  });

  test("a pinned map that does not fit is named everywhere, and programs serve on", async () => {
    await agent.stop();
    await assertServed();
    agent.launch({ "capacity-slots": "32768" });
    const reason = /pinned map slots_v1 .* 65536, but .* need 32768/;
    await agent.reaches("names the map", ({ unreadyReasons }) =>
      unreadyReasons.some((text) => reason.test(text)),
    );
    const [code, body] = await readyz();
    assert.equal(code, 503);
    assert.match(body, reason);
    assert.match((await leat("service", "list")).err, reason);
    await eventually({ what: "the operator's log names the map" }, () =>
      reason.test(shop.lab.operator.process?.log() ?? ""),
    );
    assert.match(agent.process?.log() ?? "", reason);
    await assertServed();
    await agent.stop();
    await agent.start();
    const { maps } = await agent.status();
    assert.equal(
      maps.reduce((sum, map) => sum + map.writes, 0),
      0,
    );
    await assertServed();
  });

  test("without an agent leat says which socket it asked, and traffic goes on", async () => {
    await agent.stop();
    const { code, err } = await leat("status");
    assert.equal(code, 3);
    assert.ok(err.includes(`no agent answers on ${agent.socket}: there is no such socket`));
    await assertServed();
  });
});
