/**
 * Broken answers of an API server, to lists and to watches: the state converges, and nothing is
 * told gone.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Fault, sendStatus } from "../fake-apiserver/fake-api-server.ts";
import { on, Scene, service, until } from "./scene.ts";

const BROKEN: Record<string, Fault> = {
  "500": (_, response) => {
    sendStatus(response, 500, "etcd is away");
    return true;
  },
  "503 with a page": (_, response) => {
    response.writeHead(503, { "content-type": "text/html" });
    response.end("<html><body>try later</body></html>");
    return true;
  },
  "200 with a page": (_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><body>sign in</body></html>");
    return true;
  },
  "200 with a page that calls itself JSON": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("<html><body>sign in</body></html>");
    return true;
  },
  "cut off JSON": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      '{"kind":"ServiceList","metadata":{"resourceVersion":"500"},"items":[{"metadata":{"na',
    );
    return true;
  },
  "a body cut off by a reset": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"kind":"ServiceList","items":[', () => response.socket?.resetAndDestroy());
    return true;
  },
  "another kind's list": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"kind":"PodList","metadata":{"resourceVersion":"500"},"items":[]}');
    return true;
  },
  "a reset": (_, response) => {
    response.socket?.resetAndDestroy();
    return true;
  },
  "a slow body": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"kind":');
    const drip = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(drip));
    return true;
  },
  "410": (_, response) => {
    sendStatus(response, 410, "too old");
    return true;
  },
  "403": (_, response) => {
    sendStatus(response, 403, "services is forbidden");
    return true;
  },
};
describe("broken answers", { concurrency: 6 }, () => {
  for (const [name, fault] of Object.entries(BROKEN)) {
    for (const watchLists of [true, false]) {
      test(`${name} to lists and watches (streamed lists: ${watchLists})`, async (context) => {
        const scene = await Scene.create(context);
        scene.server.watchLists = watchLists;
        scene.server.fault(on("list", fault), 2);
        scene.server.fault(on("watch", fault), 3);
        await scene.start({ inactivityMs: 1000 });
        await until("the faults were met", () => scene.failures.length >= 3);
        await scene.converged();
        // And once more with everything known: it must stay known.
        await until("watching", () => scene.server.watchers("services") === 1);
        scene.server.fault(on("watch", fault), 4);
        scene.server.drop("services", "reset");
        scene.server.store.put("services", service(3, "10.96.7.7"));
        await scene.converged();
        assert.deepEqual(scene.gone, []);
        await until(
          "the problem is over",
          () => scene.problems.get("watch of services")?.length === 0,
        );
      });
    }
  }
});
