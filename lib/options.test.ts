/** Options from every source, their errors, and a complete --help. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { OptionError, readOptions } from "./options.ts";

const TABLE = {
  stateDir: { kind: "text", placeholder: "DIR", help: "Keeps state.", default: "/run" },
  node: {
    kind: "text",
    help: "The node.",
    check: (text: string) => (text ? undefined : "is empty"),
  },
  capacityFlows: { kind: "integer", help: "Flows.", default: 100, least: 1, most: 1_000 },
  masqueradeAll: { kind: "boolean", help: "Masquerade.", default: false },
  logLevel: { kind: "choice", help: "Log.", choices: ["info", "warn"], default: "info" },
  podCIDRs: {
    kind: "list",
    help: "Pods.",
    default: ["10.0.0.0/8"],
    check: (text: string) => (text.includes("/") ? undefined : "is no prefix"),
  },
} as const;

interface Given {
  readonly argv?: string[];
  readonly env?: Record<string, string>;
  readonly file?: string;
}

function read({ argv = [], env = {}, file }: Given) {
  const sources = { program: "leat-agent", summary: "Keeps maps.", argv, env };
  const readFile = () => {
    if (file === undefined) {
      throw new Error("ENOENT: no such file");
    }
    return file;
  };
  return readOptions(TABLE, { ...sources, readFile });
}

function values(given: Given) {
  const outcome = read(given);
  assert.ok(outcome.kind === "values");
  return outcome.values;
}

test("defaults hold where nothing is given", () => {
  assert.deepEqual(values({}), {
    stateDir: "/run",
    node: undefined,
    capacityFlows: 100,
    masqueradeAll: false,
    logLevel: "info",
    podCIDRs: ["10.0.0.0/8"],
  });
});

test("a flag beats the environment, which beats the file, which beats the default", () => {
  const file = "state-dir: /file\ncapacity-flows: 3\nlog-level: warn\n";
  const env = { LEAT_CONFIG: "/etc/leat.yaml", LEAT_STATE_DIR: "/env", LEAT_CAPACITY_FLOWS: "2" };
  const read = values({ file, env, argv: ["--state-dir", "/flag"] });
  assert.equal(read.stateDir, "/flag");
  assert.equal(read.capacityFlows, 2);
  assert.equal(read.logLevel, "warn");
});

test("every kind of value is read from every source", () => {
  const expected = {
    stateDir: "/x=y",
    node: "n1",
    capacityFlows: 7,
    masqueradeAll: true,
    logLevel: "warn",
    podCIDRs: ["10.1.0.0/16", "fd00::/48"],
  };
  const argv = ["--state-dir=/x=y", "--node", "n1", "--capacity-flows", "7", "--masquerade-all"];
  argv.push("--log-level", "warn", "--pod-cidrs", "10.1.0.0/16", "--pod-cidrs", "fd00::/48");
  assert.deepEqual(values({ argv }), expected);
  const env = {
    LEAT_STATE_DIR: "/x=y",
    LEAT_NODE: "n1",
    LEAT_CAPACITY_FLOWS: "7",
    LEAT_MASQUERADE_ALL: "true",
    LEAT_LOG_LEVEL: "warn",
    LEAT_POD_CIDRS: "10.1.0.0/16, fd00::/48",
  };
  assert.deepEqual(values({ env }), expected);
  const lines = ["state-dir: /x=y", "node: n1", "capacity-flows: 7", "masquerade-all: true"];
  const file = [...lines, "log-level: warn", "pod-cidrs: [10.1.0.0/16, 'fd00::/48']"].join("\n");
  assert.deepEqual(values({ file, argv: ["--config", "/c.yaml"] }), expected);
});

test("absent and empty differ", () => {
  assert.deepEqual(values({ argv: ["--pod-cidrs", ""] }).podCIDRs, []);
  assert.equal(values({ env: { LEAT_STATE_DIR: "" } }).stateDir, "");
  assert.equal(values({ argv: ["--masquerade-all=false"] }).masqueradeAll, false);
  assert.deepEqual(values({ file: "", argv: ["--config", "/c.yaml"] }).podCIDRs, ["10.0.0.0/8"]);
});

test("a wrong value is named with its option, its source and the reason", () => {
  const cases: [Given, RegExp][] = [
    [{ argv: ["--capacity-flows", "many"] }, /^option --capacity-flows: "many" is not a whole/],
    [{ argv: ["--capacity-flows", "0"] }, /"0" is not within 1 to 1000/],
    [{ env: { LEAT_CAPACITY_FLOWS: "1e3" } }, /^environment LEAT_CAPACITY_FLOWS: "1e3" is not/],
    [{ argv: ["--log-level", "loud"] }, /^option --log-level: "loud" is none of info, warn/],
    [{ argv: ["--masquerade-all=yes"] }, /"yes" is neither true nor false/],
    [{ env: { LEAT_POD_CIDRS: "10.0.0.0/8,x" } }, /^environment LEAT_POD_CIDRS: .* is no prefix/],
    [{ argv: ["--node="] }, /^option --node: "" is empty/],
    [{ argv: ["--node"] }, /^option --node needs a value/],
    [{ argv: ["--node", "--log-level", "info"] }, /^option --node needs a value/],
    [{ argv: ["--nodes", "a"] }, /^unknown option "--nodes"; see --help/],
    [{ argv: ["extra"] }, /^unknown option "extra"/],
    [{ env: { LEAT_CONFIG: "/none" } }, /^\/none: ENOENT/],
    [{ file: "nodes: a", argv: ["--config", "/c"] }, /^\/c: unknown option "nodes"/],
    [{ file: "node: {a: b}", argv: ["--config", "/c"] }, /^\/c: node: \{"a":"b"\} is no plain/],
    [{ file: "- a", argv: ["--config", "/c"] }, /^\/c: is not a mapping/],
    [{ file: "a: b: c", argv: ["--config", "/c"] }, /^\/c: .* line 1/],
    [{ file: "capacity-flows: 0", argv: ["--config", "/c"] }, /^\/c: capacity-flows: "0" is not/],
  ];
  for (const [given, message] of cases) {
    assert.throws(
      () => read(given),
      (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test("--help names every option, with its variable, its choices or bounds and its default", () => {
  const outcome = read({ argv: ["--node", "n1", "--help"] });
  assert.ok(outcome.kind === "help");
  const lines = outcome.text.split("\n");
  assert.ok(lines.every((line) => line.length <= 100));
  const blocks = outcome.text.split(/\n(?= {2}--)/).map((block) => block.replace(/\s+/g, " "));
  const expected: [string, ...string[]][] = [
    ["--state-dir DIR", "Keeps state.", "LEAT_STATE_DIR", "default /run"],
    ["--node TEXT", "The node.", "LEAT_NODE"],
    ["--capacity-flows N", "Flows.", "LEAT_CAPACITY_FLOWS", "from 1 to 1000", "default 100"],
    ["--masquerade-all", "Masquerade.", "LEAT_MASQUERADE_ALL", "default false"],
    ["--log-level info|warn", "Log.", "LEAT_LOG_LEVEL", "default info"],
    ["--pod-cidrs LIST", "Pods.", "LEAT_POD_CIDRS", "repeatable", "default 10.0.0.0/8"],
    ["--config FILE", "LEAT_CONFIG"],
    ["--help"],
  ];
  assert.equal(blocks.length, expected.length + 1);
  for (const [flag, ...parts] of expected) {
    const block = blocks.find((candidate) => candidate.includes(flag));
    assert.ok(
      parts.every((part) => block?.includes(part)),
      `${flag}: ${block}`,
    );
  }
  assert.equal(Object.keys(TABLE).length + 2, expected.length);
});
