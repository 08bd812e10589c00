/** Maps by the addon: lengths that are wrong first, then what the kernel does. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  closeFd,
  MAP_FLAG,
  MAP_TYPE,
  mapCreate,
  mapDelete,
  mapDeleteBatch,
  mapInfo,
  mapLookup,
  mapLookupBatch,
  mapMmap,
  mapNextKey,
  mapUpdate,
  mapUpdateAsync,
  mapUpdateBatch,
  UPDATE_FLAG,
} from "../../../native/index.ts";
import { halves, refusedWith, words } from "./fixture.ts";

const ENOENT = 2;
const E2BIG = 7;
const hash = mapCreate({
  type: MAP_TYPE.HASH,
  keySize: 4,
  valueSize: 8,
  maxEntries: 4,
  name: "probe_hash",
});
const array = mapCreate({
  type: MAP_TYPE.ARRAY,
  keySize: 4,
  valueSize: 8,
  maxEntries: 3,
  flags: MAP_FLAG.MMAPABLE,
});
const perCpu = mapCreate({ type: MAP_TYPE.PERCPU_ARRAY, keySize: 4, valueSize: 12, maxEntries: 2 });
after(() => {
  for (const fd of [hash, array, perCpu]) closeFd(fd);
});

test("keys and values of a wrong length never reach the kernel", async () => {
  const key = halves(1);
  for (const wrong of [new Uint8Array(0), new Uint8Array(3), new Uint8Array(8)]) {
    refusedWith("EINVAL", "mapLookup", () => mapLookup(hash, wrong));
    refusedWith("EINVAL", "mapUpdate", () => mapUpdate(hash, wrong, words(1)));
    refusedWith("EINVAL", "mapDelete", () => mapDelete(hash, wrong));
    refusedWith("EINVAL", "mapNextKey", () => mapNextKey(hash, wrong));
  }
  for (const wrong of [new Uint8Array(0), new Uint8Array(7), new Uint8Array(16)]) {
    refusedWith("EINVAL", "mapUpdate", () => mapUpdate(hash, key, wrong));
    await assert.rejects(mapUpdateAsync(hash, key, wrong), { code: "EINVAL" });
    refusedWith("EINVAL", "mapUpdateBatch", () => mapUpdateBatch(hash, key, wrong));
  }
  refusedWith("EINVAL", "mapUpdateBatch", () => mapUpdateBatch(hash, halves(1, 2), words(1)));
  refusedWith("EINVAL", "mapDeleteBatch", () => mapDeleteBatch(hash, new Uint8Array(6)));
  refusedWith("EINVAL", "mapLookupBatch", () => mapLookupBatch(hash, new Uint8Array(8), 1));
  refusedWith("EINVAL", "mapLookupBatch", () => mapLookupBatch(hash, undefined, 0));
  refusedWith("E2BIG", "mapLookupBatch", () => mapLookupBatch(hash, undefined, 2 ** 31));
  refusedWith("EINVAL", "mapUpdate", () => mapUpdate(perCpu, halves(0), new Uint8Array(12)));
});

test("arguments of a wrong type are refused, not guessed at", () => {
  const text = "1" as unknown as Uint8Array;
  refusedWith("EINVAL", "mapLookup", () => mapLookup(hash, text));
  const floats = new Float32Array(1) as unknown as Uint8Array;
  refusedWith("EINVAL", "mapLookup", () => mapLookup(hash, floats));
  refusedWith("EINVAL", "mapLookup", () => mapLookup(1.5, halves(1)));
  refusedWith("EINVAL", "mapInfo", () => mapInfo(Number.NaN));
  refusedWith("EBADF", "mapInfo", () => mapInfo(999_999));
  refusedWith("EINVAL", "mapCreate", () => {
    mapCreate({ type: -1, keySize: 4, valueSize: 4, maxEntries: 1 });
  });
  refusedWith("EINVAL", "close", () => closeFd(0));
  refusedWith("EBADF", "close", () => closeFd(999_999));
});

test("a map tells its shape, and what is no map is refused", () => {
  const { id, ...shape } = mapInfo(hash);
  assert.ok(id > 0);
  const named = { type: MAP_TYPE.HASH, flags: 0, name: "probe_hash" };
  assert.deepEqual(shape, { ...named, keySize: 4, valueSize: 8, maxEntries: 4 });
});

test("elements come and go", () => {
  assert.equal(mapLookup(hash, halves(1)), undefined);
  mapUpdate(hash, halves(1), words(10));
  assert.deepEqual(mapLookup(hash, halves(1)), words(10));
  refusedWith("EEXIST", "mapUpdate", () => {
    mapUpdate(hash, halves(1), words(11), UPDATE_FLAG.NOEXIST);
  });
  refusedWith("ENOENT", "mapUpdate", () => {
    mapUpdate(hash, halves(2), words(11), UPDATE_FLAG.EXIST);
  });
  assert.equal(mapDelete(hash, halves(1)), true);
  assert.equal(mapDelete(hash, halves(1)), false);
  assert.equal(mapNextKey(hash, undefined), undefined);
});

test("a batch tells how far it came", () => {
  const done = mapUpdateBatch(hash, halves(1, 2, 3), words(10, 20, 30));
  assert.deepEqual(done, { done: 3, errno: 0 });
  const full = mapUpdateBatch(hash, halves(4, 5, 6), words(40, 50, 60));
  assert.deepEqual(full, { done: 1, errno: E2BIG });
  assert.deepEqual(mapUpdateBatch(hash, new Uint8Array(0), new Uint8Array(0)), {
    done: 0,
    errno: 0,
  });

  const { keys, values, count, cursor } = mapLookupBatch(hash, undefined, 16);
  assert.equal(count, 4);
  assert.equal(cursor, undefined);
  const found = new Uint32Array(keys.buffer);
  for (const [index, key] of found.entries()) {
    assert.deepEqual(values.slice(index * 8, index * 8 + 8), words(key * 10));
  }
  assert.deepEqual(new Set(found), new Set([1, 2, 3, 4]));

  assert.deepEqual(mapDeleteBatch(hash, halves(1, 9, 2)), { done: 1, errno: ENOENT });
  assert.deepEqual(mapDeleteBatch(hash, halves(2, 3, 4)), { done: 3, errno: 0 });
  assert.equal(mapLookupBatch(hash, undefined, 16).count, 0);
});

test("a dump in small batches meets every element once", () => {
  const size = 512;
  const many = mapCreate({ type: MAP_TYPE.HASH, keySize: 4, valueSize: 8, maxEntries: size });
  const keys = Array.from({ length: size }, (_, index) => index);
  mapUpdateBatch(many, halves(...keys), words(...keys));
  const seen = new Set<number>();
  let cursor: Uint8Array | undefined;
  do {
    const batch = mapLookupBatch(many, cursor, 64);
    for (const key of new Uint32Array(batch.keys.buffer)) seen.add(key);
    cursor = batch.cursor;
  } while (cursor !== undefined);
  assert.equal(seen.size, size);
  closeFd(many);
});

test("a per-CPU value is one slot a CPU, each a multiple of 8 bytes", () => {
  const slots = mapLookup(perCpu, halves(0));
  assert.ok(slots !== undefined);
  assert.equal(slots.length % 16, 0);
  assert.ok(slots.length >= availableParallelism() * 16);
  mapUpdate(perCpu, halves(0), slots.fill(1));
  const read = mapLookup(perCpu, halves(0));
  for (let at = 0; at < slots.length; at += 16) {
    assert.deepEqual(read?.slice(at, at + 12), new Uint8Array(12).fill(1));
  }
  assert.equal(mapLookup(perCpu, halves(2)), undefined);
});

test("an array's memory is shared with the kernel, and outlives the descriptor", () => {
  const mapped = new BigUint64Array(mapMmap(array));
  assert.equal(mapped.length, 3);
  mapUpdate(array, halves(1), words(7));
  assert.equal(Atomics.load(mapped, 1), 7n);
  Atomics.store(mapped, 2, 9n);
  assert.deepEqual(mapLookup(array, halves(2)), words(9));

  const shape = { type: MAP_TYPE.ARRAY, keySize: 4, valueSize: 4, flags: MAP_FLAG.MMAPABLE };
  const other = mapCreate({ ...shape, maxEntries: 5 });
  const memory = mapMmap(other);
  closeFd(other);
  assert.equal(memory.byteLength, 40, "a slot is a multiple of 8 bytes");
  new Uint8Array(memory).fill(255);
});

test("what cannot be mapped is refused", () => {
  refusedWith("EINVAL", "mapMmap", () => mapMmap(hash));
  refusedWith("EINVAL", "mapMmap", () => mapMmap(perCpu));
  const plain = mapCreate({ type: MAP_TYPE.ARRAY, keySize: 4, valueSize: 8, maxEntries: 1 });
  refusedWith("EINVAL", "mapMmap", () => mapMmap(plain));
  closeFd(plain);
});

/** Mappings of BPF maps in this process. */
function mappings(): number {
  return readFileSync("/proc/self/maps", "utf8").split("anon_inode:bpf-map").length - 1;
}

test("mapped memory is given back when it is collected", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const before = mappings();
  for (let i = 0; i < 64; i++) mapMmap(array);
  assert.ok(mappings() > before + 32);
  for (let i = 0; i < 50 && mappings() > before + 4; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(mappings() <= before + 4, `${mappings()} mappings, ${before} before`);
});

test("an update of a map of maps waits on a worker thread", async () => {
  const inner = mapCreate({ type: MAP_TYPE.ARRAY, keySize: 4, valueSize: 4, maxEntries: 1 });
  const shape = { keySize: 4, valueSize: 4, maxEntries: 1, innerFd: inner };
  const outer = mapCreate({ ...shape, type: MAP_TYPE.ARRAY_OF_MAPS });
  await mapUpdateAsync(outer, halves(0), halves(inner));
  assert.deepEqual(mapLookup(outer, halves(0)), halves(mapInfo(inner).id));
  await assert.rejects(mapUpdateAsync(outer, halves(1), halves(inner)), { code: "E2BIG" });
  for (const fd of [inner, outer]) closeFd(fd);
});
