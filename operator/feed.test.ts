/**
 * The feed: nothing is published before all is read, and rows that the stream cannot carry are
 * named.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../lib/history.ts";
import { createLogger } from "../lib/log.ts";
import { rowRefusal } from "../lib/wire/encode.ts";
import { Feed, RefusedRows } from "./feed.ts";
import { ClusterState } from "./model/cluster-state.ts";
import { service } from "./model/testing/sample-events.ts";
import { Problems } from "./problems.ts";

function create() {
  const log = createLogger({ name: "operator", level: "silent" });
  const problems = new Problems({ log, now: () => 0 });
  const refusedRows = new RefusedRows(problems);
  const history = new History({
    epoch: "test",
    refuse: rowRefusal,
    onRefused: (change, reason) => refusedRows.add(change, reason),
  });
  const published: number[] = [];
  const feed = new Feed({
    state: new ClusterState(),
    history,
    problems,
    refusedRows,
    publish: () => published.push(history.revision),
    observer: { event: () => {}, committed: () => {} },
  });
  return { feed, history, problems, published };
}

test("nothing is published before the source is synced", () => {
  const { feed, history, published } = create();
  feed.events([service()]);
  assert.deepEqual(published, []);
  feed.synced();
  assert.deepEqual(published, [history.revision]);
  feed.events([service()]);
  assert.equal(published.length, 1, "nothing changed");
  feed.events([service({ clusterIPs: ["10.96.0.11"] })]);
  assert.equal(published.length, 2);
});

test("a refused field is a problem until it is mended", () => {
  const { feed, problems } = create();
  feed.events([service({ externalIPs: ["10.0.0.300"] })]);
  assert.match(problems.list()[0]?.reasons[0] ?? "", /externalIPs\[0\] "10\.0\.0\.300"/);
  feed.events([service()]);
  assert.deepEqual(problems.list(), []);
});

test("a row that no message can carry keeps its last good state, and is named until it can", () => {
  const { feed, history, problems } = create();
  feed.events([service()]);
  const ports = Array.from({ length: 60_000 }, (_, index) => ({
    name: `p${index}`,
    port: index + 1,
  }));
  feed.events([service({ ports })]);
  assert.equal(history.row("services", "default/web")?.ports.length, 1);
  const [problem] = problems.list();
  assert.equal(problem?.thing, "row default/web of services");
  assert.match(problem.reasons.join(), /; its last good state stays$/);
  feed.events([service({ clusterIPs: ["10.96.0.11"] })]);
  assert.deepEqual(problems.list(), []);
  assert.deepEqual(history.row("services", "default/web")?.clusterIPs, ["10.96.0.11"]);
});
