/** A transfer is made once for all readers that go the same way, and what is kept is bounded. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import { decodeWord } from "../../lib/wire/decode.ts";
import type { Word } from "../../lib/wire/words.ts";
import { content, endpointChange, removal, serviceChange } from "../../test/stream/content.ts";
import type { Transfer } from "./transfer.ts";
import { Transfers } from "./transfers.ts";

const NOTHING = { epoch: "", revision: 0, buckets: undefined };

function setUp() {
  const history = new History({ epoch: "a" });
  history.commit(content(50, 5));
  return { history, transfers: new Transfers(history) };
}

function messagesOf(transfer: Transfer): Buffer[] {
  const messages: Buffer[] = [];
  for (;;) {
    const next = transfer.message(messages.length);
    if (next === "end") {
      return messages;
    }
    if (next !== "pause") {
      messages.push(next);
    }
  }
}

function wordsOf(transfer: Transfer): Word[] {
  return messagesOf(transfer).map(decodeWord);
}

test("readers that go the same way share its messages", () => {
  const { history, transfers } = setUp();
  const first = messagesOf(transfers.opening(NOTHING));
  messagesOf(transfers.opening(NOTHING)).forEach((message, position) => {
    assert.equal(message, first[position]);
  });
  const from = history.revision;
  history.commit([serviceChange(1, { affinitySeconds: 5 })]);
  const [delta] = messagesOf(transfers.since(from));
  const resumed = { epoch: "a", revision: from, buckets: history.bucketDigests() };
  assert.equal(messagesOf(transfers.opening(resumed))[0], delta);
});

test("a snapshot is used again while little has changed, with the changes since", () => {
  const { history, transfers } = setUp();
  const snapshot = messagesOf(transfers.opening(NOTHING)).slice(0, -1);
  const gone = removal(endpointChange(1, 1));
  history.commit([gone]);
  const { revision } = history;
  const again = transfers.opening(NOTHING);
  assert.equal(again.to.revision, revision);
  const messages = messagesOf(again);
  snapshot.forEach((message, position) => assert.equal(messages[position], message));
  assert.deepEqual(messages.slice(snapshot.length).map(decodeWord), [
    { kind: "delete", table: "endpoints", keys: [gone.key] },
    { kind: "sync", revision, contentHash: history.contentHash() },
  ]);
  for (let round = 1; round <= 1_100; round++) {
    history.commit([serviceChange(1, { affinitySeconds: round })]);
  }
  const anew = messagesOf(transfers.opening(NOTHING));
  assert.equal(anew.length, snapshot.length + 1);
  assert.ok(!snapshot.slice(1).some((message) => anew.includes(message)));
});

test("a transfer sends the rows of its own revision, whatever is committed meanwhile", () => {
  const { history, transfers } = setUp();
  const from = history.revision;
  history.commit([serviceChange(1, { affinitySeconds: 1 }), removal(serviceChange(2))]);
  const contentHash = history.contentHash();
  const transfer = transfers.since(from);
  history.commit([serviceChange(1, { affinitySeconds: 2 }), serviceChange(2)]);
  const [gone, set, sync] = wordsOf(transfer);
  assert.deepEqual(gone?.kind === "delete" && gone.keys, [serviceChange(2).key]);
  assert.ok(set?.kind === "set" && set.table === "services");
  assert.deepEqual(
    set.rows.map((row) => row.affinitySeconds),
    [1],
  );
  assert.deepEqual(sync, { kind: "sync", revision: from + 1, contentHash });
});

test("of another epoch only the buckets that differ are sent, none where none does", () => {
  const { history, transfers } = setUp();
  const other = { epoch: "b", revision: 900, buckets: history.bucketDigests() };
  assert.deepEqual(
    wordsOf(transfers.opening(other)).map(({ kind }) => kind),
    ["reset", "sync"],
  );
  const { buckets } = other;
  buckets[5] = 1n;
  const [reset] = wordsOf(transfers.opening(other));
  assert.deepEqual(reset, { kind: "reset", epoch: "a", buckets: [5] });
});

test("large transfers push each other out", () => {
  const { history, transfers } = setUp();
  const from = history.revision;
  const wide = (round: number) =>
    Array.from({ length: 40 }, (_, index) =>
      serviceChange(index, { refusals: [`${round}`, "x".repeat(100_000)] }),
    );
  history.commit(wide(0));
  const first = transfers.since(from);
  messagesOf(first);
  assert.equal(transfers.since(from), first);
  assert.ok(first.bytes > 4_000_000 && first.bytes < 4_200_000, `${first.bytes} bytes`);
  for (let round = 1; round < 12; round++) {
    const before = history.revision;
    history.commit(wide(round));
    messagesOf(transfers.since(before));
  }
  assert.notEqual(transfers.since(from), first);
});
