/**
 * The operator is away while objects change, etcd forgets that history, and the API server's cache
 * begins anew: the watch cannot be resumed (410), all is listed again, and the difference alone is
 * applied.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeletionWatch, loadWeb, serviceAt, withCluster } from "./real-cluster.ts";

test("an expired watch converges without a false deletion", async () => {
  await withCluster(async (cluster) => {
    const { plane, web, servers, settled } = cluster;
    const gone = serviceAt(cluster, "gone", 12);
    await gone.create(servers);
    await settled([web, gone]);
    const load = loadWeb(cluster);
    await plane.proxy.set("cut");
    await gone.remove();
    const came = serviceAt(cluster, "came", 13);
    await came.create(servers.slice(0, 2));
    for (let change = 0; change < 5; change++) await came.setBackends(servers.slice(change % 2));
    await plane.compact();
    await plane.killApiserver();
    await plane.startApiserver();
    await plane.proxy.set("pass");
    await settled([web, came], 90_000);
    const deletions = new DeletionWatch(cluster);
    await plane.proxy.set("cut");
    await plane.compact();
    await plane.proxy.set("pass");
    await web.setBackends(servers.slice(0, 2));
    await settled([web, came], 90_000);
    assert.deepEqual(deletions.stop(), []);
    const summary = await load.stop();
    assert.deepEqual(summary.codes, {});
  });
});
