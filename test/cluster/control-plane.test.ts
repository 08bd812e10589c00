/**
 * The control plane of the cluster tests alone: objects go in by kubectl, through faults of the
 * server.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { clusterIPs } from "../harness/addresses.ts";
import { withLab } from "../harness/lab.ts";
import { NAMESPACE, nodeObject, serviceObject } from "../harness/manifests.ts";
import { ControlPlane } from "./control-plane.ts";

test("a control plane keeps objects over a restart and a compaction", async () => {
  await withLab({ nodes: 1 }, async (lab) => {
    const place = lab.place("control", lab.names.router);
    const plane = new ControlPlane(place, join(lab.folder, "control"));
    await plane.start();
    await plane.kubectl(["create", "namespace", NAMESPACE]);
    const port = { name: "http", protocol: "TCP", port: 80, targetPort: 8080 } as const;
    const service = serviceObject({ name: "web", clusterIPs: clusterIPs(10), ports: [port] });
    await plane.apply(nodeObject("node-1", 1), service);
    await plane.killApiserver();
    await assert.rejects(plane.kubectl(["get", "services"]));
    await plane.startApiserver();
    await plane.compact();
    const found = await plane.kubectl(["get", "service", "web", "-n", NAMESPACE, "-o", "json"]);
    const { spec } = JSON.parse(found) as { spec: { clusterIPs: string[] } };
    assert.deepEqual(spec.clusterIPs, ["10.96.0.10", "fd00:96::a"]);
    const node = await plane.kubectl([
      "get",
      "node",
      "node-1",
      "-o",
      "jsonpath={.status.addresses}",
    ]);
    assert.match(node, /172\.30\.0\.1/);
  });
});
