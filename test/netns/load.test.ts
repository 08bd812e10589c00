/** The load generators, over plain routing: they count what is answered, and see what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES } from "../harness/addresses.ts";
import { ECHO_PORT } from "../harness/answer.ts";
import { eventually } from "../harness/deadline.ts";
import { type Pod, withLab } from "../harness/lab.ts";
import { type Load, startLoad } from "../harness/load.ts";
import type { Summary } from "../harness/tally.ts";

function targetsOf(pods: readonly Pod[]) {
  return pods.flatMap((pod) =>
    FAMILIES.map((family) => ({ address: pod.addresses[family], port: ECHO_PORT })),
  );
}

async function runUntil(load: Load, answers: number): Promise<Summary> {
  await eventually({ what: `${answers} answers` }, () => load.ok >= answers);
  return load.stop();
}

test("load generators count answers and failures", async () => {
  await withLab({ nodes: 2 }, async (lab) => {
    const servers = await lab.addPods([
      { name: "a", node: 1 },
      { name: "b", node: 2 },
    ]);
    const [client] = await lab.addPods([{ name: "client", node: 1 }]);
    assert.ok(client);
    const targets = targetsOf(servers);
    const timeoutMs = 20_000;
    const connect = { targets, rate: 500, concurrency: 64, timeoutMs };
    const stream = { targets, connections: 8, intervalMs: 10, timeoutMs };
    const datagram = { targets, flows: 8, rate: 500, timeoutMs, connected: false };
    const loads = [
      startLoad(client, "connect", connect),
      startLoad(client, "stream", stream),
      startLoad(client, "datagram", datagram),
      startLoad(client, "datagram", { ...datagram, connected: true }),
    ];
    for (const summary of await Promise.all(loads.map((load) => runUntil(load, 200)))) {
      assert.deepEqual(summary.codes, {});
      assert.deepEqual(Object.keys(summary.servers).toSorted(), ["a", "b"]);
      const counted = Object.values(summary.servers).reduce((sum, count) => sum + count, 0);
      assert.equal(counted, summary.ok);
    }

    const closed = [{ address: lab.node(2).addresses[4], port: ECHO_PORT }];
    const refused = startLoad(client, "connect", { ...connect, targets: closed });
    const lost = startLoad(client, "datagram", { ...datagram, targets: closed, timeoutMs: 100 });
    const doomed = startLoad(client, "stream", { ...stream, connections: 1 });
    await eventually({ what: "an answer on the stream" }, () => doomed.ok > 0);
    await servers[0]?.resident.process.stop("SIGKILL");
    await eventually({ what: "a refusal" }, () => refused.failed > 0 && lost.failed > 0);
    await eventually({ what: "a broken stream" }, () => doomed.failed > 0);
    assert.deepEqual(Object.keys((await refused.stop()).codes), ["ECONNREFUSED"]);
    assert.deepEqual(Object.keys((await lost.stop()).codes), ["LOST"]);
    const { codes } = await doomed.stop();
    assert.ok((codes["CLOSED"] ?? codes["ECONNRESET"] ?? 0) > 0, JSON.stringify(codes));
  });
});
