/**
 * Every connection of the operator is lost without a word: it must notice by itself, and deletes
 * nothing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../figures.ts";
import { DeletionWatch, loadWeb, withCluster } from "./real-cluster.ts";

/** Bookmarks come about each minute: the default waits for two of them, the test for none. */
const INACTIVITY_SECONDS = 20;
const NOTICED_MS_MAX = 120_000;

test("a half-open watch is noticed", async () => {
  const flags = { "watch-inactivity": String(INACTIVITY_SECONDS) };
  await withCluster(async (cluster) => {
    const { plane, web, servers, settled } = cluster;
    const load = loadWeb(cluster);
    const deletions = new DeletionWatch(cluster);
    await plane.proxy.set("strand");
    await web.setBackends(servers.slice(1));
    const value = await settled([web], NOTICED_MS_MAX);
    const wanted = { goal: "<= 40000", ok: value <= 40_000 };
    figure({ suite: "cluster", id: "half-open-noticed", value, unit: "ms", ...wanted });
    assert.deepEqual(deletions.stop(), []);
    assert.deepEqual((await load.stop()).codes, {});
  }, flags);
});
