/** The API server is killed under load and comes back: Services go on, and later changes arrive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/deadline.ts";
import { DeletionWatch, loadWeb, serviceAt, withCluster } from "./real-cluster.ts";

test("a restart of the API server deletes nothing, and changes arrive after it", async () => {
  await withCluster(async (cluster) => {
    const { plane, lab, web, servers, settled } = cluster;
    const load = loadWeb(cluster);
    const deletions = new DeletionWatch(cluster);
    await plane.killApiserver();
    const before = load.ok;
    await eventually(
      { what: "requests go on without an API server" },
      () => load.ok > before + 200,
    );
    await lab.node(1).agent.kill();
    await lab.node(1).agent.start();
    await plane.startApiserver();
    const other = serviceAt(cluster, "other", 11);
    await other.create(servers);
    await settled([web, other], 90_000);
    assert.deepEqual(deletions.stop(), []);
    await web.setBackends(servers.slice(0, 1));
    await settled([web, other], 90_000);
    const summary = await load.stop();
    assert.deepEqual(summary.codes, {});
  });
});
