/** Fences, ring buffers and the small questions of the addon. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer, connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Fence } from "../../../agent/maps/fence.ts";
import {
  BPF_FS_MAGIC,
  CGROUP2_MAGIC,
  loadObject,
  membarrierGlobal,
  NativeError,
  peerCredentials,
  progTestRun,
  ringbufOpen,
  statfsType,
} from "../../../native/index.ts";
import { cgroupRoot } from "../../harness/cgroups.ts";
import { eventually } from "../../harness/deadline.ts";
import { closeObject, type Fixture, makeFixture, refusedWith, required } from "./fixture.ts";

let fixture: Fixture;
before(async () => {
  fixture = await makeFixture();
});
after(() => fixture.close());

test("membarrier waits for what runs, off the event loop", async () => {
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  for (let i = 0; i < 5; i++) await membarrierGlobal();
  clearInterval(ticking);
  assert.ok(turns > 0);
});

test("fences that come together share one, a later one waits for the next", async () => {
  let calls = 0;
  const gates: (() => void)[] = [];
  const membarrier = (): Promise<void> => {
    calls++;
    return new Promise((resolve) => gates.push(resolve));
  };
  const fence = new Fence({ membarrier });
  const first = fence.wait();
  const later = [fence.wait(), fence.wait(), fence.wait()];
  assert.equal(calls, 1);
  gates.shift()?.();
  await first;
  await eventually({ what: "the second fence" }, () => calls === 2);
  gates.shift()?.();
  await Promise.all(later);
  assert.equal(calls, 2);
  assert.equal(fence.method, "membarrier");
});

test("a refused membarrier falls back on a map of maps, once and for all", async () => {
  let calls = 0;
  const membarrier = (): Promise<void> => {
    calls++;
    return Promise.reject(new NativeError("membarrier", 1));
  };
  const fence = new Fence({ membarrier });
  await Promise.all([fence.wait(), fence.wait()]);
  await fence.wait();
  assert.equal(fence.method, "map-in-map");
  assert.equal(calls, 1);
  fence.close();
  const strict = new Fence({ method: "membarrier", membarrier });
  await assert.rejects(strict.wait(), { code: "EPERM" });
});

test("the fall-back works on this kernel, again and again", async () => {
  const fence = new Fence({ method: "map-in-map" });
  for (let i = 0; i < 3; i++) await fence.wait();
  assert.equal(fence.method, "map-in-map");
  fence.close();
});

test("what fails otherwise is no refusal", async () => {
  const membarrier = (): Promise<void> => Promise.reject(new NativeError("membarrier", 12));
  const fence = new Fence({ membarrier });
  await assert.rejects(fence.wait(), { code: "ENOMEM" });
  assert.equal(fence.method, "membarrier");
});

test("a ring buffer's records come whole and in order, until it is closed", async () => {
  const loaded = await loadObject(fixture.object);
  const progFd = required(loaded.programs, "probe_tc");
  const lengths: number[] = [];
  const subscription = ringbufOpen(required(loaded.maps, "records_v1"), (record) => {
    lengths.push(new DataView(record.buffer).getUint32(0, true));
  });
  for (const size of [64, 70, 80]) progTestRun({ progFd, data: new Uint8Array(size) });
  await eventually({ what: "three records" }, () => lengths.length === 3);
  assert.deepEqual(lengths, [64, 70, 80]);
  subscription.close();
  subscription.close();
  progTestRun({ progFd, data: new Uint8Array(64) });
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(lengths.length, 3);
  refusedWith("EINVAL", "ringbufOpen", () => {
    ringbufOpen(required(loaded.maps, "words_v1"), () => {});
  });
  closeObject(loaded);
});

test("a closed subscription takes no more, even amid its records", async () => {
  const loaded = await loadObject(fixture.object);
  const progFd = required(loaded.programs, "probe_tc");
  let records = 0;
  const subscription = ringbufOpen(required(loaded.maps, "records_v1"), () => {
    records++;
    subscription.close();
  });
  progTestRun({ progFd, data: new Uint8Array(64), repeat: 5 });
  await eventually({ what: "a record" }, () => records > 0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(records, 1);
  closeObject(loaded);
});

test("a worker thread has an addon of its own, and ends with subscriptions open", async () => {
  const module = new URL("../../../native/index.ts", import.meta.url).href;
  const code = `
    import { parentPort } from "node:worker_threads";
    const native = await import("${module}");
    native.netlinkListen(1, () => {});
    const fd = native.mapCreate({ type: 2, keySize: 4, valueSize: 8, maxEntries: 1, flags: 1024 });
    native.mapMmap(fd);
    parentPort.postMessage("ready");
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  await once(worker, "message");
  assert.equal(await worker.terminate(), 1);
});

test("file systems tell their kind", async () => {
  assert.equal(statfsType(fixture.bpffs), BPF_FS_MAGIC);
  assert.equal(statfsType(await cgroupRoot()), CGROUP2_MAGIC);
  assert.notEqual(statfsType("/proc"), BPF_FS_MAGIC);
  refusedWith("ENOENT", "statfs", () => statfsType("/absent"));
});

test("a unix socket tells who connected", async () => {
  const path = join(fixture.folder, "socket");
  const server = createServer().listen(path);
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = connect(path);
  const [socket] = await accepted;
  const { fd } = (socket as Socket & { _handle: { fd: number } })._handle;
  assert.deepEqual(peerCredentials(fd), {
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  });
  const file = openSync(import.meta.filename, "r");
  refusedWith("ENOTSOCK", "peerCredentials", () => peerCredentials(file));
  closeSync(file);
  for (const end of [client, socket]) end.destroy();
  server.close();
});
