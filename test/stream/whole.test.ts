/**
 * No agent ever shows a state that was not sent whole: streams are cut after every message, and
 * spoiled.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../lib/history.ts";
import type { Change } from "../../lib/model/change.ts";
import { decodeAnswer } from "../../lib/wire/decode.ts";
import { encodeRows, encodeSync } from "../../lib/wire/encode.ts";
import type { Open } from "../../lib/wire/words.ts";
import type { Call } from "../../operator/serve/reader.ts";
import { Transfers } from "../../operator/serve/transfers.ts";
import { eventually } from "../harness/deadline.ts";
import { content, serviceChange, serviceRow } from "./content.ts";
import { follow, pretend } from "./serving.ts";

function history(epoch: string, changes: readonly Change[]): History {
  const made = new History({ epoch });
  made.commit(changes);
  return made;
}

/** All messages of the way from what was opened with to the history's state. */
function messagesFor(history: History, open: Pick<Open, "epoch" | "revision" | "buckets">) {
  const transfer = new Transfers(history).opening(open);
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

const NOTHING = { epoch: "", revision: 0, buckets: undefined };

/** Each Open that comes on a stream. */
function onOpen(call: Call, take: (open: Open) => void): void {
  call.on("data", (bytes: Buffer) => {
    const answer = decodeAnswer(bytes);
    if (answer.kind === "open") {
      take(answer);
    }
  });
  call.on("error", () => undefined);
}

test("a snapshot cut after any of its messages leaves the agent as it was", async (t) => {
  const old = history("old", content(300, 5));
  const next = history("new", content(2_000, 10));
  const whole = messagesFor(next, NOTHING);
  assert.ok(whole.length > 5);
  const firsts = messagesFor(old, NOTHING);
  const address = await pretend(t, (call, stream) => {
    onOpen(call, () => {
      const cut = stream === 0 ? firsts.length : stream - 1;
      const messages = stream === 0 ? firsts : whole.slice(0, cut);
      messages.forEach((message) => call.write(message));
      // The connection breaks only after the agent has had all of it, the last time with nothing
      // missing.
      if (cut < whole.length) {
        setTimeout(() => call.emit("error", { code: 14, details: "cut" }), 20);
      }
    });
  });
  const seen: string[] = [];
  const agent = follow(t, address, {
    onSync: async ({ tables }) => {
      const { epoch } = agent.client.status();
      seen.push(epoch);
      assert.deepEqual(tables, epoch === "old" ? old.tables : next.tables);
      return [];
    },
  });
  const watch = setInterval(() => {
    const { epoch, contentHash } = agent.client.status();
    const hashes: Record<string, bigint> = { old: old.contentHash(), new: next.contentHash() };
    assert.equal(contentHash, hashes[epoch] ?? 0n);
  }, 3);
  t.after(() => clearInterval(watch));
  await agent.reached(next);
  assert.deepEqual(seen, ["old", "new"]);
  assert.equal(agent.client.status().opened, whole.length + 2);
});

test("a state whose hash differs is refused, reported, and asked for anew", async (t) => {
  const tables = history("a", content(10, 3));
  const good = messagesFor(tables, NOTHING);
  const opens: Open[] = [];
  const address = await pretend(t, (call, stream) => {
    onOpen(call, (open) => {
      opens.push(open);
      if (stream === 1) {
        [...encodeRows<"services">("services", [serviceRow(99)])].forEach((m) => call.write(m));
        call.write(encodeSync({ revision: 9, contentHash: 1n }));
        return;
      }
      good.forEach((message) => call.write(message));
      if (stream === 0) {
        setTimeout(() => call.emit("error", { code: 14, details: "cut" }), 20);
      }
    });
  });
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const agent = follow(t, address, { delay: wait });
  await eventually({ what: "three streams" }, () => opens.length === 3 && agent.syncs.length === 2);
  const [, resumed, anew] = opens;
  assert.equal(resumed?.epoch, "a");
  assert.equal(resumed.revision, tables.revision);
  assert.deepEqual(resumed.buckets, tables.bucketDigests());
  assert.match(anew?.refused ?? "", /content at revision 9 has the hash [0-9a-f]{16}, not 0{15}1/);
  assert.equal(anew?.buckets, undefined);
  assert.equal(anew?.epoch, "");
  assert.equal(agent.client.status().refused, 1);
  assert.ok(waits.length === 2 && Number(waits[0]) <= 50 && Number(waits[1]) >= 500, waits.join());
  assert.deepEqual(agent.syncs[1]?.tables, tables.tables);
  assert.deepEqual(agent.syncs[1]?.changes, []);
  assert.match(agent.lines.join(""), /refused what the operator sent/);
});

test("words out of order are refused", async (t) => {
  const tables = history("a", content(10, 3));
  const good = messagesFor(tables, NOTHING);
  const sync = good.at(-1) ?? Buffer.alloc(0);
  const spoiled: Buffer[][] = [
    good.slice(1),
    [...good, encodeSync({ revision: 1, contentHash: tables.contentHash() })],
    [...good.slice(0, -2), sync],
  ];
  const address = await pretend(t, (call, stream) => {
    onOpen(call, () => (spoiled[stream] ?? good).forEach((message) => call.write(message)));
  });
  const agent = follow(t, address);
  await eventually({ what: "a second whole state" }, () => agent.syncs.length === 2);
  assert.equal(agent.client.status().refused, spoiled.length);
  const reasons = agent.lines.join("");
  assert.match(reasons, /the first Sync came without a Reset/);
  assert.match(reasons, /revision 1 came after 2/);
  assert.deepEqual(
    agent.syncs.map(({ tables: { services } }) => services.size),
    [10, 10],
  );
});

test("a field, a word and a table of a newer operator are passed over", async (t) => {
  const tables = history("a", [serviceChange(1)]);
  // Field 99 with five bytes of text; and field 2, a Set, that holds only this.
  const later = Buffer.from([0x9a, 0x06, 5, ...Buffer.from("later")]);
  const laterTable = Buffer.from([0x12, later.length, ...later]);
  const address = await pretend(t, (call) => {
    onOpen(call, () => {
      const [reset, ...rest] = messagesFor(tables, NOTHING);
      const extended = rest.map((message) => Buffer.concat([message, later]));
      [reset ?? later, later, laterTable, ...extended].forEach((message) => call.write(message));
    });
  });
  const agent = follow(t, address);
  const sync = await agent.reached(tables);
  assert.deepEqual(sync.tables, tables.tables);
  assert.equal(agent.client.status().refused, 0);
});

test("a message without sense, or of 5 MB, is refused and the state kept", async (t) => {
  const tables = history("a", content(10, 3));
  const bad = [Buffer.from("no message"), Buffer.alloc(5 * 1024 * 1024)];
  const address = await pretend(t, (call, stream) => {
    onOpen(call, () => {
      const message = bad[stream - 1];
      const messages = message === undefined ? messagesFor(tables, NOTHING) : [message];
      messages.forEach((each) => call.write(each));
      if (stream === 0) {
        setTimeout(() => call.emit("error", { code: 14, details: "cut" }), 20);
      }
    });
  });
  const agent = follow(t, address);
  await eventually({ what: "four streams" }, () => agent.syncs.length === 2);
  const lines = agent.lines.join("");
  assert.match(lines, /a message cannot be decoded/);
  assert.match(lines, /Received message larger than max \(5242880 vs 262144\)/);
  assert.ok(agent.syncs.every((sync) => sync.tables.services.size === 10));
  assert.deepEqual(agent.syncs[1]?.changes, []);
});
