/** The agent's options: defaults, and what is refused by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentConfig } from "./config.ts";
import { agentConfig } from "./config.ts";

function config(...argv: string[]): AgentConfig {
  const outcome = agentConfig(argv, {});
  assert.equal(outcome.kind, "config");
  return outcome.kind === "config" ? outcome.config : assert.fail();
}

test("nothing is required", () => {
  const preset = config();
  assert.notEqual(preset.node, "");
  assert.deepEqual(preset.http, { host: "127.0.0.1", port: 7481 });
  assert.equal(preset.socket, "/run/leat/agent.sock");
  assert.equal(preset.delivery, "stack");
  assert.equal(config("--state-dir", "/tmp/n1").socket, "/tmp/n1/agent.sock");
  assert.equal(config("--state-dir", "/tmp/n1", "--socket", "/tmp/a").socket, "/tmp/a");
});

test("addresses are read, with brackets for IPv6", () => {
  assert.equal(config("--http", "off").http, undefined);
  assert.deepEqual(config("--http", "[::1]:80").http, { host: "::1", port: 80 });
  assert.equal(config("--operator", "leat-operator.leat:9443").operator.length, 23);
});

test("what cannot be used is refused, naming option and value", () => {
  const refused: [string, string, RegExp][] = [
    ["--http", "localhost", /option --http: "localhost" is no IP:PORT, nor off/],
    ["--http", "1.2.3.4:70000", /is no IP:PORT/],
    ["--operator", "unix:x", /option --operator: "unix:x" is neither/],
    ["--socket", `/${"x".repeat(107)}`, /is too long for a socket/],
    ["--bpffs", "relative", /option --bpffs: "relative" is no absolute path/],
    ["--hooks", "xdp", /is none of auto, tcx, clsact/],
    ["--capacity-slots", "1", /is not within 16 to/],
  ];
  for (const [flag, value, message] of refused) {
    assert.throws(() => config(flag, value), { code: "option-value", message });
  }
});

test("help names every flag", () => {
  const outcome = agentConfig(["--help"], {});
  assert.equal(outcome.kind, "help");
  assert.match(outcome.kind === "help" ? outcome.text : "", /--capacity-flows N\n.*some 300 bytes/);
});
