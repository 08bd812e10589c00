/** Nothing shows before a Sync, nothing at all of a state whose hash differs. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import type { Change } from "../../lib/model/change.ts";
import { bucketOf } from "../../lib/model/digest.ts";
import type { Word } from "../../lib/wire/words.ts";
import { content, endpointChange, removal, serviceChange } from "../../test/stream/content.ts";
import { Replica, ReplicaError } from "./replica.ts";

/** The words of these changes, as an operator might send them. */
function wordsOf(changes: readonly Change[]): Word[] {
  return changes.map(({ table, key, row }) =>
    row === undefined
      ? { kind: "delete", table, keys: [key] }
      : ({ kind: "set", table, rows: [row] } as Word),
  );
}

function syncOf(history: History): Word {
  return { kind: "sync", revision: history.revision, contentHash: history.contentHash() };
}

async function takeAll(replica: Replica, words: readonly Word[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (const word of words) {
    changes.push(...((await replica.take(word)) ?? []));
  }
  return changes;
}

/** A replica that holds the content, and the history that it came from. */
async function filled(changes = content(20, 3)) {
  const history = new History({ epoch: "a" });
  history.commit(changes);
  const replica = new Replica();
  const reset: Word = { kind: "reset", epoch: "a", buckets: "all" };
  await takeAll(replica, [reset, ...wordsOf(changes), syncOf(history)]);
  return { history, replica };
}

async function refused(replica: Replica, words: readonly Word[], code: string): Promise<void> {
  await assert.rejects(takeAll(replica, words), (error) => {
    assert.ok(error instanceof ReplicaError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

test("nothing shows before the Sync, all of it after", async () => {
  const { history, replica } = await filled();
  const changes = [serviceChange(99), removal(endpointChange(3, 1))];
  const before = structuredClone(replica.tables);
  await takeAll(replica, wordsOf(changes));
  assert.deepEqual(replica.tables, before);
  history.commit(changes);
  const taken = await replica.take(syncOf(history));
  assert.deepEqual(taken, changes);
  assert.deepEqual(replica.tables, history.tables);
  assert.equal(replica.contentHash, history.contentHash());
  assert.deepEqual(replica.bucketDigests(), history.bucketDigests());
});

test("rows that are as they were are no changes", async () => {
  const { history, replica } = await filled();
  const again = [...wordsOf(content(20, 3)), ...wordsOf([removal(serviceChange(500))])];
  assert.deepEqual(await takeAll(replica, [...again, syncOf(history)]), []);
});

test("a Reset of all takes away what is not sent again", async () => {
  const { replica } = await filled();
  const next = new History({ epoch: "b" });
  next.commit(content(5, 3));
  const reset: Word = { kind: "reset", epoch: "b", buckets: "all" };
  const words = [reset, ...wordsOf(content(5, 3)), syncOf(next)];
  const changes = await takeAll(replica, words);
  assert.equal(changes.length, 15 * 4);
  assert.ok(changes.every(({ row }) => row === undefined));
  assert.deepEqual(replica.tables, next.tables);
  assert.equal(replica.epoch, "b");
});

test("a Reset of buckets takes away only what is in them", async () => {
  const { history, replica } = await filled();
  const gone = removal(serviceChange(7));
  const bucket = bucketOf("services", gone.key);
  const rest = content(20, 3).filter(
    ({ table, key }) => bucketOf(table, key) === bucket && key !== gone.key,
  );
  history.commit([gone]);
  const reset: Word = { kind: "reset", epoch: "b", buckets: [bucket] };
  const changes = await takeAll(replica, [reset, ...wordsOf(rest), syncOf(history)]);
  assert.deepEqual(changes, [gone]);
  assert.deepEqual(replica.tables, history.tables);
});

test("a Reset forgets what was sent before it", async () => {
  const { history, replica } = await filled();
  const stray = wordsOf([serviceChange(700)]);
  const reset: Word = { kind: "reset", epoch: "b", buckets: [] };
  assert.deepEqual(await takeAll(replica, [...stray, reset, syncOf(history)]), []);
  assert.equal(replica.epoch, "b");
});

test("another hash is refused, and the state stays", async () => {
  const { history, replica } = await filled();
  const { contentHash, revision, epoch } = replica;
  const words = wordsOf([serviceChange(99)]);
  await refused(replica, [...words, syncOf(history)], "hash-mismatch");
  replica.abandon();
  assert.deepEqual(replica.tables, history.tables);
  assert.deepEqual(
    { contentHash, revision, epoch },
    { contentHash: replica.contentHash, revision: replica.revision, epoch: replica.epoch },
  );
  assert.deepEqual(await replica.take(syncOf(history)), []);
});

test("what is out of order is refused", async () => {
  const { history, replica } = await filled();
  await refused(new Replica(), [syncOf(history)], "out-of-order");
  await refused(replica, [{ ...syncOf(history), revision: 1 } as Word], "out-of-order");
});

test("rows are bounded", async () => {
  const replica = new Replica({ rowsMost: 10 });
  const reset: Word = { kind: "reset", epoch: "a", buckets: "all" };
  const words = content(20, 0).slice(0, 11);
  await refused(replica, [reset, ...wordsOf(words)], "too-many-rows");
  const keys = Array.from({ length: 11 }, (_, index) => `a/${index}`);
  const deletes: Word = { kind: "delete", table: "services", keys };
  await refused(new Replica({ rowsMost: 10 }), [deletes], "too-many-rows");
});
