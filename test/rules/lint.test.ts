/**
 * Types, lint and format of every language: nothing is found, and each linter is seen to find
 * what is planted.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { findingsOf, LINTERS } from "./linters.ts";
import { readTree } from "./tree.ts";

const project = readTree();
const folder = mkdtempSync(join(tmpdir(), `leat-lint-${process.pid}-`));
after(() => rmSync(folder, { recursive: true }));

for (const { name, command, commandFor, planted } of LINTERS) {
  describe(name, () => {
    test("in this project", async () => {
      const findings = await findingsOf(command(project));
      assert.ok(findings === "", findings);
    });

    test("and a fault is found", async () => {
      const file = join(folder, planted[0]);
      writeFileSync(file, planted[1]);
      assert.match(await findingsOf(commandFor(file)), new RegExp(planted[0]));
    });
  });
}
