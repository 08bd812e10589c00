/**
 * The folder of manifests as it changes in all the ways that folders do; no object is told gone
 * that is there.
 */
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectEvent } from "../objects.ts";
import { ManifestSource } from "./manifest-source.ts";

const DEADLINE_MS = 20_000;

/** A folder, the source on it, and all that the source says. */
class Scene {
  readonly folder: string;
  readonly state: string;
  readonly zones = new Map<string, string>();
  readonly gone: string[] = [];
  readonly batches: number[] = [];
  readonly problems = new Map<string, readonly string[]>();
  synced = 0;
  #source: ManifestSource | undefined;

  private constructor(root: string) {
    this.folder = join(root, "manifests");
    this.state = join(root, "state");
    mkdirSync(this.folder);
  }

  static async create(context: TestContext): Promise<Scene> {
    const root = await mkdtemp(join(tmpdir(), `leat-manifests-${process.pid}-`));
    const scene = new Scene(root);
    context.after(async () => {
      await scene.stop();
      await rm(root, { recursive: true });
    });
    return scene;
  }

  async start(rescanMs = 60_000): Promise<void> {
    this.#source = new ManifestSource({
      folder: this.folder,
      stateFolder: this.state,
      rescanMs,
      observer: { read: () => {}, files: () => {} },
    });
    this.#source.start({
      events: (batch) => {
        this.batches.push(batch.length);
        for (const event of batch) this.#take(event);
      },
      synced: () => this.synced++,
      problem: (thing, reasons) => {
        if (reasons.length > 0) this.problems.set(thing, reasons);
        else this.problems.delete(thing);
      },
    });
  }

  async synchronize(): Promise<void> {
    await this.start();
    await until("synced", () => this.synced > 0);
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
  }

  /** What the source has told, as "name zone" in order. */
  told(): string {
    return [...this.zones]
      .map((pair) => pair.join(" "))
      .sort()
      .join(", ");
  }

  async tells(text: string): Promise<void> {
    await until(text, () => this.told() === text);
  }

  async names(thing: string, reason: RegExp): Promise<void> {
    const text = () => this.problems.get(thing)?.join("; ") ?? "";
    await until(`${thing}: ${reason}`, () => reason.test(text()));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  replace(name: string, text: string): void {
    const draft = join(this.folder, `.${name}.draft`);
    writeFileSync(draft, text);
    renameSync(draft, join(this.folder, name));
  }

  #take(event: ObjectEvent): void {
    if (event.kind !== "Node") return;
    if (event.object === undefined) {
      this.zones.delete(event.key);
      this.gone.push(event.key);
    } else {
      this.zones.set(event.key, event.object.zone);
    }
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not within ${DEADLINE_MS} ms: ${what}`);
    await sleep(5);
  }
}

function node(name: string, zone: string): string {
  const metadata = { name, labels: { "topology.kubernetes.io/zone": zone } };
  return `${JSON.stringify({ apiVersion: "v1", kind: "Node", metadata })}\n`;
}

test("files that come, change and go, by rename, in place and by append", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.json", node("n1", "a"));
  scene.write("notes.txt", "no manifest");
  scene.write(".hidden.yaml", "[");
  await scene.synchronize();
  await scene.tells("n1 a");
  scene.replace("a.json", node("n1", "b"));
  await scene.tells("n1 b");
  scene.write("b.yaml", node("n2", "a"));
  await scene.tells("n1 b, n2 a");
  scene.write("b.yaml", node("n2", "c"));
  await scene.tells("n1 b, n2 c");
  appendFileSync(join(scene.folder, "b.yaml"), `---\n${node("n3", "a")}`);
  await scene.tells("n1 b, n2 c, n3 a");
  rmSync(join(scene.folder, "b.yaml"));
  await scene.tells("n1 b");
  assert.deepEqual(scene.gone.toSorted(), ["n2", "n3"]);
  assert.equal(scene.synced, 1);
  assert.equal(scene.problems.size, 0);
});

test("changes that come together go together", async (context) => {
  const scene = await Scene.create(context);
  await scene.synchronize();
  for (const name of ["n1", "n2", "n3"]) scene.replace(`${name}.json`, node(name, "a"));
  await scene.tells("n1 a, n2 a, n3 a");
  assert.deepEqual(scene.batches, [3]);
});

test("a ConfigMap's folder: links to files behind a link that is replaced", async (context) => {
  const scene = await Scene.create(context);
  const publish = (version: string, zone: string) => {
    mkdirSync(join(scene.folder, `..${version}`));
    scene.write(join(`..${version}`, "a.yaml"), node("n1", zone));
    symlinkSync(`..${version}`, join(scene.folder, "..data_tmp"));
    renameSync(join(scene.folder, "..data_tmp"), join(scene.folder, "..data"));
  };
  publish("v1", "a");
  symlinkSync("..data/a.yaml", join(scene.folder, "a.yaml"));
  await scene.synchronize();
  await scene.tells("n1 a");
  publish("v2", "b");
  await scene.tells("n1 b");
  assert.deepEqual(scene.gone, []);
});

test("a bad file is named, its last good state stays until it is mended", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.yaml", node("n1", "a"));
  await scene.synchronize();
  for (const bad of ["kind: [", "", "# emptied\n", "apiVersion: v1\nkind: Node\nmetadata: x\n"]) {
    scene.write("a.yaml", bad);
    await scene.names("manifest a.yaml", /^line \d+: .*; its last good state stays$/);
    assert.equal(scene.told(), "n1 a");
    scene.write("a.yaml", node("n1", "a"));
    await until("mended", () => scene.problems.size === 0);
  }
  scene.write("b.yaml", "kind: [");
  await scene.names("manifest b.yaml", /nothing of it is served$/);
  rmSync(join(scene.folder, "b.yaml"));
  await until("no longer named", () => scene.problems.size === 0);
  assert.deepEqual(scene.gone, []);
});

test("a file that is gone for an instant only is not told gone", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.yaml", node("n1", "a"));
  await scene.synchronize();
  const path = join(scene.folder, "a.yaml");
  renameSync(path, `${path}~`);
  await sleep(60);
  writeFileSync(path, node("n1", "b"));
  await scene.tells("n1 b");
  assert.deepEqual(scene.gone, []);
});

test("one key in two files: the first by name counts, the other is named", async (context) => {
  const scene = await Scene.create(context);
  scene.write("b.yaml", node("n1", "b"));
  await scene.synchronize();
  scene.write("a.yaml", node("n1", "a"));
  await scene.tells("n1 a");
  await scene.names("manifest b.yaml", /Node n1 is taken from a\.yaml/);
  rmSync(join(scene.folder, "a.yaml"));
  await scene.tells("n1 b");
  await until("no longer named", () => scene.problems.size === 0);
  assert.deepEqual(scene.gone, []);
});

test("a file that is bad at the start: its last good state comes back", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.yaml", node("n1", "a"));
  await scene.synchronize();
  await scene.stop();
  scene.zones.clear();
  scene.write("a.yaml", "kind: [");
  await scene.start();
  await until("synced again", () => scene.synced === 2);
  assert.equal(scene.told(), "n1 a");
  await scene.names("manifest a.yaml", /its last good state stays$/);
});

test("a file that is too large is refused by name, its last good state stays", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.yaml", node("n1", "a"));
  await scene.synchronize();
  truncateSync(join(scene.folder, "a.yaml"), 129 * 1024 * 1024);
  await scene.names(
    "manifest a.yaml",
    /^is larger than 128 MiB: refused; its last good state stays$/,
  );
  assert.equal(scene.told(), "n1 a");
});

test("a folder that is replaced, or away for a while", async (context) => {
  const scene = await Scene.create(context);
  scene.write("a.yaml", node("n1", "a"));
  await scene.start(200);
  await scene.tells("n1 a");
  renameSync(scene.folder, `${scene.folder}.old`);
  await scene.names(`folder ${scene.folder}`, /cannot be read: ENOENT.*what was read before stays/);
  assert.equal(scene.told(), "n1 a");
  mkdirSync(scene.folder);
  scene.write("a.yaml", node("n1", "b"));
  await scene.tells("n1 b");
  await until("no longer named", () => scene.problems.size === 0);
  assert.deepEqual(scene.gone, []);
});

test("a folder that is not there at the start: nothing is synced until it is", async (context) => {
  const scene = await Scene.create(context);
  rmSync(scene.folder, { recursive: true });
  await scene.start(200);
  await scene.names(`folder ${scene.folder}`, /ENOENT/);
  assert.equal(scene.synced, 0);
  mkdirSync(scene.folder);
  await until("synced", () => scene.synced === 1);
});
