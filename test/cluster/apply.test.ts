/** Objects applied by kubectl reach the maps and the sockets, and leave them again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES } from "../harness/addresses.ts";
import { eventually } from "../harness/deadline.ts";
import { serviceObject } from "../harness/manifests.ts";
import { ECHO, type RealCluster, serviceAt, withCluster } from "./real-cluster.ts";

async function answering({ client, web }: RealCluster): Promise<string[]> {
  const found = new Set<string>();
  for (const family of FAMILIES) {
    const address = web.spec.clusterIPs[family];
    for (let asked = 0; asked < 20; asked++) {
      found.add((await client.ask({ by: "tcp", address, port: ECHO.port })).server);
    }
  }
  return [...found].toSorted();
}

test("what kubectl applies is served, and what it deletes is not", async () => {
  await withCluster(async (cluster) => {
    const { web, servers, client, settled, sink } = cluster;
    assert.deepEqual(await answering(cluster), ["web-1", "web-2", "web-3"]);
    await web.setBackends(servers.slice(1));
    await settled([web]);
    assert.deepEqual(await answering(cluster), ["web-2", "web-3"]);

    const other = serviceAt(cluster, "other", 11);
    await other.create(servers.slice(0, 1));
    await settled([web, other]);
    const headless = { ...other.spec, name: "headless" };
    await sink.put({ ...serviceObject(headless), spec: { clusterIP: "None", ports: [ECHO] } });
    await other.remove();
    await settled([web]);
    const question = { by: "tcp", address: other.spec.clusterIPs[4], port: ECHO.port } as const;
    await eventually({ what: "the deleted Service answers no more" }, async () => {
      const code = await client.resident.refusal({ ...question, timeoutMs: 300 });
      return code !== "";
    });
    assert.deepEqual(await answering(cluster), ["web-2", "web-3"]);
  });
});
