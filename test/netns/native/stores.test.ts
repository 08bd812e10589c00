/** The stores of the agent over maps of the kernel: what the reconciler relies on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceCounters } from "../../../agent/maps/abi.gen.ts";
import { KernelCounters } from "../../../agent/maps/kernel-counters.ts";
import { KernelHash } from "../../../agent/maps/kernel-hash.ts";
import { KernelWords } from "../../../agent/maps/kernel-words.ts";
import {
  closeFd,
  MAP_FLAG,
  MAP_TYPE,
  mapCreate,
  mapLookup,
  mapUpdate,
} from "../../../native/index.ts";
import { halves, words } from "./fixture.ts";

function makeHash(maxEntries: number): { readonly hash: KernelHash; readonly fd: number } {
  const fd = mapCreate({ type: MAP_TYPE.HASH, keySize: 8, valueSize: 8, maxEntries });
  return { hash: new KernelHash("probe", fd), fd };
}

test("an insert never replaces what is there, and tells which elements were refused", () => {
  const { hash, fd } = makeHash(3);
  assert.deepEqual(hash.insert(words(1, 2), words(10, 20)), []);
  const failures = hash.insert(words(2, 3, 4), words(99, 30, 40));
  assert.deepEqual(
    failures.map(({ index, code }) => [index, code]),
    [
      [0, "exists"],
      [2, "full"],
    ],
  );
  assert.match(failures[1]?.message ?? "", /^probe is full \(3 elements\)$/);
  assert.deepEqual(hash.get(words(2)), words(20));
  assert.equal(hash.writes, 3);
  closeFd(fd);
});

test("a delete of what is absent is a success, and the rest is deleted", () => {
  const { hash, fd } = makeHash(8);
  hash.insert(words(1, 2, 3), words(1, 2, 3));
  const { writes } = hash;
  assert.deepEqual(hash.delete(words(7, 1, 8, 9, 3)), []);
  assert.equal(hash.writes, writes + 2);
  const { keys, values, count } = hash.dump();
  assert.equal(count, 1);
  assert.deepEqual([keys, values], [words(2), words(2)]);
  assert.equal(hash.get(words(1)), undefined);
  closeFd(fd);
});

test("a dump of a large hash is whole", () => {
  const size = 20_000;
  const { hash, fd } = makeHash(size);
  const all = words(...Array.from({ length: size }, (_, index) => index));
  assert.deepEqual(hash.insert(all, all), []);
  const { keys, values, count } = hash.dump();
  assert.equal(count, size);
  assert.deepEqual(keys, values);
  assert.equal(new Set(new BigUint64Array(keys.buffer, keys.byteOffset, count)).size, size);
  closeFd(fd);
});

test("words are stored through the mapping, where the kernel sees them", () => {
  const shape = { keySize: 4, valueSize: 16, maxEntries: 4, flags: MAP_FLAG.MMAPABLE };
  const fd = mapCreate({ ...shape, type: MAP_TYPE.ARRAY });
  const store = new KernelWords("probe", fd);
  assert.equal(store.capacity, 8, "two words an element");
  store.store(3, 0xffff_ffff_ffff_fffen);
  assert.equal(store.load(3), 0xffff_ffff_ffff_fffen);
  assert.deepEqual(mapLookup(fd, halves(1))?.slice(8), Uint8Array.of(254, ...Array(7).fill(255)));
  assert.throws(() => store.store(8, 1n), RangeError);
  assert.equal(store.writes, 1);
  closeFd(fd);
});

test("counters are summed over CPUs; a reset names the owner on all of them", () => {
  const shape = { keySize: 4, valueSize: serviceCounters.size, maxEntries: 3 };
  const fd = mapCreate({ ...shape, type: MAP_TYPE.PERCPU_ARRAY });
  const counters = new KernelCounters("probe", fd);
  counters.reset(1, 7);
  const slots = mapLookup(fd, halves(1)) ?? new Uint8Array(0);
  const cpus = slots.length / serviceCounters.size;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const value = { owner: 7, flows: 1n, packets: BigInt(cpu), bytes: 100n };
    serviceCounters.encode(value, slots, cpu * serviceCounters.size);
  }
  mapUpdate(fd, halves(1), slots);
  const sum = { owner: 7, flows: BigInt(cpus), packets: 0n, bytes: BigInt(cpus) * 100n };
  for (let cpu = 0; cpu < cpus; cpu++) sum.packets += BigInt(cpu);
  const zero = { owner: 0, flows: 0n, packets: 0n, bytes: 0n };
  assert.deepEqual(counters.read(1), sum);
  assert.deepEqual(counters.dump(), [zero, sum, zero]);
  counters.reset(1, 8);
  assert.deepEqual(counters.read(1), { ...zero, owner: 8 });
  assert.throws(() => counters.read(3), RangeError);
  closeFd(fd);
});
