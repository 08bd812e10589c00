/** How the client waits while the operator is away; the rest of it is tested in test/stream. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createLogger } from "../../lib/log.ts";
import { createTableClient } from "./table-client.ts";

/** A client whose waits are recorded and over at once, until there were as many as wanted. */
async function waitsOf(address: string, count: number) {
  const waits: number[] = [];
  const lines: string[] = [];
  const done = Promise.withResolvers<void>();
  const client = createTableClient({
    address,
    node: "node-1",
    version: "0.1.0",
    log: createLogger({ name: "agent", write: (line) => lines.push(line) }),
    random: () => 0.999_999,
    onSync: () => Promise.resolve([]),
    delay: async (milliseconds, signal) => {
      waits.push(milliseconds);
      if (waits.length === count) {
        done.resolve();
        await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      }
    },
  });
  client.start();
  await done.promise;
  const { state } = client.status();
  await client.stop();
  return { waits, lines, state, status: client.status() };
}

test("an operator that is away is asked again soon, and named once in the log", async () => {
  const { waits, lines, state, status } = await waitsOf(`unix:/nonexistent-${process.pid}.sock`, 7);
  assert.deepEqual(waits, [50, 100, 200, 400, 800, 800, 800]);
  assert.equal(state, "waiting");
  assert.equal(status.state, "stopped");
  assert.equal(status.opened, 7);
  assert.match(status.lastError, /ENOENT/);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /the stream ended: keeping the last state/);
});
