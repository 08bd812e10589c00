/** Boundaries: no module crosses one, and each is seen to catch a crossing planted for it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BOUNDARIES } from "./boundaries.ts";
import { crossings } from "./deps.ts";
import { readModules } from "./modules.ts";
import { assertNone, readTree } from "./tree.ts";

/** For each boundary, by the order they stand in: files that cross it, each by one text. */
const PLANTED: readonly (readonly (readonly [path: string, text: string])[])[] = [
  [["operator/serve/a.ts", `import { KubeConfig } from "@kubernetes/client-node";`]],
  [
    ["operator/serve/a.ts", `import protobuf from "protobufjs/minimal.js";`],
    ["test/stream/a.ts", `import { leat } from "../../lib/wire/gen/leat.js";`],
  ],
  [["operator/watch/a.ts", `import * as grpc from "@grpc/grpc-js";`]],
  [
    ["agent/maps/a.ts", `import { createRequire } from "node:module";`],
    ["agent/maps/a.ts", "load(`out/native/leat.node`);"],
  ],
  [
    ["agent/reconcile/a.ts", `import { mapLookup } from "../../native/index.ts";`],
    ["agent/reconcile/a.ts", `const native = await import("../../native/index.ts");`],
    ["cli/a.ts", `export { mapLookup } from "../native/index.ts";`],
  ],
  [["native/a.ts", `import { LeatError } from "../lib/errors.ts";`]],
  [["agent/select/a.test.ts", `import { a } from "../../operator/model/a.ts";`]],
  [["operator/model/a.ts", `import type { A } from "../../agent/maps/store.ts";`]],
  [["lib/a.ts", `import { a } from "../agent/a.ts";`]],
  [["cli/a.ts", `import { a } from "../agent/maps/store.ts";`]],
  [
    ["lib/model/a.ts", `import { readFileSync } from "node:fs";`],
    ["lib/model/a.ts", `import { isIP, connect } from "node:net";`],
    ["agent/desired/a.ts", "console.log(1);"],
    ["operator/model/a.ts", "setTimeout(() => {}, 1);"],
  ],
  [
    ["agent/select/a.ts", "const a = Math.random();"],
    ["agent/select/a.ts", "const a = new Date();"],
    ["agent/select/a.ts", "const { now } = performance;"],
  ],
  [
    ["agent/datapath/a.ts", "const { env } = process; process.env;"],
    ["operator/main.ts", "process.argv.slice(2);"],
  ],
  [["agent/datapath/a.ts", `import { Backoff } from "../../lib/backoff.ts";`]],
  [["agent/a.ts", `import { pino } from "pino";`]],
  [["operator/watch/a.ts", `console.error("oh");`]],
  [["agent/reconcile/a.ts", `import { Counter } from "prom-client";`]],
  [["operator/a.ts", `import { Command } from "commander";`]],
  [["test/netns/a.test.ts", `import { start } from "../../agent/main.ts";`]],
  [
    ["agent/a.ts", `import { createFakeStores } from "./maps/fake-stores.ts";`],
    ["lib/a.ts", `import { figure } from "../test/figures.ts";`],
  ],
];

const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  ["lib/model/address.ts", `import { isIP } from "node:net"; isIP("::");`],
  ["agent/reconcile/a.ts", `import type { Fd } from "../../native/index.ts";`],
  ["agent/select/a.ts", "const a = { Date: 1, console: 2 }; a.Date; a.console;"],
  ["agent/config.ts", "parse(process.argv, process.env);"],
  ["agent/desired/a.test.ts", "console.log(new Date(), process.env);"],
  ["agent/maps/kernel-a.ts", `import { mapLookup } from "../../native/index.ts";`],
];

const project = readModules(readTree());

test("each boundary has crossings planted", () => {
  assert.equal(PLANTED.length, BOUNDARIES.length);
  assert.ok(PLANTED.every((files) => files.length > 0));
});

BOUNDARIES.forEach((boundary, index) => {
  describe(boundary.why, () => {
    test("in this project", () => assertNone(crossings(project, boundary)));

    test("and a crossing is caught", () => {
      for (const file of PLANTED[index] ?? []) {
        const found = crossings(readModules(new Map([file])), boundary);
        assert.equal(found.length, 1, JSON.stringify({ file, found }));
      }
    });

    test("and no more than that", () => {
      assertNone(crossings(readModules(new Map(ALLOWED)), boundary));
    });
  });
});
