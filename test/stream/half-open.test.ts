/**
 * A connection on which nothing passes any more, while neither end is told: keepalive must
 * notice.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import { eventually } from "../harness/deadline.ts";
import { content, serviceChange } from "./content.ts";
import { Link } from "./link.ts";
import { follow, serve } from "./serving.ts";

test("both ends notice a half-open connection within 15 s, and the agent resumes", async (t) => {
  const tables = new History({ epoch: "a" });
  tables.commit(content(10, 2));
  const serving = await serve(t, tables);
  serving.server.published();
  const links = [new Link(t, () => serving.address), new Link(t, () => serving.address)] as const;
  for (const link of links) {
    await link.start(t);
  }
  const agent = follow(t, links[0].address, { node: "left" });
  const other = follow(t, links[1].address, { node: "right" });
  await Promise.all([agent.reached(tables), other.reached(tables)]);
  links[0].hold();
  const heldAt = performance.now();
  serving.commit(serviceChange(50));
  await other.reached(tables);

  const patient = { timeoutMs: 60_000, intervalMs: 100 };
  const gone = () => !serving.server.agents().some(({ node }) => node === "left");
  await eventually({ what: "the operator's notice", ...patient }, gone);
  await eventually(
    { what: "the agent's notice", ...patient },
    () => agent.client.status().opened > 1,
  );
  const seconds = (performance.now() - heldAt) / 1_000;
  assert.ok(seconds > 5 && seconds < 45, `${seconds} s`);
  assert.equal(agent.client.status().revision, 2);
  assert.equal(other.client.status().opened, 1);
  const { rowsReceived } = agent.client.status();
  links[0].release();
  await agent.reached(tables);
  assert.equal(agent.client.status().rowsReceived, rowsReceived + 1);
});
