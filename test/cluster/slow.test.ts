/**
 * The API server's answers trickle: the operator takes its time, serves what it had, and converges.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterIPs } from "../harness/addresses.ts";
import { serviceObject } from "../harness/manifests.ts";
import { DeletionWatch, ECHO, loadWeb, serviceAt, withCluster } from "./real-cluster.ts";

const SERVICES = 150;
const FIRST_INDEX = 50;

test("a slow API server delays, and deletes nothing", async () => {
  await withCluster(async (cluster) => {
    const { plane, lab, web, servers, settled } = cluster;
    const many = Array.from({ length: SERVICES }, (_, index) => ({
      name: `many-${index}`,
      clusterIPs: clusterIPs(FIRST_INDEX + index),
      ports: [ECHO],
    }));
    await plane.apply(...many.map((spec) => serviceObject(spec)));
    const others = many.map((spec, index) => serviceAt(cluster, spec.name, FIRST_INDEX + index));
    await settled([web, ...others], 90_000);
    const load = loadWeb(cluster);
    const deletions = new DeletionWatch(cluster);
    await plane.proxy.set("slow");
    await lab.operator.kill();
    lab.operator.launch();
    await web.setBackends(servers.slice(1));
    await settled([web, ...others], 120_000);
    assert.deepEqual(deletions.stop(), []);
    assert.deepEqual((await load.stop()).codes, {});
  });
});
