/** What the datapath refuses: it names the thing, and what was there serves on. */
import assert from "node:assert/strict";
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { closeFd, MAP_TYPE, mapCreate, mapInfo, objGet, objPin } from "../../../native/index.ts";
import { eventually } from "../../harness/deadline.ts";
import { CAPACITIES, type Host, HostError, TestNode } from "./node.ts";
import { buildObjects, WORDS } from "./objects.ts";
import { addRoutedPod, addUplink, pinnedLinks } from "./pods.ts";
import { startTraffic } from "./traffic.ts";

let node: TestNode;
let pod: string;
let objects: string;

before(async () => {
  node = await TestNode.make();
  objects = await buildObjects(node.folder, { generation: 0 });
  await addUplink(node);
  pod = await addRoutedPod(node, 5);
  const host = node.host({ objects });
  await host.open();
  await host.call("storeWord", 4000, 77);
  await host.kill();
});
after(() => node.destroy());

/** Kernel ids of the pinned maps: a map made anew has another. */
function mapIds(): Record<string, number> {
  const folder = join(node.bpffs, "maps");
  const ids = readdirSync(folder).map((name): [string, number] => {
    const fd = objGet(join(folder, name));
    try {
      return [name, mapInfo(fd).id];
    } finally {
      closeFd(fd);
    }
  });
  return Object.fromEntries(ids);
}

async function refusalOf(host: Host): Promise<HostError> {
  try {
    await host.call("openStores");
  } catch (error) {
    assert.ok(error instanceof HostError);
    return error;
  } finally {
    await host.kill();
  }
  throw new Error("openStores was not refused");
}

test("a wrong size is refused by name, and nothing is lost", async () => {
  const maps = mapIds();
  const links = pinnedLinks(node);
  const capacities = { ...CAPACITIES, slots: 8192, flows: 128 };
  const { code, message } = await refusalOf(node.host({ objects, capacities }));
  assert.equal(code, "pin-mismatch");
  assert.match(message, /pinned map slots_v1 has room for elements 4096, .* need 8192/);
  assert.match(message, /pinned map flows4_v1 .* 128, .* need 256/);
  assert.doesNotMatch(message, /services4_v1/);
  assert.deepEqual(mapIds(), maps);
  assert.deepEqual(pinnedLinks(node), links);

  const host = node.host({ objects });
  const status = await host.open();
  assert.equal(status.state, "serving", status.problem);
  assert.equal(await host.word(4000), 77);
  await host.kill();
});

test("another layout under a name of ours is refused, and no missing map is made", async () => {
  const path = join(node.bpffs, "maps", "services4_v1");
  const kept = objGet(path);
  rmSync(path);
  rmSync(join(node.bpffs, "maps", "drops_v1"));
  const shape = { type: MAP_TYPE.HASH, keySize: 12, valueSize: 8, maxEntries: 64 };
  const other = mapCreate({ ...shape, name: "other" });
  objPin(other, path);
  const { code, message } = await refusalOf(node.host({ objects }));
  assert.equal(code, "pin-mismatch");
  assert.match(message, /^pinned map services4_v1 has a key of bytes 12, .* need 8$/);
  assert.equal(mapIds()["drops_v1"], undefined);
  rmSync(path);
  objPin(kept, path);
  for (const fd of [kept, other]) closeFd(fd);
});

test("what is pinned under a map's name and is no map is refused", async () => {
  const path = join(node.bpffs, "maps", "devices_v1");
  const kept = objGet(path);
  rmSync(path);
  const link = objGet(join(node.bpffs, "links", "cgroup-connect4"));
  objPin(link, path);
  const { code, message } = await refusalOf(node.host({ objects }));
  assert.equal(code, "pin-foreign");
  assert.match(message, /maps\/devices_v1 is no map/);
  rmSync(path);
  objPin(kept, path);
  for (const fd of [kept, link]) closeFd(fd);
});

test("programs that the verifier refuses leave the old ones serving", async () => {
  const refused = await buildObjects(node.folder, { generation: 1, refused: true });
  const links = pinnedLinks(node);
  const host = node.host({ objects: refused });
  const status = await host.open();
  assert.equal(status.state, "degraded");
  assert.match(status.problem, /cannot load .*tc\.bpf\.o.*outside of the packet/s);
  assert.equal(status.replacementFailures, 1);
  assert.deepEqual(pinnedLinks(node), links);
  assert.deepEqual(node.generations(), [status.generation]);
  const answer = (await host.call("replace")) as { replaced: boolean; problem: string };
  assert.equal(answer.replaced, false);

  const before = await host.word(WORDS.podIngress);
  const traffic = await startTraffic(pod, "172.30.0.1");
  const sent = await traffic.stop();
  await eventually({ what: "the old programs count" }, async () => {
    return (await host.word(WORDS.podIngress)) - before >= sent;
  });
  await addRoutedPod(node, 6);
  await eventually({ what: "a new pod has the old programs" }, async () => {
    const { hooks } = await host.status();
    return hooks.some(({ target, generation }) => target === "p6" && generation !== "");
  });
  await host.kill();
});

test("directories that will not do are refused by name", async () => {
  const plain = join(node.folder, "plain");
  const noBpf = await refusalOf(node.host({ objects, bpffs: plain }));
  assert.equal(noBpf.code, "bpffs-unfit");
  assert.match(noBpf.message, /is not on a BPF file system; mount one/);
  const noCgroup = await refusalOf(node.host({ objects, cgroup: node.folder }));
  assert.equal(noCgroup.code, "cgroup-unfit");
  assert.match(noCgroup.message, /is not on a cgroup2 file system/);
});

test("the pins' directories are closed to others", async () => {
  const open = join(node.folder, "bpf", "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  const host = node.host({ objects, bpffs: open });
  await host.call("openStores");
  await host.kill();
  for (const path of [open, join(open, "maps"), join(open, "links"), join(open, "programs")]) {
    assert.equal(lstatSync(path).mode & 0o777, 0o700, path);
  }
});
