/** The metrics as they are exposed, and that the README's table lists just those. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { History } from "../lib/history.ts";
import { createLogger } from "../lib/log.ts";
import { Metrics } from "./metrics.ts";
import { Problems } from "./problems.ts";
import { createTableServer } from "./serve/table-server.ts";

function create() {
  const log = createLogger({ name: "operator", level: "silent" });
  const history = new History({ epoch: "test" });
  const problems = new Problems({ log, now: () => 0 });
  const tables = createTableServer({ history, log });
  const metrics = new Metrics({ version: "1", history, problems, tables, isSynced: () => false });
  return { metrics, problems };
}

/** Touches every labelled metric, so that each has a sample. */
function use({ reflector, manifests, feed }: Metrics): void {
  reflector.listed("nodes", "paged");
  reflector.event("nodes", "ADDED");
  reflector.failed("nodes", "expired");
  reflector.massDeletionHeld("nodes", 3);
  manifests.read(true);
  manifests.files(1, 2);
  feed.event("Node");
  feed.committed(5);
}

test("what is counted is exposed", async () => {
  const { metrics, problems } = create();
  use(metrics);
  problems.set("manifest a.yaml", ["bad"]);
  const text = await metrics.text();
  for (const sample of [
    'leat_operator_watch_lists_total{resource="nodes",how="paged"} 1',
    'leat_operator_mass_deletion_held{resource="nodes"} 3',
    'leat_operator_manifest_files{state="bad"} 2',
    "leat_operator_row_changes_total 5",
    "leat_operator_problems 1",
    "leat_operator_synced 0",
    'leat_operator_rows{table="services"} 0',
  ]) {
    assert.ok(text.split("\n").includes(sample), sample);
  }
});

test("the README's table lists each metric with its labels, and no other", async () => {
  const { metrics } = create();
  use(metrics);
  const exposed = new Set<string>();
  for (const line of (await metrics.text()).split("\n")) {
    const [, name = "", labels = ""] = /^(leat_operator_\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).join(",");
    if (name !== "") exposed.add(names === "" ? name : `${name}{${names}}`);
  }
  const readme = readFileSync(`${import.meta.dirname}/README.md`, "utf8");
  const told = [...readme.matchAll(/^\| (leat_operator_[\w{},]+) \|/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(told), exposed);
});
