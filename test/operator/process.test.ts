/** The operator as a process, from files to an agent's tables. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { OperatorRun } from "./operator-run.ts";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

function web(...hosts: readonly number[]): string {
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { clusterIP: "10.96.0.1", ports: [{ port: 80 }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      ports: [{ port: 8080 }],
      endpoints: hosts.map((host) => ({ addresses: [`10.244.0.${host}`] })),
    },
  ]
    .map((object) => JSON.stringify(object))
    .join("\n---\n");
}

function endpoints(...hosts: readonly number[]): string[] {
  return hosts.map((host) => `default/web:/TCP|10.244.0.${host}|8080`);
}

test("the examples reach an agent whole, with settings and no problem", async (context) => {
  const operator = await OperatorRun.create(context);
  cpSync(join(ROOT, "examples"), operator.manifests, { recursive: true });
  await operator.start(
    "--pod-cidrs",
    "10.244.0.0/16,fd00:244::/48",
    "--service-cidrs",
    "10.96.0.0/16",
  );
  operator.follow();
  await operator.until("synced", () => operator.tables !== undefined);
  const { tables } = operator;
  assert.deepEqual([...(tables?.services.keys() ?? [])].sort(), ["shop/dns", "shop/web"]);
  assert.equal(tables?.endpoints.size, 5 + 6);
  assert.equal(tables?.nodes.size, 3);
  assert.deepEqual(tables?.settings.get("cluster"), {
    podCIDRs: [
      { address: "10.244.0.0", prefix: 16 },
      { address: "fd00:244::", prefix: 48 },
    ],
    serviceCIDRs: [{ address: "10.96.0.0", prefix: 16 }],
    masqueradeAll: false,
  });
  await operator.ready();
  assert.equal((await operator.get("/livez")).status, 200);
  assert.deepEqual(await operator.problems(), []);
  assert.equal(await operator.metric("leat_operator_agents"), 1);
});

test("a change reaches the agent, and only what changed is committed", async (context) => {
  const operator = await OperatorRun.create(context);
  operator.put("web.yaml", web(1, 2));
  await operator.start();
  operator.follow();
  await operator.until("both", () => operator.tables?.endpoints.size === 2);
  const before = await operator.metric("leat_operator_row_changes_total");
  operator.put("web.yaml", web(2, 3));
  await operator.until(
    "changed",
    () => operator.tables?.endpoints.has(endpoints(3)[0] ?? "") === true,
  );
  assert.deepEqual(operator.states.at(-1), endpoints(2, 3));
  assert.equal((await operator.metric("leat_operator_row_changes_total")) - before, 2);
});

test("a bad manifest is named in the log and at /problems, nothing is lost", async (context) => {
  const operator = await OperatorRun.create(context);
  operator.put("web.yaml", web(1));
  await operator.start();
  operator.follow();
  await operator.until("served", () => operator.tables?.endpoints.size === 1);
  operator.put("web.yaml", `${web(1)}\n---\nkind: [`);
  await operator.until("named", async () => (await operator.problems()).length > 0);
  const [problem] = await operator.problems();
  assert.equal(problem?.thing, "manifest web.yaml");
  assert.match(problem.reasons.join("; "), /^line 5: .*; its last good state stays$/);
  assert.match(operator.log, /"thing":"manifest web\.yaml"/);
  operator.put("more.yaml", web(7).replaceAll("web", "more"));
  await operator.until("the rest works", () => operator.tables?.endpoints.size === 2);
  operator.put("web.yaml", web(1));
  await operator.until("mended", async () => (await operator.problems()).length === 0);
  for (const state of operator.states) assert.ok(state.includes(endpoints(1)[0] ?? ""));
});

test("a restart with a file gone bad: its last good state, and nothing lost", async (context) => {
  const operator = await OperatorRun.create(context);
  operator.put("web.yaml", web(1, 2));
  await operator.start();
  operator.follow();
  await operator.until("served", () => operator.tables?.endpoints.size === 2);
  assert.equal(await operator.end("SIGTERM"), 0);
  operator.put("web.yaml", "kind: Service\nmetadata: [");
  await operator.start();
  await operator.ready();
  await operator.until("back", async () => (await operator.metric("leat_operator_agents")) === 1);
  const [problem] = await operator.problems();
  assert.match(problem?.reasons.join("; ") ?? "", /^line 2: .*; its last good state stays$/);
  operator.put("web.yaml", web(2));
  await operator.until("goes on", () => operator.tables?.endpoints.size === 1);
  const known = [endpoints(1, 2), endpoints(2)].map(String);
  for (const state of operator.states) assert.ok(known.includes(String(state)), String(state));
});

test("killed, with changes while it is away: nothing partial, nothing lost", async (context) => {
  const operator = await OperatorRun.create(context);
  operator.put("web.yaml", web(0));
  await operator.start();
  operator.follow();
  for (let host = 1; host <= 3; host++) {
    await operator.until(
      "served",
      () => operator.states.at(-1)?.join() === endpoints(host - 1).join(),
    );
    await operator.end("SIGKILL");
    operator.put("web.yaml", web(host));
    await operator.start();
  }
  await operator.until("served", () => operator.states.at(-1)?.join() === endpoints(3).join());
  const known = [0, 1, 2, 3].map((host) => endpoints(host).join());
  for (const state of operator.states) assert.ok(known.includes(state.join()), String(state));
});

test("--help names every option; wrong ones are named, with exit code 2", async () => {
  const program = join(ROOT, "operator/main.ts");
  const { stdout } = await run(process.execPath, [program, "--help"]);
  for (const option of [
    "manifests",
    "kubeconfig",
    "listen",
    "http",
    "state-dir",
    "pod-cidrs",
    "config",
  ]) {
    assert.match(stdout, new RegExp(`^  --${option}\\b`, "m"));
  }
  const wrong: [string[], RegExp][] = [
    [[], /give --manifests or --kubeconfig: neither is given/],
    [["--manifests", "a", "--kubeconfig", "b"], /both are given/],
    [["--manifests", "a", "--pod-cidrs", "10.0.0.0"], /--pod-cidrs.*"10\.0\.0\.0" is not a prefix/],
    [["--manifests", "a", "--http", "x"], /--http.*"x" is not HOST:PORT/],
    [["--no-such"], /unknown option "--no-such"/],
  ];
  for (const [flags, message] of wrong) {
    await assert.rejects(run(process.execPath, [program, ...flags]), (error: unknown) => {
      const { code, stderr } = error as { code: number; stderr: string };
      assert.equal(code, 2);
      assert.match(stderr, message);
      return true;
    });
  }
});
