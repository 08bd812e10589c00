/** The operator's options: defaults, sources, and what is refused by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type OperatorConfig, readConfig } from "./config.ts";

function config(argv: readonly string[], env: Record<string, string> = {}): OperatorConfig {
  const readFile = () => "http: 127.0.0.1:1\nmass-delete-hold: 5\n";
  const outcome = readConfig({ argv, env, readFile });
  return outcome.kind === "config" ? outcome.config : assert.fail(outcome.text);
}

test("only the source of objects must be given", () => {
  assert.deepEqual(config(["--manifests", "m"]), {
    source: { kind: "manifests", folder: "m" },
    listen: "unix:/run/leat/operator.sock",
    http: { host: "127.0.0.1", port: 7480 },
    stateDir: undefined,
    podCIDRs: [],
    serviceCIDRs: [],
    masqueradeAll: false,
    proxyName: undefined,
    watchInactivityMs: 130_000,
    massDeleteHoldMs: 30_000,
    manifestRescanMs: 10_000,
    logLevel: "info",
    logFormat: "json",
  });
  assert.deepEqual(config([], { LEAT_KUBECONFIG: "in-cluster" }).source, {
    kind: "kubernetes",
    kubeconfig: "in-cluster",
  });
});

test("prefixes are read, of both families, with host bits cleared", () => {
  const { podCIDRs } = config(["--manifests", "m", "--pod-cidrs", "10.244.1.1/16, fd00:244::/48"]);
  assert.deepEqual(podCIDRs, [
    { address: "10.244.0.0", prefix: 16 },
    { address: "fd00:244::", prefix: 48 },
  ]);
});

test("a flag beats the environment, which beats the file", () => {
  const flags = ["--manifests", "m", "--config", "f"];
  assert.equal(config(flags).http.port, 1);
  assert.equal(config(flags, { LEAT_HTTP: "127.0.0.1:2" }).http.port, 2);
  assert.equal(config([...flags, "--http", "[::1]:3"], { LEAT_HTTP: "127.0.0.1:2" }).http.port, 3);
  assert.equal(config(flags).massDeleteHoldMs, 5000);
});

test("what cannot be used is refused, naming option and value", () => {
  const refused: [string[], RegExp][] = [
    [[], /give --manifests or --kubeconfig: neither/],
    [["--manifests", "a", "--kubeconfig", "b"], /both/],
    [["--manifests", "a", "--listen", "unix:x"], /option --listen: "unix:x" is neither/],
    [["--manifests", "a", "--http", "unix:/x"], /option --http: "unix:\/x" is not HOST:PORT/],
    [["--manifests", "a", "--service-cidrs", "10.96.0.0/33"], /"10\.96\.0\.0\/33" is not a prefix/],
    [["--manifests", "a", "--watch-inactivity", "1"], /is not within 5 to 3600/],
  ];
  for (const [argv, message] of refused) {
    assert.throws(() => config(argv), { code: "option-value", message });
  }
});
