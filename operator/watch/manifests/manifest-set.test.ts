/** Files together: whose object counts, and that the way there does not matter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { presentEvent } from "../objects.ts";
import { project } from "../project.ts";
import { ManifestSet } from "./manifest-set.ts";
import type { ManifestObject } from "./parse-object.ts";

function node(name: string, zone = ""): ManifestObject {
  const metadata = { name, labels: { "topology.kubernetes.io/zone": zone } };
  return { event: presentEvent("Node", project("Node", { metadata })), line: 1 };
}

function told(set: ManifestSet, file: string, objects?: readonly ManifestObject[]) {
  return set.replace(file, objects, new Set()).map(({ key, object }) => {
    return `${key} ${object === undefined ? "gone" : "zone" in object ? object.zone : ""}`;
  });
}

test("the first file by name counts; the other is told, and steps in when it goes", () => {
  const set = new ManifestSet();
  assert.deepEqual(told(set, "b.yaml", [node("n", "from-b")]), ["n from-b"]);
  assert.deepEqual(told(set, "a.yaml", [node("n", "from-a")]), ["n from-a"]);
  assert.deepEqual(set.shadows("b.yaml"), [
    "line 1: Node n is taken from a.yaml, which has it too",
  ]);
  assert.deepEqual(told(set, "c.yaml", [node("n", "from-c")]), []);
  assert.deepEqual(told(set, "a.yaml"), ["n from-b"]);
  assert.deepEqual(set.shadows("b.yaml"), []);
  assert.deepEqual(set.shadows("c.yaml"), [
    "line 1: Node n is taken from b.yaml, which has it too",
  ]);
  assert.deepEqual(told(set, "b.yaml", []), ["n from-c"]);
  assert.deepEqual(told(set, "c.yaml"), ["n gone"]);
});

test("files whose shadows change are gathered", () => {
  const set = new ManifestSet();
  set.replace("b.yaml", [node("n")], new Set());
  const touched = new Set<string>();
  set.replace("a.yaml", [node("n")], touched);
  assert.deepEqual(touched, new Set(["a.yaml", "b.yaml"]));
});

test("property: what counts follows from the files alone", () => {
  const file = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    nodes: fc.option(fc.uniqueArray(fc.constantFrom("x", "y", "z")), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 12 }), (steps) => {
      const set = new ManifestSet();
      const counts = new Map<string, string>();
      const files = new Map<string, readonly string[]>();
      for (const [index, { name, nodes }] of steps.entries()) {
        const objects = nodes?.map((own) => node(own, `${name}${index}`));
        for (const event of set.replace(name, objects, new Set())) {
          if (event.kind === "Node" && event.object)
            counts.set(event.key, event.object.zone[0] ?? "");
          else counts.delete(event.key);
        }
        if (nodes === undefined) files.delete(name);
        else files.set(name, nodes);
      }
      const expected = new Map<string, string>();
      for (const [name, nodes] of [...files].sort(([a], [b]) => (a > b ? -1 : 1))) {
        for (const own of nodes) expected.set(own, name);
      }
      assert.deepEqual(counts, expected);
    }),
  );
});
