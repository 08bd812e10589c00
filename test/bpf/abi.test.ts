/**
 * Every struct of bpf/abi as bytes written by hand, so that generator and codec can not be wrong
 * together; the table of maps as the kernel has it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressBytes } from "../../lib/model/address.ts";
import * as abi from "../../agent/maps/abi.gen.ts";
import type { Codec } from "../../agent/maps/codec.ts";
import { tagOf } from "../../agent/desired/tag.ts";
import { closeFd, loadObject, mapInfo } from "../../native/index.ts";

const four = addressBytes("10.1.2.3");
const other4 = addressBytes("172.16.5.6");
const six = addressBytes("fd00:1:2:3::4");
const other6 = addressBytes("2001:db8::5");
const FOUR = "0a010203";
const OTHER4 = "ac100506";
const SIX = "fd000001000200030000000000000004";
const OTHER6 = "20010db8000000000000000000000005";
const mac = Uint8Array.of(2, 0, 0, 0, 0, 9);

const head: abi.FlowHead = {
  state: 0x01020304,
  owner: 0x11121314,
  backend: 0x21222324,
  generation: 0x31323334,
  seal: 0x41424344,
  stamp: 0x51525354,
  kind: 1,
  turn: 2,
  partnerTurn: 3,
  seen: 4,
  nextHop: 0x61626364,
};
const HEAD = "0403020114131211 2423222134333231 4443424154535251 0102030464636261";

interface Vector<T> {
  readonly codec: Codec<T>;
  readonly value: T;
  readonly hex: string;
}

function vector<T>(codec: Codec<T>, value: T, hex: string): Vector<unknown> {
  return { codec, value, hex: hex.replaceAll(" ", "") };
}

const ports = { sourcePort: 0x1234, destinationPort: 0x5678 };
const delta = { addresses: 0x0102, ports: 0x0304 };

const VECTORS: Readonly<Record<string, Vector<unknown>>> = {
  backend4: vector(
    abi.backend4,
    { address: four, port: 80, word: 0x0102030405060708n },
    `${FOUR} 0050 0000 0807060504030201`,
  ),
  backend6: vector(
    abi.backend6,
    { address: six, port: 80, word: 0x0102030405060708n },
    `${SIX} 0050 000000000000 0807060504030201`,
  ),
  service4_key: vector(
    abi.service4Key,
    { address: four, port: 0x1234, protocol: 17 },
    `${FOUR} 1234 11 00`,
  ),
  service6_key: vector(
    abi.service6Key,
    { address: six, port: 0x1234, protocol: 17 },
    `${SIX} 1234 11 0000000000`,
  ),
  service_counters: vector(
    abi.serviceCounters,
    { owner: 9, flows: 1n, packets: 2n, bytes: 3n },
    "09000000 00000000 0100000000000000 0200000000000000 0300000000000000",
  ),
  flow4_key: vector(
    abi.flow4Key,
    { source: four, destination: other4, ...ports, protocol: 6 },
    `${FOUR} ${OTHER4} 1234 5678 06 000000`,
  ),
  flow6_key: vector(
    abi.flow6Key,
    { source: six, destination: other6, ...ports, protocol: 6 },
    `${SIX} ${OTHER6} 1234 5678 06 000000`,
  ),
  flow_head: vector(abi.flowHead, head, HEAD),
  flow_delta: vector(abi.flowDelta, delta, "0201 0403"),
  flow4: vector(
    abi.flow4,
    { head, source: four, destination: other4, ...ports, delta },
    `${HEAD} ${FOUR} ${OTHER4} 1234 5678 0201 0403 ${"00".repeat(16)}`,
  ),
  flow6: vector(
    abi.flow6,
    { head, source: six, destination: other6, ...ports, delta },
    `${HEAD} ${SIX} ${OTHER6} 1234 5678 0201 0403`,
  ),
  local4_key: vector(abi.local4Key, { address: four }, FOUR),
  local6_key: vector(abi.local6Key, { address: six }, SIX),
  device: vector(abi.device, { mac, kind: 2 }, "020000000009 0200"),
  prefix4: vector(abi.prefix4, { address: four, mask: other4 }, `${FOUR} ${OTHER4}`),
  prefix6: vector(abi.prefix6, { address: six, mask: other6 }, `${SIX} ${OTHER6}`),
  settings: vector(
    abi.settings,
    {
      hostNetnsCookie: 0x0102030405060708n,
      node4: four,
      flags: 1,
      node6: six,
      snatPortFirst: 0x1234,
      snatPortLast: 0x5678,
      pods4: Array.from({ length: 4 }, () => ({ address: four, mask: other4 })),
      pods6: Array.from({ length: 4 }, () => ({ address: six, mask: other6 })),
    },
    `0807060504030201 ${FOUR} 01000000 ${SIX} 3412 7856 00000000 ` +
      `${`${FOUR}${OTHER4}`.repeat(4)} ${`${SIX}${OTHER6}`.repeat(4)}`,
  ),
  peer4: vector(
    abi.peer4,
    { frontend: four, backend: other4, frontendPort: 0x1234, backendPort: 0x5678 },
    `${FOUR} ${OTHER4} 1234 5678`,
  ),
  peer6: vector(
    abi.peer6,
    { frontend: six, backend: other6, frontendPort: 0x1234, backendPort: 0x5678 },
    `${SIX} ${OTHER6} 1234 5678`,
  ),
  dialog4_key: vector(
    abi.dialog4Key,
    { cookie: 0x0102030405060708n, address: four, port: 0x1234, side: 2 },
    `0807060504030201 ${FOUR} 1234 0200`,
  ),
  dialog6_key: vector(
    abi.dialog6Key,
    { cookie: 0x0102030405060708n, address: six, port: 0x1234, side: 2 },
    `0807060504030201 ${SIX} 1234 0200 00000000`,
  ),
  dialog4: vector(
    abi.dialog4,
    { address: four, port: 0x1234, backend: 1, generation: 2, seal: 3 },
    `${FOUR} 1234 0000 01000000 02000000 03000000`,
  ),
  dialog6: vector(
    abi.dialog6,
    { address: six, port: 0x1234, backend: 1, generation: 2, seal: 3 },
    `${SIX} 1234 0000 01000000 02000000 03000000`,
  ),
};

describe("structs", () => {
  for (const [name, { codec, value, hex }] of Object.entries(VECTORS)) {
    test(name, () => {
      const bytes = codec.encode(value);
      assert.equal(Buffer.from(bytes).toString("hex"), hex);
      assert.deepEqual(codec.decode(bytes), value);
      const within = codec.encode(value, new Uint8Array(codec.size + 7).fill(0xee), 3);
      assert.equal(Buffer.from(within).toString("hex"), `eeeeee${hex}eeeeeeee`);
      assert.deepEqual(codec.decode(within, 3), value);
    });
  }

  test("each has a vector", () => {
    const codecs = Object.entries(abi).filter(([, value]) => "encode" in value);
    const covered = Object.values(VECTORS).map(({ codec }) => codec);
    for (const [name, codec] of codecs) {
      assert.ok(covered.includes(codec as Codec<unknown>), `${name} has no vector`);
    }
  });

  test("what does not fit its field is refused", () => {
    const codec = abi.service4Key;
    assert.throws(() => codec.encode({ address: six, port: 80, protocol: 6 }), /length/);
    assert.throws(() => codec.encode({ address: four, port: 65_536, protocol: 6 }), /no u16/);
    assert.throws(() => codec.encode({ address: four, port: -1, protocol: 6 }), /no u16/);
    assert.throws(() => codec.encode({ address: four, port: 1.5, protocol: 6 }), /no u16/);
    assert.throws(() => codec.encode({ address: four, port: 1, protocol: 256 }), /no u8/);
    assert.throws(
      () => codec.encode({ address: four, port: 1, protocol: 6 }, new Uint8Array(7)),
      /8/,
    );
    assert.throws(() => codec.decode(new Uint8Array(8), 1), /8 bytes/);
  });
});

test("the tag of a frontend's key", () => {
  const key4 = { address: addressBytes("10.96.0.10"), port: 53, protocol: 17 };
  const key6 = { address: addressBytes("fd00:96::a"), port: 53, protocol: 17 };
  assert.equal(tagOf(abi.service4Key.encode(key4)), 0xe3de92);
  assert.equal(tagOf(abi.service6Key.encode(key6)), 0xb5d4c3);
});

test("the kernel has the maps as the table says", async () => {
  for (const name of ["tc", "sock"]) {
    const path = new URL(`../../out/bpf/${name}.bpf.o`, import.meta.url).pathname;
    const { maps, programs } = await loadObject(path, { programs: [] });
    for (const [map, fd] of Object.entries(maps).filter(([map]) => map in abi.MAPS)) {
      const { type, keySize, valueSize, maxEntries, flags } = mapInfo(fd);
      const wanted = abi.MAPS[map as keyof typeof abi.MAPS];
      assert.deepEqual({ type, keySize, valueSize, maxEntries, flags }, wanted, map);
      assert.ok(map.length <= 15, `${map} is cut by the kernel`);
    }
    for (const fd of [...Object.values(maps), ...Object.values(programs)]) closeFd(fd);
  }
});
