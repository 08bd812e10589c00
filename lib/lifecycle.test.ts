/** Order of start and stop, and the ends of a process. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";

import { errorText } from "./errors.ts";
import type { Part } from "./lifecycle.ts";
import { Lifecycle, runProcess } from "./lifecycle.ts";
import { createLogger } from "./log.ts";

function setUp(stopMsMost = 60_000) {
  const lines: string[] = [];
  const log = createLogger({ name: "test", write: (line) => lines.push(line) });
  const lifecycle = new Lifecycle({ log, stopMsMost });
  const steps: string[] = [];
  const part = (name: string, more: Partial<Part> = {}): Part => ({
    name,
    start: () => void steps.push(`+${name}`),
    stop: () => void steps.push(`-${name}`),
    ...more,
  });
  return { lines, log, lifecycle, steps, part };
}

/** Stands for `process`: signals in, the exit code out. */
class FakeHost extends EventEmitter {
  readonly exited = Promise.withResolvers<number>();

  exit(code: number): void {
    this.exited.resolve(code);
  }
}

test("parts start in order and stop in reverse", async () => {
  const { lifecycle, steps, part } = setUp();
  lifecycle.add(part("a"));
  lifecycle.add({ name: "silent" });
  lifecycle.add(part("b", { start: async () => void steps.push("+b") }));
  await lifecycle.start();
  await lifecycle.stop();
  await lifecycle.stop();
  assert.deepEqual(steps, ["+a", "+b", "-b", "-a"]);
});

test("where a part does not start, those before it are stopped", async () => {
  const { lifecycle, steps, part } = setUp();
  const broken = { start: () => Promise.reject(new Error("port in use")) };
  lifecycle.add(part("a"));
  lifecycle.add(part("b", broken));
  lifecycle.add(part("c"));
  await assert.rejects(lifecycle.start(), (error) => {
    assert.equal(errorText(error), "b did not start: port in use");
    return true;
  });
  assert.deepEqual(steps, ["+a", "-a"]);
});

test("a part that fails or hangs while stopping does not keep the others from it", async () => {
  const { lifecycle, steps, part, lines } = setUp(20);
  lifecycle.add(part("a"));
  lifecycle.add(part("b", { stop: () => new Promise(() => undefined) }));
  lifecycle.add(part("c", { stop: () => Promise.reject(new Error("broken")) }));
  await lifecycle.start();
  await lifecycle.stop();
  assert.deepEqual(steps, ["+a", "+b", "+c", "-a"]);
  assert.match(lines.join(""), /"part":"c".*broken/);
  assert.match(lines.join(""), /"part":"b".*not stopped after 20 ms/);
});

test("a signal stops gracefully, with exit code 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"]) {
    const { lifecycle, steps, part, log } = setUp();
    const host = new FakeHost();
    lifecycle.add(part("a"));
    await runProcess(lifecycle, { log, host });
    host.emit(signal);
    assert.equal(await host.exited.promise, 0);
    assert.deepEqual(steps, ["+a", "-a"]);
  }
});

test("a second signal ends it at once, with exit code 1", async () => {
  const { lifecycle, part, log } = setUp();
  const host = new FakeHost();
  const slow = Promise.withResolvers<void>();
  lifecycle.add(part("a", { stop: () => slow.promise }));
  await runProcess(lifecycle, { log, host });
  host.emit("SIGTERM");
  host.emit("SIGTERM");
  assert.equal(await host.exited.promise, 1);
  slow.resolve();
});

test("what nobody handled, and a failed start, end it with exit code 1", async () => {
  for (const event of ["unhandledRejection", "uncaughtException"]) {
    const { lifecycle, log, lines } = setUp();
    const host = new FakeHost();
    await runProcess(lifecycle, { log, host });
    host.emit(event, new Error("lost"));
    assert.equal(await host.exited.promise, 1);
    assert.match(lines.join(""), /lost/);
  }
  const { lifecycle, part, log, lines } = setUp();
  const host = new FakeHost();
  lifecycle.add(part("a", { start: () => Promise.reject(new Error("no maps")) }));
  await runProcess(lifecycle, { log, host });
  assert.equal(await host.exited.promise, 1);
  assert.match(lines.join(""), /a did not start: no maps/);
});
