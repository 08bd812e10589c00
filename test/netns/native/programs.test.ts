/** Loading of objects by the addon, and runs of their programs in the kernel. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  closeFd,
  errnoName,
  LoadError,
  loadObject,
  MAP_TYPE,
  mapCreate,
  mapInfo,
  mapLookup,
  objGet,
  PROG_TYPE,
  progInfo,
  progTestRun,
  TEST_RUN_FLAG,
} from "../../../native/index.ts";
import {
  closeObject,
  type Fixture,
  halves,
  makeFixture,
  refusedWith,
  required,
  words,
} from "./fixture.ts";

const FRAME = new Uint8Array(64);
const SKB_BYTES = 192;
const MARK_AT = 8;

let fixture: Fixture;
before(async () => {
  fixture = await makeFixture();
});
after(() => fixture.close());

async function refusal(loading: Promise<unknown>): Promise<LoadError> {
  try {
    await loading;
  } catch (error) {
    assert.ok(error instanceof LoadError, String(error));
    return error;
  }
  throw new Error("it was not refused");
}

test("a file that is none, and options of a wrong shape, are refused", async () => {
  const absent = await refusal(loadObject(join(fixture.folder, "absent.o")));
  assert.equal(absent.code, "ENOENT");
  assert.match(absent.warnings, /absent\.o/);
  const { object } = fixture;
  const wrong = { maxEntries: { names_v1: -1 } };
  await assert.rejects(loadObject(object, wrong), { code: "EINVAL", operation: "loadObject" });
  await assert.rejects(loadObject(object, { logSize: 1 }), { code: "EINVAL" });
});

test("an object gives programs and maps by name", async () => {
  const loaded = await loadObject(fixture.object, { maxEntries: { names_v1: 99, unknown: 1 } });
  assert.deepEqual(Object.keys(loaded.programs).sort(), ["probe_connect", "probe_tc", "probe_xdp"]);
  const maps = [".rodata", "names_v1", "records_v1", "words_v1"];
  assert.deepEqual(Object.keys(loaded.maps).sort(), maps);
  assert.equal(mapInfo(required(loaded.maps, "names_v1")).maxEntries, 99);
  assert.equal(loaded.log.length, 0);

  const info = progInfo(required(loaded.programs, "probe_tc"));
  assert.equal(info.name, "probe_tc");
  assert.equal(info.type, PROG_TYPE.SCHED_CLS);
  assert.match(info.tag, /^[0-9a-f]{16}$/);
  assert.ok(info.loadedAt > 0n);
  assert.equal(info.mapIds.length, 4);
  assert.ok(info.mapIds.includes(mapInfo(required(loaded.maps, "words_v1")).id));
  closeObject(loaded);
});

test("a descriptor of another kind tells nothing", async () => {
  const loaded = await loadObject(fixture.object);
  refusedWith("EINVAL", "mapInfo", () => mapInfo(required(loaded.programs, "probe_tc")));
  refusedWith("EINVAL", "progInfo", () => progInfo(required(loaded.maps, "words_v1")));
  closeObject(loaded);
});

test("globals are set by name, each of its exact size", async () => {
  const { object } = fixture;
  const globals = { settings: halves(77, 5), narrow: Uint8Array.of(3, 0) };
  const loaded = await loadObject(object, { globals });
  const progFd = required(loaded.programs, "probe_tc");
  assert.equal(progTestRun({ progFd, data: FRAME }).retval, 77);
  closeObject(loaded);
  const short = await refusal(loadObject(object, { globals: { settings: halves(1) } }));
  assert.equal(short.code, "EINVAL");
  const unknown = await refusal(loadObject(object, { globals: { nothing: halves(1) } }));
  assert.equal(unknown.code, "ENOENT");
});

test("what the verifier refuses comes with its log, and nothing is kept", async () => {
  const pinDir = fixture.bpffs;
  const error = await refusal(loadObject(fixture.refused, { pinDir }));
  assert.equal(error.code, "EACCES");
  const log = new TextDecoder().decode(error.log);
  assert.match(log, /outside of the packet/);
  assert.match(error.message, /refused\.bpf\.o: .*outside of the packet/);
  assert.equal(existsSync(join(pinDir, "words_v1")), false);
});

test("the log of what is accepted comes when it is asked for", async () => {
  const loaded = await loadObject(fixture.object, { logLevel: 1 });
  assert.match(new TextDecoder().decode(loaded.log), /processed \d+ insns/);
  closeObject(loaded);
});

test("maps are pinned, and taken back from their pins", async () => {
  const { object, bpffs: pinDir } = fixture;
  const first = await loadObject(object, { pinDir, programs: [] });
  assert.deepEqual(first.programs, {});
  const ids = ["words_v1", "names_v1"].map((name) => mapInfo(required(first.maps, name)).id);
  closeObject(first);
  const second = await loadObject(object, { pinDir, programs: ["probe_tc"] });
  assert.deepEqual(Object.keys(second.programs), ["probe_tc"]);
  assert.deepEqual(
    ["words_v1", "names_v1"].map((name) => mapInfo(required(second.maps, name)).id),
    ids,
  );
  closeObject(second);
  const pinned = objGet(join(pinDir, "words_v1"));
  assert.equal(mapInfo(pinned).id, ids[0]);
  closeFd(pinned);
  const resized = await refusal(loadObject(object, { pinDir, maxEntries: { words_v1: 9 } }));
  assert.equal(resized.code, "EINVAL");
});

test("a map given by descriptor is used, one of another shape is refused", async () => {
  const shape = { type: MAP_TYPE.HASH, keySize: 8, valueSize: 4, maxEntries: 5 };
  const own = mapCreate(shape);
  const loaded = await loadObject(fixture.object, { reuse: { names_v1: own } });
  assert.equal(mapInfo(required(loaded.maps, "names_v1")).id, mapInfo(own).id);
  const { mapIds } = progInfo(required(loaded.programs, "probe_tc"));
  assert.ok(mapIds.includes(mapInfo(own).id));
  closeObject(loaded);
  const other = mapCreate({ ...shape, valueSize: 8 });
  const error = await refusal(loadObject(fixture.object, { reuse: { names_v1: other } }));
  assert.equal(error.code, "EINVAL");
  for (const fd of [own, other]) closeFd(fd);
});

test("a tc program runs on a packet, with its context in and out", async () => {
  const globals = { settings: halves(2, 4711) };
  const loaded = await loadObject(fixture.object, { globals });
  const progFd = required(loaded.programs, "probe_tc");
  refusedWith("EINVAL", "progTestRun", () => progTestRun({ progFd, data: new Uint8Array(8) }));
  const data = Uint8Array.from({ length: 99 }, (_, index) => index);
  const run = progTestRun({ progFd, data, ctx: new Uint8Array(SKB_BYTES), repeat: 3 });
  assert.equal(run.retval, 2);
  assert.deepEqual(run.data, data);
  assert.equal(new DataView(run.ctx.buffer).getUint32(MARK_AT, true), 4711);
  assert.deepEqual(mapLookup(required(loaded.maps, "words_v1"), halves(0)), words(3));
  refusedWith("ENOSPC", "progTestRun", () => progTestRun({ progFd, data, dataOutSize: 10 }));
  closeObject(loaded);
});

test("an XDP program runs, and what it prepends is seen", async () => {
  const loaded = await loadObject(fixture.object);
  const progFd = required(loaded.programs, "probe_xdp");
  const { retval, data, durationNs } = progTestRun({ progFd, data: FRAME });
  assert.equal(retval, 2);
  assert.equal(data.length, FRAME.length + 4);
  assert.ok(durationNs >= 0);
  const live = { flags: TEST_RUN_FLAG.XDP_LIVE_FRAMES, repeat: 10, batchSize: 5 };
  progTestRun({ progFd, data: FRAME, ...live });
  assert.deepEqual(mapLookup(required(loaded.maps, "words_v1"), halves(0)), words(11));
  closeObject(loaded);
});

test("a cgroup program cannot be run so", async () => {
  const loaded = await loadObject(fixture.object);
  const progFd = required(loaded.programs, "probe_connect");
  refusedWith("ENOTSUPP", "progTestRun", () => progTestRun({ progFd, data: FRAME }));
  assert.equal(errnoName(524), "ENOTSUPP");
  closeObject(loaded);
});

test("loads at the same time keep their logs apart", async () => {
  const loads = [fixture.object, fixture.refused, join(fixture.folder, "absent.o")];
  const [good, refused, absent] = await Promise.allSettled(loads.map((path) => loadObject(path)));
  assert.equal(good?.status, "fulfilled");
  if (good?.status === "fulfilled") closeObject(good.value);
  assert.match(String(refused?.status === "rejected" && refused.reason), /outside of the packet/);
  assert.match(String(absent?.status === "rejected" && absent.reason), /ENOENT/);
});
