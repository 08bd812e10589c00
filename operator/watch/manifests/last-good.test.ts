/** Last good states on disk: whole or not at all. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LastGood } from "./last-good.ts";

async function create(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), `leat-last-good-${process.pid}-`));
  context.after(() => rm(folder, { recursive: true }));
  const store = new LastGood(folder);
  await store.open();
  return { store, folder };
}

test("what was saved is loaded; of what was not, nothing is", async (context) => {
  const { store, folder } = await create(context);
  const bytes = Buffer.from("kind: Service\n{}\n");
  await store.save("a/../b.yaml", bytes);
  assert.deepEqual(await store.load("a/../b.yaml"), bytes);
  assert.equal(await store.load("c.yaml"), undefined);
  const [name = ""] = await readdir(folder);
  assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
});

test("a flipped byte anywhere is found, the file set aside", async (context) => {
  const { store, folder } = await create(context);
  await store.save("a.yaml", Buffer.from("kind: Service\n"));
  const [name = ""] = await readdir(folder);
  const path = join(folder, name);
  const whole = await readFile(path);
  for (let index = 0; index < whole.length; index++) {
    const damaged = Buffer.from(whole);
    damaged[index] = (damaged[index] ?? 0) ^ 0x01;
    await writeFile(path, damaged);
    await assert.rejects(store.load("a.yaml"), { code: "last-good-damaged" }, `byte ${index}`);
    assert.equal(await store.load("a.yaml"), undefined);
  }
  await writeFile(path, "");
  await assert.rejects(store.load("a.yaml"), { code: "last-good-damaged" });
});

test("what is kept of other files is removed", async (context) => {
  const { store, folder } = await create(context);
  await store.save("a.yaml", Buffer.from("a"));
  await store.save("b.yaml", Buffer.from("b"));
  await store.retain(["b.yaml"]);
  assert.equal((await readdir(folder)).length, 1);
  assert.deepEqual(await store.load("b.yaml"), Buffer.from("b"));
});
