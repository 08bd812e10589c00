/** The open port: answers by path, and what it does not answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../lib/log.ts";
import { checkAnswer, HttpServer, jsonAnswer } from "./http-server.ts";

test("routes answer; other paths, methods and failures are told apart", async (context) => {
  let address = { port: 0 };
  const write = (line: string) => {
    const fields = JSON.parse(line) as { address?: typeof address };
    if (fields.address !== undefined) address = fields.address;
  };
  const server = new HttpServer({
    host: "127.0.0.1",
    port: 0,
    log: createLogger({ name: "operator", write }),
    routes: {
      "/livez": () => checkAnswer([]),
      "/readyz": () => checkAnswer(["not yet read: nodes", "not yet read: services"]),
      "/problems": () => jsonAnswer([{ thing: "x" }]),
      "/broken": () => {
        throw new Error("broken");
      },
    },
  });
  await server.start();
  context.after(() => server.stop());
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${address.port}${path}`, { method });
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await ask("/livez?verbose"), [200, "ok\n"]);
  assert.deepEqual(await ask("/livez", "HEAD"), [200, ""]);
  assert.deepEqual(await ask("/readyz"), [503, "not yet read: nodes\nnot yet read: services\n"]);
  assert.deepEqual(JSON.parse(String((await ask("/problems"))[1])), [{ thing: "x" }]);
  assert.equal((await ask("/livez", "POST"))[0], 405);
  assert.equal((await ask("/constructor"))[0], 404);
  assert.equal((await ask("/broken"))[0], 500);
});
