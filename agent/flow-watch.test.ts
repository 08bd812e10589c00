/**
 * Flows are counted at an interval, one count at a time; a full table is warned of, a failure told.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../lib/log.ts";
import { eventually } from "../test/harness/deadline.ts";
import { FlowWatch } from "./flow-watch.ts";

function watch(count: (isStopped: () => boolean) => Promise<readonly FlowCount[]>) {
  const lines: string[] = [];
  const log = createLogger({ name: "agent", write: (line) => void lines.push(line) });
  return { lines, watch: new FlowWatch({ count, intervalMs: 1, log }) };
}

interface FlowCount {
  readonly name: string;
  readonly used: number;
  readonly capacity: number;
}

test("the last count is told, a table that fills is warned of", async (t) => {
  let used = 1;
  const bench = watch(async () => [{ name: "flows4", used, capacity: 10 }]);
  t.after(() => bench.watch.stop());
  assert.deepEqual(bench.watch.uses, []);
  bench.watch.start();
  await eventually({ what: "a count" }, () => bench.watch.uses[0]?.used === 1);
  used = 9;
  await eventually({ what: "a warning" }, () => bench.lines.some((line) => /flows4/.test(line)));
});

test("a count that fails is told and tried again", async (t) => {
  let tries = 0;
  const bench = watch(async () => {
    tries++;
    if (tries === 1) {
      throw new Error("EINTR");
    }
    return [];
  });
  t.after(() => bench.watch.stop());
  bench.watch.start();
  await eventually({ what: "a second try" }, () => tries > 1);
  assert.match(bench.lines[0] ?? "", /could not be counted/);
});

test("stop waits for the count that is under way", async () => {
  const counting = Promise.withResolvers<void>();
  let asked = () => false;
  const bench = watch(async (isStopped) => {
    asked = isStopped;
    await counting.promise;
    return [];
  });
  bench.watch.start();
  const stop = bench.watch.stop();
  assert.equal(asked(), true);
  assert.equal(await Promise.race([stop, Promise.resolve("counting")]), "counting");
  counting.resolve();
  await stop;
});
