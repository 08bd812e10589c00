/** `leat version` with and without an agent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "../errors.ts";
import { fakeAgent, leat } from "../testing/fake-agent.ts";

const VERSIONS = `PART   VERSION
cli    0.1.0
agent  0.1.0    on n1, Node.js v24.21.0
`;

test("version prints both", async () => {
  assert.deepEqual(await leat(["version"]), { code: 0, out: VERSIONS, err: "" });
});

const version = () => Promise.reject(new CliError("unreachable", "no agent answers"));

test("without an agent its own version is printed all the same, exit 3", async () => {
  const { code, out } = await leat(["version", "-o", "json"], fakeAgent({ version }));
  assert.equal(code, 3);
  assert.deepEqual(JSON.parse(out), {
    cli: { version: "0.1.0" },
    agent: { problem: "no agent answers" },
  });
});
