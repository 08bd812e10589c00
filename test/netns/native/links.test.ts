/** Links, pins and filters by the addon, on devices and a cgroup of the test's own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmdirSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  ATTACH_TYPE,
  closeFd,
  LINK_FLAG,
  LINK_TYPE,
  linkCreate,
  linkDetach,
  linkInfo,
  linkUpdate,
  type LoadedObject,
  loadObject,
  mapLookup,
  objGet,
  objPin,
  progInfo,
  progQuery,
} from "../../../native/index.ts";
import { dumpLinks } from "../../../native/rtnetlink.ts";
import { tcAddClsact, tcDeleteFilter, tcFilters, tcSetFilter } from "../../../native/tc.ts";
import { cgroupRoot } from "../../harness/cgroups.ts";
import {
  closeObject,
  type Fixture,
  halves,
  makeFixture,
  refusedWith,
  required,
  TEST_LABEL,
  words,
} from "./fixture.ts";
import { isIsolated } from "./isolated.ts";

const NO_DEVICE = 0x7fff_fff0;
const { TCX_INGRESS, CGROUP_INET4_CONNECT, XDP } = ATTACH_TYPE;

if (isIsolated(import.meta.url)) {
  let fixture: Fixture;
  let first: LoadedObject;
  let second: LoadedObject;
  let ifindex = 0;

  const tc = (object: LoadedObject): number => required(object.programs, "probe_tc");
  const idOf = (object: LoadedObject): number => progInfo(tc(object)).id;

  before(async () => {
    fixture = await makeFixture();
    first = await loadObject(fixture.object);
    second = await loadObject(fixture.object);
    execFileSync("ip", ["link", "add", "probe", "type", "veth", "peer", "name", "other"]);
    ifindex = dumpLinks().find(({ name }) => name === "probe")?.ifindex ?? 0;
  });
  after(async () => {
    for (const object of [first, second]) closeObject(object);
    await fixture.close();
  });

  test("a link that cannot be is refused, with what the kernel says of it", () => {
    const progFd = tc(first);
    const attachType = TCX_INGRESS;
    refusedWith("ENODEV", "linkCreate", () => {
      linkCreate({ progFd, target: NO_DEVICE, attachType });
    });
    refusedWith("EINVAL", "linkCreate", () => linkCreate({ progFd, target: -1, attachType }));
    refusedWith("EINVAL", "linkCreate", () => {
      linkCreate({ progFd, target: ifindex, attachType: 9999 });
    });
    refusedWith("EINVAL", "linkInfo", () => linkInfo(progFd));
    refusedWith("EBADF", "linkInfo", () => linkInfo(999_999));
    refusedWith("EBADF", "linkUpdate", () => linkUpdate(999_999, progFd));
    refusedWith("ENOENT", "objGet", () => objGet(join(fixture.bpffs, "absent")));
    refusedWith("EPERM", "objPin", () => objPin(progFd, join(fixture.bpffs, "with.dot")));
    refusedWith("EINVAL", "objGet", () => objGet("with\0zero"));
  });

  test("a tcx link attaches, is replaced in place, and detaches for good", () => {
    const place = { target: ifindex, attachType: TCX_INGRESS, flags: LINK_FLAG.BEFORE };
    const link = linkCreate({ ...place, progFd: tc(first) });
    const { id } = linkInfo(link);
    const told = { id, type: LINK_TYPE.TCX, attachType: TCX_INGRESS, cgroupId: 0n };
    assert.deepEqual(linkInfo(link), { ...told, ifindex, progId: idOf(first) });
    linkUpdate(link, tc(second), tc(first));
    assert.deepEqual(linkInfo(link), { ...told, ifindex, progId: idOf(second) });
    refusedWith("EPERM", "linkUpdate", () => linkUpdate(link, tc(second), tc(first)));
    linkDetach(link);
    assert.equal(linkInfo(link).ifindex, 0);
    refusedWith("ENOLINK", "linkUpdate", () => linkUpdate(link, tc(first)));
    closeFd(link);
  });

  test("the order of a hook's programs is as asked for", () => {
    const place = { target: ifindex, attachType: TCX_INGRESS };
    const last = linkCreate({ ...place, progFd: tc(first) });
    const ahead = linkCreate({ ...place, progFd: tc(second), flags: LINK_FLAG.BEFORE });
    const { progIds, linkIds, revision } = progQuery(ifindex, TCX_INGRESS);
    assert.deepEqual(progIds, [idOf(second), idOf(first)]);
    assert.deepEqual(linkIds, [linkInfo(ahead).id, linkInfo(last).id]);
    assert.ok(revision > 0n);
    for (const link of [last, ahead]) closeFd(link);
    assert.deepEqual(progQuery(ifindex, TCX_INGRESS).progIds, []);
  });

  test("a pinned link outlives its descriptor; a device's end makes it defunct", () => {
    const path = join(fixture.bpffs, "link");
    execFileSync("ip", ["link", "add", "gone", "type", "veth", "peer", "name", "gone2"]);
    const target = dumpLinks().find(({ name }) => name === "gone")?.ifindex ?? 0;
    const link = linkCreate({ progFd: tc(first), target, attachType: TCX_INGRESS });
    objPin(link, path);
    closeFd(link);
    assert.deepEqual(progQuery(target, TCX_INGRESS).progIds, [idOf(first)]);
    const again = objGet(path);
    assert.equal(linkInfo(again).ifindex, target);
    execFileSync("ip", ["link", "del", "gone"]);
    assert.equal(linkInfo(again).ifindex, 0);
    refusedWith("ENOLINK", "linkUpdate", () => linkUpdate(again, tc(second)));
    closeFd(again);
  });

  test("an XDP link attaches and is replaced", () => {
    const xdp = (object: LoadedObject): number => required(object.programs, "probe_xdp");
    const flags = LINK_FLAG.XDP_SKB_MODE;
    const link = linkCreate({ progFd: xdp(first), target: ifindex, attachType: XDP, flags });
    const info = linkInfo(link);
    assert.deepEqual([info.type, info.ifindex], [LINK_TYPE.XDP, ifindex]);
    linkUpdate(link, xdp(second));
    assert.equal(linkInfo(link).progId, progInfo(xdp(second)).id);
    closeFd(link);
  });

  test("a cgroup's link runs for its processes, and tells the cgroup", async () => {
    const group = join(await cgroupRoot(), TEST_LABEL);
    mkdirSync(group);
    const folder = openSync(group, "r");
    try {
      const progFd = required(first.programs, "probe_connect");
      const attachType = CGROUP_INET4_CONNECT;
      const link = linkCreate({ progFd, target: folder, attachType });
      const info = linkInfo(link);
      assert.equal(info.type, LINK_TYPE.CGROUP);
      assert.equal(info.attachType, attachType);
      assert.equal(info.cgroupId, statSync(group, { bigint: true }).ino);
      assert.deepEqual(progQuery(folder, attachType).progIds, [progInfo(progFd).id]);
      const wordsFd = required(first.maps, "words_v1");
      const script = 'echo $$ > "$1" && exec 3<>/dev/tcp/127.0.0.1/9';
      const dial = (): void => {
        assert.throws(() => execFileSync("bash", ["-c", script, "bash", `${group}/cgroup.procs`]));
      };
      const before = mapLookup(wordsFd, halves(0));
      await refusedConnect();
      assert.deepEqual(mapLookup(wordsFd, halves(0)), before, "not ours");
      dial();
      const runs = new BigUint64Array(before?.slice().buffer ?? new ArrayBuffer(8))[0] ?? 0n;
      assert.deepEqual(mapLookup(wordsFd, halves(0)), words(Number(runs) + 1));
      closeFd(link);
      dial();
      assert.deepEqual(mapLookup(wordsFd, halves(0)), words(Number(runs) + 1));
    } finally {
      closeSync(folder);
      rmdirSync(group);
    }
  });

  test("a clsact filter is set, replaced in place and removed", () => {
    const place = { ifindex, direction: "egress", priority: 3, handle: 0x1ea7 } as const;
    refusedWith("EINVAL", "netlinkRequest", () => tcSetFilter(place, tc(first), "probe"));
    assert.deepEqual(tcFilters(ifindex, "egress"), []);
    assert.equal(tcDeleteFilter(place), false);
    tcAddClsact(ifindex);
    tcAddClsact(ifindex);
    tcSetFilter(place, tc(first), "probe");
    tcSetFilter({ ...place, priority: 2, handle: 1 }, tc(second), "ahead");
    tcSetFilter(place, tc(second), "probe");
    assert.deepEqual(tcFilters(ifindex, "egress"), [
      { ...place, priority: 2, handle: 1, name: "ahead", progId: idOf(second) },
      { ...place, name: "probe", progId: idOf(second) },
    ]);
    assert.deepEqual(tcFilters(ifindex, "ingress"), []);
    assert.equal(tcDeleteFilter(place), true);
    assert.equal(tcFilters(ifindex, "egress").length, 1);
    refusedWith("ENODEV", "netlinkRequest", () => tcAddClsact(NO_DEVICE));
    assert.equal(tcDeleteFilter({ ...place, ifindex: NO_DEVICE }), false);
  });
}

/** A connection of this process, which is in another cgroup. */
function refusedConnect(): Promise<void> {
  return new Promise((resolve) => {
    connect(9, "127.0.0.1").on("error", () => resolve());
  });
}
