/** Manifests as text: what is taken, and what is wrong with the line on which it stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseFile } from "./parse-file.ts";

async function read(name: string, text: string | Buffer) {
  const { objects, faults, notes } = await parseFile(name, Buffer.from(text));
  return {
    keys: objects.map(({ event, line }) => `${event.kind} ${event.key} @${line}`),
    faults: faults.map(({ line, reason }) => `${line}: ${reason}`),
    notes: notes.map(({ line, reason }) => `${line}: ${reason}`),
  };
}

function service(name: string, port: unknown = 80): object {
  const spec = { clusterIP: "10.96.0.1", ports: [{ port }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" }, spec };
}

const YAML = `# The shop.
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.0.1
---
# Only a comment.
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints:
  - addresses: ["10.244.0.1"]
--- # another
apiVersion: v1
kind: Node
metadata: {name: node-1}
...
`;

test("several documents a file, comments and empty documents among them", async () => {
  assert.deepEqual(await read("shop.yaml", YAML), {
    keys: ["Service default/web @1", "EndpointSlice default/web-1 @10", "Node node-1 @17"],
    faults: [],
    notes: [],
  });
});

test("JSON: objects one after another, and Lists of all kinds", async () => {
  const list = { apiVersion: "v1", kind: "List", items: [service("b"), service("c")] };
  const { apiVersion: _, kind: __, ...bare } = service("d") as Record<string, unknown>;
  const typed = { apiVersion: "v1", kind: "ServiceList", metadata: {}, items: [bare] };
  const text = [service("a"), list, typed].map((value) => JSON.stringify(value)).join("\n");
  assert.deepEqual((await read("shop.json", text)).keys, [
    "Service shop/a @1",
    "Service shop/b @2",
    "Service shop/c @2",
    "Service shop/d @3",
  ]);
});

test("a List in YAML, in block and in flow style, before or after its kind", async () => {
  const block = `apiVersion: v1
items:
- apiVersion: v1
  kind: Service
  metadata: {name: a}
# between
- kind: Service
  apiVersion: v1
  metadata:
    name: b
    annotations:
      text: |
        - not an item
kind: List
`;
  assert.deepEqual((await read("a.yml", block)).keys, [
    "Service default/a @3",
    "Service default/b @7",
  ]);
  const flow = `kind: List\napiVersion: v1\nitems: [${JSON.stringify(service("c"))}]\n`;
  assert.deepEqual((await read("a.yml", flow)).keys, ["Service shop/c @1"]);
});

test("other kinds are named and left out, the rest of the file is taken", async () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: v1beta1
kind: Service
metadata: {name: old}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
`;
  assert.deepEqual(await read("a.yaml", text), {
    keys: ["Node node-1 @8"],
    faults: [],
    notes: [
      "1: ConfigMap (v1) is not a kind that is read here: left out",
      "4: Service (v1beta1) is not a kind that is read here: left out",
    ],
  });
});

const BAD: Record<string, [string, string, RegExp]> = {
  "YAML that is cut off": ["a.yaml", "kind: Service\nmetadata: [oops\n", /^[23]: .*\]/],
  "a tab as indentation": ["a.yaml", "kind: Service\nmetadata:\n\tname: a\n", /^3: .*[Tt]ab/],
  "a key given twice": ["a.yaml", "kind: Service\nkind: Node\n", /^2: .*unique/],
  "an alias that leads nowhere": ["a.yaml", "kind: Service\nmetadata: *none\n", /^[12]: .*none/],
  "a type that is wrong": [
    "a.yaml",
    `${YAML}---\n${yamlPort("http")}`,
    /^30: .*ports\[0\]\.port must/,
  ],
  "a name that is missing": [
    "a.yaml",
    "kind: Node\napiVersion: v1\nmetadata: {}\n",
    /^3: .*name must/,
  ],
  "a name that is none": ["a.yaml", yamlPort("80").replace("name: a", "name: a|b"), /^4: .*"a\|b"/],
  "no kind": ["a.yaml", "apiVersion: v1\n", /^1: has no kind/],
  "a document that is text": ["a.yaml", "just text\n", /^1: is no object/],
  "JSON that is cut off": ["a.json", '{"kind":\n"Service"', /^2: .*middle of a value/],
  "JSON with a comma too many": ["a.json", '{"kind": "Service",\n"a": 1,\n}', /^3: not JSON/],
  "JSON that is no object": ["a.json", "[1]", /^1: .*object/],
  "JSON with a wrong type": [
    "a.json",
    JSON.stringify({ kind: "List", items: [service("a"), service("b", "x")] }, undefined, 1),
    /^31: Service: spec\.ports\[0\]\.port must be a whole number/,
  ],
  "an empty file": ["a.yaml", "", /^1: holds no object: taken for half-written/],
  "a file of comments": ["a.yaml", "# nothing\n---\n", /^1: holds no object/],
  "empty JSON": ["a.json", "\n", /^1: holds no object/],
};

function yamlPort(port: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: a
spec:
  ports:
    - protocol: TCP
      port: ${port}
`;
}

for (const [name, [file, text, expected]] of Object.entries(BAD)) {
  test(`${name}: named with its line`, async () => {
    const { faults } = await read(file, text);
    assert.match(faults[0] ?? "", expected);
  });
}

test("bytes that are no text", async () => {
  const { faults } = await read("a.yaml", Buffer.from([0x61, 0xff, 0xfe]));
  assert.match(faults[0] ?? "", /not UTF-8/);
});

test("an empty List is nothing on purpose", async () => {
  for (const [name, text] of [
    ["a.json", '{"kind":"List","apiVersion":"v1","items":[]}'],
    ["a.yaml", "kind: List\napiVersion: v1\nitems: []\n"],
  ] as const) {
    assert.deepEqual(await read(name, text), { keys: [], faults: [], notes: [] });
  }
});

test("an object that stands twice counts once, and is named", async () => {
  const text = `${yamlPort("80")}---\n${yamlPort("81")}`;
  const { keys, notes } = await read("a.yaml", text);
  assert.deepEqual(keys, ["Service default/a @1"]);
  assert.deepEqual(notes, ["9: Service default/a stands on line 1 already: left out"]);
});

test("what did not change is not parsed again: the same text, the same object", async () => {
  const text = (port: number) =>
    `${yamlPort("80")}---\n${yamlPort(String(port)).replace("name: a", "name: b")}`;
  const first = await parseFile("a.yaml", Buffer.from(text(81)));
  const second = await parseFile("a.yaml", Buffer.from(`# moved\n${text(82)}`), first.pieces);
  assert.deepEqual(
    second.objects.map(({ line }) => line),
    [1, 10],
  );
  assert.notEqual(first.objects[0]?.event, second.objects[0]?.event, "its text changed");
  const third = await parseFile("a.yaml", Buffer.from(text(83)), first.pieces);
  assert.equal(third.objects[0]?.event, first.objects[0]?.event);
  assert.notEqual(third.objects[1]?.event, first.objects[1]?.event);
});

test("remarks are bounded", async () => {
  const text = Array.from({ length: 50 }, () => "apiVersion: v1\n").join("---\n");
  const { faults } = await read("a.yaml", text);
  assert.equal(faults.length, 9);
  assert.match(faults[8] ?? "", /and 42 more/);
});

test("a large file does not hold up the event loop", async () => {
  const documents = Array.from({ length: 1500 }, (_, index) =>
    yamlPort("80").replace("name: a", `name: a${index}`),
  );
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const { objects } = await parseFile("a.yaml", Buffer.from(documents.join("---\n")));
  delay.disable();
  assert.equal(objects.length, 1500);
  assert.ok(delay.max < 500e6, `held up for ${delay.max / 1e6} ms`);
});
