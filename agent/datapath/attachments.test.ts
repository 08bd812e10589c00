/** Hooks in memory: what is set, what is refused, and that a swap is all or nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NativeError } from "../../native/error.ts";
import { Attachments, type SocketHooks } from "./attachments.ts";
import type { DeviceHooks, DevicePlace } from "./device-hooks.ts";
import type { Device } from "./devices.ts";
import type { Generation, Program } from "./generation.ts";
import { ALL_PROGRAMS, CGROUP_PROGRAMS } from "./hooks.ts";

const EINVAL = 22;
const ENODEV = 19;

function generation(number: number): Generation {
  const programs = ALL_PROGRAMS.map((name, index): [string, Program] => {
    return [name, { name, fd: 0, id: number * 100 + index }];
  });
  return { number, digest: "0", programs: new Map(programs) };
}

/** Hooks in memory. `refuse` names places (a program, or "ifindex/direction") and their errno. */
class FakeHooks {
  readonly running = new Map<string, number>();
  readonly refuse = new Map<string, number>();
  sets = 0;

  #set(place: string, { id }: Program): boolean {
    const errno = this.refuse.get(place);
    if (errno !== undefined) throw new NativeError("linkUpdate", errno);
    if (this.running.get(place) === id) return false;
    this.sets++;
    this.running.set(place, id);
    return true;
  }

  readonly cgroup: SocketHooks = {
    path: "/group",
    programId: (name) => this.running.get(name) ?? 0,
    set: (program) => this.#set(program.name, program),
    close: () => {},
  };

  readonly devices: DeviceHooks = {
    method: "tcx",
    restore: () => {},
    held: () =>
      [...this.running.keys()].flatMap((key) => /^(\d+)\//.exec(key)?.[1] ?? []).map(Number),
    programId: (place) => this.running.get(keyOf(place)) ?? 0,
    set: (place, program) => this.#set(keyOf(place), program),
    remove: (place) => this.running.delete(keyOf(place)),
    close: () => {},
  };
}

function keyOf({ ifindex, direction }: DevicePlace): string {
  return `${ifindex}/${direction}`;
}

function device(ifindex: number, kind: Device["kind"]): Device {
  return { ifindex, name: `d${ifindex}`, kind, why: "", mac: new Uint8Array(6) };
}

function started(): { hooks: FakeHooks; attachments: Attachments; first: Generation } {
  const hooks = new FakeHooks();
  const attachments = new Attachments(hooks.cgroup, hooks.devices);
  const first = generation(1);
  attachments.setDevices([device(2, "node"), device(3, "pod"), device(4, "none")]);
  attachments.apply(first);
  return { hooks, attachments, first };
}

test("apply hooks the cgroup and both directions of each device that carries programs", () => {
  const { hooks, attachments, first } = started();
  const places = [
    ...Object.keys(CGROUP_PROGRAMS),
    "2/ingress",
    "2/egress",
    "3/ingress",
    "3/egress",
  ];
  assert.deepEqual([...hooks.running.keys()], places);
  assert.equal(hooks.running.get("3/ingress"), first.programs.get("tc_pod_ingress")?.id);
  assert.equal(hooks.running.get("2/egress"), first.programs.get("tc_node_egress")?.id);
  assert.equal(attachments.apply(first), 0);
  assert.ok(attachments.status().every(({ problem }) => problem === ""));
});

test("what is confirmed is looked at again only when it is doubted", () => {
  const { hooks, attachments, first } = started();
  hooks.running.set("3/ingress", 0);
  assert.equal(attachments.apply(first), 0);
  attachments.doubt(2);
  assert.equal(attachments.apply(first), 0);
  attachments.doubt(3);
  assert.equal(attachments.apply(first), 1);
  hooks.running.set("connect4", 0);
  attachments.doubt();
  assert.equal(attachments.apply(first), 1);
});

test("a device of another kind gets its programs in place, one of none lets go", () => {
  const { hooks, attachments, first } = started();
  attachments.setDevices([device(2, "pod"), device(4, "none")]);
  attachments.apply(first);
  assert.equal(hooks.running.get("2/ingress"), first.programs.get("tc_pod_ingress")?.id);
  assert.equal(hooks.running.has("3/ingress"), false);
  assert.equal(hooks.running.has("3/egress"), false);
});

test("a hook that refuses is a problem of its own, and the others are set", () => {
  const { hooks, attachments, first } = started();
  hooks.refuse.set("5/ingress", EINVAL);
  attachments.setDevices([device(2, "node"), device(3, "pod"), device(5, "pod")]);
  attachments.apply(first);
  const problems = attachments.status().filter(({ problem }) => problem !== "");
  assert.deepEqual(
    problems.map(({ hook, target, problem, programId }) => [hook, target, problem, programId]),
    [["tc_pod_ingress", "d5", "linkUpdate: EINVAL", 0]],
  );
  assert.ok((hooks.running.get("5/egress") ?? 0) > 0);
  hooks.refuse.clear();
  attachments.apply(first);
  assert.ok(attachments.status().every(({ problem }) => problem === ""));
});

test("a device that goes meanwhile is no problem", () => {
  const { hooks, attachments, first } = started();
  hooks.refuse.set("5/ingress", ENODEV);
  attachments.setDevices([device(5, "pod")]);
  attachments.apply(first);
  assert.ok(attachments.status().every(({ problem }) => problem === ""));
});

test("swap replaces every program", () => {
  const { hooks, attachments, first } = started();
  const second = generation(2);
  attachments.swap(second, first);
  assert.ok([...hooks.running.values()].every((id) => id >= 200));
  assert.equal(attachments.apply(second), 0);
});

test("a swap that is refused half-way puts the old programs back everywhere", () => {
  const { hooks, attachments, first } = started();
  const before = new Map(hooks.running);
  hooks.refuse.set("3/ingress", EINVAL);
  assert.throws(() => attachments.swap(generation(2), first), {
    code: "attach-failed",
    message: "cannot replace tc_pod_ingress on d3",
  });
  assert.deepEqual(hooks.running, before);
});

test("a hook that carried nothing does not keep the others from their new programs", () => {
  const { hooks, attachments, first } = started();
  hooks.refuse.set("5/ingress", EINVAL);
  attachments.setDevices([device(3, "pod"), device(5, "pod")]);
  attachments.apply(first);
  attachments.swap(generation(2), first);
  assert.ok((hooks.running.get("3/ingress") ?? 0) >= 200);
  assert.equal(attachments.status().filter(({ problem }) => problem !== "").length, 1);
});

test("a generation without a program is named", () => {
  const { attachments } = started();
  attachments.doubt();
  attachments.apply({ number: 2, digest: "0", programs: new Map() });
  const [first] = attachments.status();
  assert.equal(first?.problem, "the objects have no program connect4");
});
