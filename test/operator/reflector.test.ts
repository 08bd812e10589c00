/**
 * The reflector against an API server that misbehaves: the state converges, and nothing is deleted
 * that is there. Each case watches every event: an object that was never deleted at the server must
 * never be told gone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sendStatus } from "../fake-apiserver/fake-api-server.ts";
import { on, Scene, SETTINGS, service, until } from "./scene.ts";

for (const watchLists of [true, false, "ignored"] as const) {
  test(`lists, watches, and asks as it should; streamed lists: ${watchLists}`, async (context) => {
    const scene = await Scene.create(context);
    scene.server.watchLists = watchLists;
    const labels = { "service.kubernetes.io/headless": "" };
    const { spec, metadata } = service(200);
    scene.server.store.put("services", { metadata: { ...metadata, labels }, spec });
    await scene.start();
    scene.server.store.delete("services", "default/web-200");
    await scene.converged();
    const how = watchLists === true ? "streamed" : "paged";
    await until("watching", () => scene.server.watchers("services") === 1);
    assert.deepEqual(
      scene.lists.toSorted(),
      ["endpointslices", "nodes", "services"].map((name) => `${name} ${how}`),
    );
    scene.server.store.put("services", service(1, "10.96.9.9"));
    scene.server.store.put("services", service(99));
    scene.server.store.delete("services", "default/web-2");
    await scene.converged();
    assert.deepEqual(scene.gone, ["Service default/web-2"]);
    for (const { verb, query } of scene.server.requests) {
      if (verb === "list") assert.equal(query.get("limit"), "7");
      else assert.equal(query.get("allowWatchBookmarks"), "true");
      const seconds = Number(query.get("timeoutSeconds") ?? "300");
      assert.ok(seconds >= 300 && seconds <= 600);
    }
  });
}

test("429 is waited out as long as Retry-After says", async (context) => {
  const scene = await Scene.create(context);
  let refusedAt = 0;
  scene.server.fault(
    on("watch", (_, response) => {
      refusedAt = Date.now();
      sendStatus(response, 429, "too many requests", { "retry-after": "2" });
      return true;
    }),
  );
  await scene.start();
  await scene.converged();
  const waited = Date.now() - refusedAt;
  assert.ok(waited >= 2000, `came back after ${waited} ms`);
  assert.ok(scene.failures.includes("services throttled"));
});

test("410 during a watch: a new list, and only what is gone is told gone", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  scene.server.isMute = true;
  scene.server.store.delete("services", "default/web-4");
  scene.server.store.put("services", service(5, "10.96.5.55"));
  scene.server.store.compact();
  scene.server.isMute = false;
  scene.server.drop("services", "end");
  await scene.converged();
  assert.deepEqual(scene.gone, ["Service default/web-4"]);
  assert.ok(scene.failures.includes("services expired"), scene.failures.join());
});

test("pages that expire before they are fetched: one whole list", async (context) => {
  const scene = await Scene.create(context);
  scene.server.watchLists = false;
  scene.server.fault(({ verb, query }, response) => {
    if (verb !== "list" || query.get("continue") === null) return false;
    sendStatus(response, 410, "the continue token has expired");
    return true;
  }, 100);
  await scene.start();
  await scene.converged();
  const lists = scene.server.requests.filter(
    ({ verb, collection }) => verb === "list" && collection === "services",
  );
  assert.equal(lists.at(-1)?.query.get("limit"), null);
});

test("an empty list after there were objects is held, and forgotten later", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  const objects = [...scene.server.store.objects("services").values()];
  scene.server.store.replaceSilently("services", []);
  scene.server.store.compact();
  scene.server.drop("services", "end");
  await until("held", () => scene.heldDeletions.includes(30));
  assert.match(scene.problems.get("deletion of services")?.join() ?? "", /lacks 30 of 30/);
  scene.server.store.replaceSilently("services", objects);
  await until("over", () => scene.problems.get("deletion of services")?.length === 0);
  await scene.converged();
  assert.deepEqual(scene.gone, []);
});

test("an empty list that a second list confirms is believed", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  scene.server.store.replaceSilently("services", []);
  scene.server.store.compact();
  const began = Date.now();
  scene.server.drop("services", "end");
  await scene.converged();
  assert.equal(scene.gone.length, 30);
  assert.ok(Date.now() - began >= SETTINGS.holdMs);
});

test("while a mass deletion is held, changes still come through", async (context) => {
  const scene = await Scene.create(context);
  await scene.start({ holdMs: 600_000 });
  await scene.converged();
  scene.server.store.replaceSilently("services", []);
  scene.server.store.compact();
  scene.server.drop("services", "end");
  await until("held", () => scene.heldDeletions.includes(30));
  await until("watching", () => scene.server.watchers("services") === 1);
  scene.server.store.put("services", service(77));
  await until("the new one is here", () => scene.held.has("Service default/web-77"));
  assert.deepEqual(scene.gone, []);
});

test("a server that is silent is noticed and left", async (context) => {
  const scene = await Scene.create(context);
  await scene.start({ inactivityMs: 1000 });
  await scene.converged();
  scene.server.isMute = true;
  scene.server.store.put("services", service(6, "10.96.6.66"));
  scene.server.isMute = false;
  await scene.converged();
  assert.ok(scene.failures.includes("services stalled"), scene.failures.join());
  assert.deepEqual(scene.gone, []);
});

test("bookmarks keep a quiet watch alive, and move it on", async (context) => {
  const scene = await Scene.create(context);
  await scene.start({ inactivityMs: 1000 });
  await scene.converged();
  await until("watching", () => scene.server.watchers("services") === 1);
  const watches = () => scene.server.requests.filter(({ collection }) => collection === "services");
  const before = watches().length;
  scene.server.store.setVersion(9000);
  for (let count = 0; count < 8; count++) {
    scene.server.bookmark("services", 9000);
    await sleep(250);
  }
  assert.equal(watches().length, before);
  scene.server.drop("services", "end");
  await until("a new watch", () => watches().length > before);
  assert.equal(watches().at(-1)?.query.get("resourceVersion"), "9000");
});

test("duplicate events change nothing, older ones are not believed", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  await until("watching", () => scene.server.watchers("services") === 1);
  const old = scene.server.store.objects("services").get("default/web-7");
  scene.server.store.put("services", service(7, "10.96.7.70"));
  const last = scene.server.store.objects("services").get("default/web-7");
  scene.server.send("services", { type: "MODIFIED", object: last });
  scene.server.send("services", { type: "DELETED", object: old });
  await until("noticed", () => scene.failures.includes("services backwards"));
  await scene.converged();
  assert.deepEqual(scene.gone, []);
});

test("resourceVersions that go backwards, as after a restored backup", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  await until("watching", () => scene.server.watchers("services") === 1);
  const objects = [...scene.server.store.objects("services").values()].slice(0, 28);
  scene.server.store.setVersion(5);
  scene.server.store.replaceSilently("services", objects);
  scene.server.bookmark("services", 40);
  await scene.converged();
  assert.deepEqual(scene.gone.toSorted(), ["Service default/web-28", "Service default/web-29"]);
  scene.server.store.put("services", service(1, "10.96.1.11"));
  await scene.converged();
});

test("an object that cannot be read is named, and what was known of it stays", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  const odd = { metadata: service(8).metadata, spec: { clusterIP: "10.96.0.8", ports: "none" } };
  scene.server.store.put("services", odd);
  await until("named", () => scene.problems.has("Service default/web-8"));
  assert.match(
    scene.problems.get("Service default/web-8")?.join() ?? "",
    /spec\.ports must be a list/,
  );
  scene.server.store.compact();
  scene.server.drop("services", "end");
  await until(
    "listed again",
    () => scene.lists.filter((list) => list.startsWith("services")).length > 1,
  );
  await scene.converged();
  assert.deepEqual(scene.gone, []);
});

test("a server that is away and comes back at the same port", async (context) => {
  const scene = await Scene.create(context);
  await scene.start();
  await scene.converged();
  const { port } = scene.server;
  await scene.server.stop();
  await until("noticed", () => scene.failures.length > 6);
  scene.server.store.put("services", service(9, "10.96.9.99"));
  await scene.server.start(port);
  await scene.converged();
  assert.deepEqual(scene.gone, []);
});
