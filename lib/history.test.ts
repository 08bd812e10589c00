/** Revisions, dirty keys and digests, against a naive history. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import * as arbitrary from "../test/stream/arbitrary.ts";
import { content, endpointChange, removal, serviceChange } from "../test/stream/content.ts";
import { History } from "./history.ts";
import type { Change } from "./model/change.ts";
import { ContentDigest } from "./model/digest.ts";
import { rowsEqual } from "./model/equal.ts";
import { TABLE_NAMES } from "./model/rows.ts";

function keysSince(history: History, revision: number): string[] | "reset" {
  const keys = history.changesSince(revision);
  return keys === "reset" ? keys : keys.map(({ key }) => key).sort();
}

test("a commit is one revision, and only if a row changed", () => {
  const history = new History({ epoch: "a" });
  assert.equal(history.revision, 1);
  assert.equal(history.commit([]), 1);
  assert.equal(history.commit(content(2, 2)), 2);
  assert.equal(history.size, 8);
  assert.equal(history.commit(content(2, 2)), 2);
  assert.equal(history.commit([removal(serviceChange(9))]), 2);
  assert.equal(history.commit([endpointChange(0, 0, { ready: false })]), 3);
  assert.equal(history.commit([removal(endpointChange(0, 0))]), 4);
  assert.equal(history.row("endpoints", endpointChange(0, 0).key), undefined);
  assert.equal(history.size, 7);
});

test("changes since a revision name each key once", () => {
  const history = new History({ epoch: "a" });
  const { key } = serviceChange(1);
  history.commit([serviceChange(1)]);
  history.commit([serviceChange(1, { affinitySeconds: 5 }), serviceChange(2)]);
  history.commit([removal(serviceChange(1))]);
  assert.deepEqual(keysSince(history, 1), [key, serviceChange(2).key].sort());
  assert.deepEqual(keysSince(history, 3), [key]);
  assert.deepEqual(keysSince(history, 4), []);
  assert.equal(history.changeCountSince(1), 4);
});

test("a revision out of the ring's reach, or not yet made, is a reset", () => {
  const history = new History({ epoch: "a", ringCapacity: 4 });
  for (let index = 0; index < 6; index++) {
    history.commit([serviceChange(index)]);
  }
  assert.equal(history.revision, 7);
  assert.equal(keysSince(history, 2), "reset");
  assert.equal(history.changeCountSince(2), Infinity);
  assert.equal(keysSince(history, 3).length, 4);
  assert.equal(keysSince(history, 8), "reset");
});

test("a commit larger than the ring leaves nothing behind it in reach", () => {
  const history = new History({ epoch: "a", ringCapacity: 4 });
  history.commit(content(5, 0));
  assert.equal(keysSince(history, 1), "reset");
  assert.deepEqual(keysSince(history, 2), []);
  history.commit([serviceChange(9)]);
  assert.deepEqual(keysSince(history, 2), [serviceChange(9).key]);
});

test("a row that cannot be sent is named and left out, and the last good one stays", () => {
  const refused: string[] = [];
  const history = new History({
    epoch: "a",
    refuse: ({ key, row }) => (key === "team-1/service-1" && row ? "too large" : undefined),
    onRefused: ({ key }, reason) => refused.push(`${key}: ${reason}`),
  });
  assert.equal(history.commit([serviceChange(1), serviceChange(2)]), 2);
  assert.deepEqual(refused, ["team-1/service-1: too large"]);
  assert.equal(history.size, 1);
  history.commit([removal(serviceChange(1))]);
  assert.equal(refused.length, 1);
});

/** What a naive history would answer. */
class Model {
  readonly rows = new Map<string, Change>();
  readonly dirty: { revision: number; name: string }[] = [];
  revision = 1;

  commit(changes: readonly Change[]): void {
    const next = this.revision + 1;
    for (const change of changes) {
      const name = `${change.table} ${change.key}`;
      const held = this.rows.get(name)?.row;
      const same = change.row && held ? rowsEqual(change.row, held) : change.row === held;
      if (!same) {
        this.rows.set(name, change);
        this.dirty.push({ revision: next, name });
        this.revision = next;
      }
    }
  }
}

test("any commits: rows, digests and changes since are those of a naive history", () => {
  const commits = fc.array(fc.array(arbitrary.change, { maxLength: 5 }), { maxLength: 20 });
  fc.assert(
    fc.property(commits, fc.integer({ min: 1, max: 40 }), (batches, ringCapacity) => {
      const history = new History({ epoch: "a", ringCapacity });
      const model = new Model();
      for (const batch of batches) {
        history.commit(batch);
        model.commit(batch);
      }
      assert.equal(history.revision, model.revision);
      const digest = new ContentDigest();
      for (const { table, key, row } of model.rows.values()) {
        assert.deepEqual(history.row(table, key), row);
        if (row !== undefined) {
          digest.add(table, key, row);
        }
      }
      assert.equal(history.contentHash(), digest.hash);
      assert.deepEqual(history.bucketDigests(), digest.buckets());
      for (let since = 1; since <= model.revision; since++) {
        const expected = model.dirty.filter(({ revision }) => revision > since);
        const keys = history.changesSince(since);
        if (expected.length <= ringCapacity) {
          assert.ok(keys !== "reset");
          const names = keys.map(({ table, key }) => `${table} ${key}`);
          assert.deepEqual(new Set(names), new Set(expected.map(({ name }) => name)));
          assert.equal(new Set(names).size, names.length);
        } else {
          assert.equal(keys, "reset");
        }
      }
      const rows = TABLE_NAMES.reduce((sum, table) => sum + history.tables[table].size, 0);
      assert.equal(history.size, rows);
    }),
  );
});
