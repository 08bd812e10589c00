/** The control socket: who may take its path, what is asked of the agent, and what is refused. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { createLogger } from "../../lib/log.ts";
import { ControlError } from "./errors.ts";
import type { ControlSource } from "./server.ts";
import { createControlServer } from "./server.ts";

function source(asked: string[] = []): ControlSource {
  const note = (what: string) => {
    asked.push(what);
    return { what } as never;
  };
  return {
    version: () => note("version"),
    status: () => note("status"),
    services: () => note("services"),
    service: (namespace, name) =>
      name === "none" ? undefined : note(`service ${namespace}/${name}`),
    maps: () => {
      throw new ControlError("not-ready", "the maps are not open");
    },
    mapPage: (name, offset, limit) =>
      name === "none" ? undefined : note(`map ${name} ${offset} ${limit}`),
    datapath: () => {
      throw new TypeError("a defect");
    },
    replace: async () => note("replace"),
  };
}

interface Served {
  readonly path: string;
  readonly log: string[];
  readonly ask: (method: string, path: string, body?: string) => Promise<[number, string]>;
}

async function serve(t: TestContext, from: ControlSource, path = freshPath(t)): Promise<Served> {
  const log: string[] = [];
  const write = (line: string) => void log.push(line);
  const server = createControlServer({
    path,
    source: from,
    log: createLogger({ name: "agent", write }),
  });
  await server.start();
  t.after(() => server.stop());
  return { path, log, ask: (...args) => ask(path, ...args) };
}

function freshPath(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), `leat-control-${process.pid}-`));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, "run", "agent.sock");
}

function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve([response.statusCode ?? 0, text]));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("the socket is for its owner alone, from the directory on", async (t) => {
  const { path } = await serve(t, source());
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
});

test("every path asks for its answer, names decoded, pages bounded", async (t) => {
  const asked: string[] = [];
  const { ask } = await serve(t, source(asked));
  for (const path of [
    "version",
    "status",
    "services",
    "services/shop/a%2Fb",
    "maps/slots?offset=9",
    "maps/slots?offset=1&limit=99999999",
  ]) {
    assert.equal((await ask("GET", `/v1/${path}`))[0], 200, path);
  }
  assert.equal((await ask("POST", "/v1/datapath/replace"))[0], 200);
  assert.deepEqual(asked, [
    "version",
    "status",
    "services",
    "service shop/a/b",
    "map slots 9 4096",
    "map slots 1 4096",
    "replace",
  ]);
});

test("what cannot be answered is refused with a code and a sentence", async (t) => {
  const { ask, log } = await serve(t, source());
  const refused: [string, string, number, RegExp][] = [
    ["GET", "/v1/none", 404, /"not-found","message":"there is no \/v1\/none here/],
    ["GET", "/v2/services/a/b", 404, /not-found/],
    ["GET", "/v1/services/shop/none", 404, /no service shop\/none/],
    ["GET", "/v1/maps/none", 404, /no map \\"none\\"/],
    ["GET", "/v1/maps/slots?offset=-1", 400, /offset=\\"-1\\" is no whole number/],
    ["GET", "/v1/services/%ff/a", 400, /is no encoded name/],
    ["GET", "/v1/datapath/replace", 405, /is asked by POST, not GET/],
    ["PUT", "/v1/status", 405, /is asked by GET, not PUT/],
    ["GET", "/v1/maps", 503, /"not-ready","message":"the maps are not open"/],
    ["GET", "/v1/datapath", 500, /"internal","message":"the agent failed to answer/],
  ];
  for (const [method, path, status, body] of refused) {
    const answer = await ask(method, path);
    assert.equal(answer[0], status, path);
    assert.match(answer[1], body);
  }
  assert.equal(log.length, 1);
  assert.match(log[0] ?? "", /a defect/);
});

test("a body and overlong headers are refused", async (t) => {
  const { ask } = await serve(t, source());
  assert.equal((await ask("POST", "/v1/datapath/replace", "x"))[0], 413);
  assert.equal((await ask("GET", `/v1/${"x".repeat(10_000)}`))[0], 431);
  assert.equal((await ask("GET", "/v1/status"))[0], 200);
});

const DIE = "function die() { process.kill(process.pid, 9) }";

test("a socket of a dead agent is replaced, that of a living one is refused by name", async (t) => {
  const path = freshPath(t);
  mkdirSync(dirname(path));
  const listen = `require("net").createServer().listen(${JSON.stringify(path)}, die)`;
  const killed = spawnSync(process.execPath, ["-e", `${listen};${DIE}`]);
  assert.equal(killed.signal, "SIGKILL");
  assert.ok(statSync(path).isSocket(), "the killed process left its socket");
  const { ask } = await serve(t, source(), path);
  await assert.rejects(serve(t, source(), path), {
    code: "in-use",
    message: `another agent of this node listens on ${path}`,
  });
  assert.equal((await ask("GET", "/v1/status"))[0], 200);
});

test("a file of another kind, or a directory open to others, is refused by name", async (t) => {
  const path = freshPath(t);
  mkdirSync(dirname(path), { mode: 0o700 });
  writeFileSync(path, "kept");
  await assert.rejects(serve(t, source(), path), { code: "no-socket", message: /is no socket/ });
  const open = join(dirname(path), "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  await assert.rejects(serve(t, source(), join(open, "agent.sock")), { code: "unsafe-directory" });
});

test("stop removes the socket and ends open connections", async (t) => {
  const path = freshPath(t);
  const server = createControlServer({
    path,
    source: source(),
    log: createLogger({ name: "agent", level: "silent" }),
  });
  await server.start();
  await server.stop();
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
  const other = createServer();
  t.after(() => other.close());
  await new Promise<void>((resolve) => other.listen(path, resolve));
});
