/**
 * The agent's order of work and what it does when a part of it cannot: with parts that note what
 * they are asked.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LeatError } from "../lib/errors.ts";
import { createLogger } from "../lib/log.ts";
import type { Failure } from "../lib/model/failure.ts";
import type { NodeRow, SettingsRow } from "../lib/model/rows.ts";
import { SETTINGS_KEY } from "../lib/model/rows.ts";
import { Agent } from "./agent.ts";
import type { Facts, Sync } from "./agent-parts.ts";

const N1: NodeRow = { name: "n1", zone: "", internalIPs: [], externalIPs: [], podCIDRs: [] };
const SETTINGS: SettingsRow = { podCIDRs: [], serviceCIDRs: [], masqueradeAll: false };
const FULL: Failure = { table: "services", key: "a/b", code: "map-full", message: "no room" };

function sync(revision: number, node: NodeRow | undefined = N1, settings = SETTINGS): Sync {
  const tables = {
    services: new Map(),
    endpoints: new Map(),
    nodes: new Map(node === undefined ? [] : [[node.name, node]]),
    settings: new Map([[SETTINGS_KEY, settings]]),
  };
  return { changes: [], tables, revision, first: revision === 1 };
}

/** Parts that write down their calls; what they answer can be set. */
class Bench {
  readonly calls: string[] = [];
  readonly lines: string[] = [];
  openError: Error | undefined;
  problem = "";
  refused: readonly Failure[] = [];
  /** Called while a state is applied. */
  meanwhile = () => {};
  used = 1;
  restoreError: Error | undefined;
  readonly reports: (readonly Failure[])[] = [];
  onFailures: (failures: readonly Failure[]) => void = () => assert.fail("no reconciler");

  readonly agent = new Agent({
    node: "n1",
    log: createLogger({ name: "agent", write: (line) => void this.lines.push(line) }),
    datapath: this.#datapath(),
    createReconciler: (stores: string, onFailures) => {
      this.onFailures = onFailures;
      return this.#reconciler(stores);
    },
    now: () => new Date(0),
    stream: {
      start: () => this.#note("connect"),
      stop: () => this.#note("disconnect"),
      report: (failures) => void this.reports.push(failures),
    },
  });

  #datapath() {
    return {
      openStores: () => {
        this.#note("open");
        if (this.openError !== undefined) {
          throw this.openError;
        }
        return "stores";
      },
      start: async ({ node }: Facts) => this.#note(`start ${node.name}`),
      update: async ({ node }: Facts) => this.#note(`update ${node.zone}`),
      replace: async () => {
        this.#note("replace");
        return "replaced";
      },
      close: () => this.#note("close"),
      problem: () => this.problem,
    };
  }

  #reconciler(stores: string) {
    return {
      restore: () => {
        this.#note(`restore ${stores}`);
        if (this.restoreError !== undefined) {
          throw this.restoreError;
        }
      },
      apply: async ({ revision }: Sync) => {
        this.#note(`apply ${revision}`);
        this.meanwhile();
        return this.refused;
      },
      usage: () => [{ name: "slots", used: this.used, capacity: 10 }],
      stop: () => this.#note("stop"),
    };
  }

  #note(call: string): void {
    this.calls.push(call);
  }

  logged(pattern: RegExp): number {
    return this.lines.filter((line) => pattern.test(line)).length;
  }
}

test("maps are restored before the operator is asked, filled before programs start", async () => {
  const bench = new Bench();
  await bench.agent.start();
  assert.deepEqual(bench.calls, ["open", "restore stores", "connect"]);
  assert.deepEqual(bench.agent.unreadyReasons().length, 1);
  assert.deepEqual(await bench.agent.sync(sync(1)), []);
  assert.deepEqual(bench.calls.slice(3), ["apply 1", "start n1"]);
  assert.deepEqual(bench.agent.unreadyReasons(), []);
  await bench.agent.sync(sync(2));
  assert.deepEqual(
    bench.calls.slice(5),
    ["apply 2"],
    "unchanged facts ask nothing of the programs",
  );
  await bench.agent.sync(sync(3, { ...N1, zone: "b" }));
  await bench.agent.sync(sync(4, { ...N1, zone: "b" }, { ...SETTINGS, masqueradeAll: true }));
  assert.deepEqual(bench.calls.slice(6), ["apply 3", "update b", "apply 4", "update b"]);
  await bench.agent.stop();
  assert.deepEqual(bench.calls.slice(10), ["disconnect", "stop", "close"]);
});

test("maps that cannot be used: the agent stays, says why, and touches nothing", async () => {
  const bench = new Bench();
  bench.openError = new LeatError("pin-mismatch", "pinned map slots_v1 has a value of bytes 16");
  await bench.agent.start();
  const failures = await bench.agent.sync(sync(1));
  const message = "pinned map slots_v1 has a value of bytes 16";
  assert.deepEqual(failures, [{ table: "nodes", key: "n1", code: "pin-mismatch", message }]);
  assert.deepEqual(bench.calls, ["open", "connect"]);
  assert.deepEqual(bench.agent.unreadyReasons(), [message]);
  assert.deepEqual(bench.agent.failures, failures);
  assert.equal(bench.logged(/"level":"error".*slots_v1/), 1);
  assert.throws(() => bench.agent.replace(), { code: "blocked", message });
});

test("a defect while opening is no reason to stay", async () => {
  const bench = new Bench();
  bench.openError = new TypeError("a defect");
  await assert.rejects(bench.agent.start(), TypeError);
});

test("maps that were not read back are tried again by the first state", async () => {
  const bench = new Bench();
  bench.restoreError = new LeatError("store-failed", "slots: EIO");
  await bench.agent.start();
  assert.equal(bench.logged(/"level":"error".*slots: EIO/), 1);
  assert.deepEqual(await bench.agent.sync(sync(1)), []);
  assert.deepEqual(bench.agent.unreadyReasons(), []);
});

test("what comes or goes without a state is told to the operator, once", async () => {
  const bench = new Bench();
  await bench.agent.start();
  bench.agent.check();
  await bench.agent.sync(sync(1));
  bench.agent.check();
  bench.onFailures([FULL]);
  bench.agent.check();
  bench.problem = "tc_pod_ingress on veth1: EBUSY";
  bench.agent.check();
  bench.agent.check();
  assert.deepEqual(
    bench.reports.map((failures) => failures.map(({ code }) => code)),
    [["map-full"], ["map-full", "datapath-degraded"]],
  );
  assert.deepEqual(bench.agent.unreadyReasons(), ["tc_pod_ingress on veth1: EBUSY"]);
});

test("nothing is reported while a state is applied: it would pass for its answer", async () => {
  const bench = new Bench();
  await bench.agent.start();
  await bench.agent.sync(sync(1));
  bench.meanwhile = () => bench.onFailures([FULL]);
  bench.refused = [FULL];
  assert.deepEqual(await bench.agent.sync(sync(2)), [FULL]);
  bench.agent.check();
  assert.deepEqual(bench.reports, []);
});

test("progress tells what was received and what was applied", async () => {
  const bench = new Bench();
  bench.openError = new LeatError("pin-mismatch", "");
  await bench.agent.start();
  await bench.agent.sync(sync(1));
  assert.deepEqual([bench.agent.received.revision, bench.agent.applied.revision], [1, 0]);
  const other = new Bench();
  await other.agent.start();
  await other.agent.sync(sync(1));
  assert.deepEqual(other.agent.applied, { revision: 1, at: new Date(0) });
});

test("a node that is not known gets services, and programs when it comes", async () => {
  const bench = new Bench();
  await bench.agent.start();
  const none = { ...N1, name: "n2" };
  const [failure] = await bench.agent.sync(sync(1, none));
  assert.equal(failure?.code, "node-unknown");
  assert.deepEqual(bench.agent.unreadyReasons(), ["the operator knows no node n1"]);
  assert.throws(() => bench.agent.replace(), { code: "not-started" });
  assert.deepEqual(await bench.agent.sync(sync(2)), []);
  assert.deepEqual(bench.calls.slice(3), ["apply 1", "apply 2", "start n1"]);
});

test("degraded programs and refused services are failures; each is logged once", async () => {
  const bench = new Bench();
  await bench.agent.start();
  bench.problem = "the self-test failed";
  bench.refused = [FULL];
  const failures = await bench.agent.sync(sync(1));
  await bench.agent.sync(sync(2));
  assert.deepEqual(
    failures.map(({ table, key, code }) => [table, key, code]),
    [
      ["services", "a/b", "map-full"],
      ["nodes", "n1", "datapath-degraded"],
    ],
  );
  assert.deepEqual(bench.agent.unreadyReasons(), ["the self-test failed"]);
  assert.equal(bench.logged(/"level":"warn".*a\/b.*no room/), 1);
  bench.problem = "";
  bench.refused = [];
  await bench.agent.sync(sync(3));
  assert.equal(bench.logged(/"level":"info".*a\/b.*again/), 1);
  assert.deepEqual(bench.agent.failures, []);
});

test("a map that fills is warned of once, and once when it has room again", async () => {
  const bench = new Bench();
  await bench.agent.start();
  for (const [revision, used] of [8, 9, 8, 7, 8].entries()) {
    bench.used = used;
    await bench.agent.sync(sync(revision + 1));
  }
  assert.equal(bench.logged(/"map":"slots".*80 %/), 2);
  assert.equal(bench.logged(/room again/), 1);
});

test("a replacement and a sync take turns", async () => {
  const bench = new Bench();
  await bench.agent.start();
  await bench.agent.sync(sync(1));
  const replaced = bench.agent.replace();
  const synced = bench.agent.sync(sync(2, { ...N1, zone: "b" }));
  assert.equal(await replaced, "replaced");
  await synced;
  assert.deepEqual(bench.calls.slice(5), ["apply 2", "replace", "update b"]);
});
