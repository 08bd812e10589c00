/**
 * Tidy: sizes, words, heads, licences, and nothing dead. Each rule is seen to catch an offence
 * planted for it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as dead from "./dead.ts";
import { readModules } from "./modules.ts";
import * as sizes from "./sizes.ts";
import { assertNone, type Offence, readTree, type Tree } from "./tree.ts";
import * as words from "./words.ts";

interface Rule {
  readonly name: string;
  readonly find: (tree: Tree) => Offence[];
  /** Each entry is a tree in which the rule finds one offence. */
  readonly planted: readonly Readonly<Record<string, string>>[];
  /** Each entry is a tree in which it finds none. */
  readonly allowed: readonly Readonly<Record<string, string>>[];
}

const HEAD = "/** A head. */\n";
const SUITE_IMPORT = `import { b } from "./b.ts"; b();\n`;

function body(lines: number): string {
  return "  a();\n".repeat(lines);
}

const RULES: readonly Rule[] = [
  {
    name: "files have at most 400 lines",
    find: sizes.fileSizes,
    planted: [{ "lib/a.ts": "a();\n".repeat(401) }, { "bpf/a.h": "\n".repeat(401) }],
    allowed: [{ "lib/a.ts": "a();\n".repeat(400), "lib/wire/gen/b.ts": "b();\n".repeat(1000) }],
  },
  {
    name: "lines have at most 100 columns",
    find: sizes.lineLengths,
    planted: [{ "lib/a.ts": `// ${"x".repeat(98)}\n` }, { "bpf/a.h": `${"\t".repeat(12)}abcde\n` }],
    allowed: [{ "lib/a.ts": `// ${"x".repeat(97)}\n`, "README.md": "x".repeat(300) }],
  },
  {
    name: "functions have at most 70 lines",
    find: (tree) => sizes.functionSizes(readModules(tree)),
    planted: [
      { "lib/a.ts": `function f() {\n${body(69)}}\n` },
      { "lib/a.test.ts": `test("b", () => {\n${body(69)}});\n` },
      { "lib/a.ts": `function f() {\n  test();\n${body(68)}}\n` },
      { "lib/a.ts": `class A {\n  m() {\n${body(69)}  }\n}\n` },
      { "lib/a.ts": `const f = () => {\n  g(\`}\${{}}\`, /}/);\n${body(68)}};\n` },
    ],
    allowed: [
      { "lib/a.ts": `function f() {\n${body(68)}}\n` },
      { "lib/a.test.ts": `describe("a", () => {\n  test("b", b);\n${body(100)}});\n` },
      { "lib/a.test.ts": `function f() {\n  for (;;) test("b", b);\n${body(100)}}\n` },
    ],
  },
  {
    name: "C functions have at most 75 lines",
    find: sizes.cFunctionSizes,
    planted: [
      { "bpf/a.h": `int f(void)\n{\n${"\ta();\n".repeat(74)}}\n` },
      { "native/src/a.cc": `class A {\n\tint f()\n\t{\n${"\t\ta();\n".repeat(74)}\t}\n};\n` },
    ],
    allowed: [
      { "bpf/a.h": `int f(void)\n{\n${"\ta();\n".repeat(73)}}\n` },
      { "native/src/a.cc": `namespace\n{\n${"int a;\n".repeat(100)}}\n` },
    ],
  },
  {
    name: "no text is banned",
    find: words.bannedTexts,
    planted: [
      { "lib/a.ts": "// TODO: later\n" },
      { "lib/a.test.ts": `test.skip("a", () => {});\n` },
      { "lib/a.ts": "// oxlint-disable-next-line no-console\n" },
      { "lib/a.ts": "// @ts-ignore\n" },
      { "README.md": `served by ${["registry", "npmjs", "org"].join(".")}\n` },
      { "docs/a.md": "cd /home/someone/leat\n" },
      { "lib/a.ts": `open("${import.meta.dirname.replace(/\/test\/rules$/, "")}/out");\n` },
      { "ARCHITECTURE.md": "see line 12 of it\n" },
    ],
    allowed: [{ "lib/a.ts": "// oxlint-disable-next-line no-console -- the cli prints\n" }],
  },
  {
    name: "no name is banned",
    find: words.bannedNames,
    planted: [{ "lib/utils.ts": "" }, { "lib/map-helpers.ts": "" }, { "lib/common/a.ts": "" }],
    allowed: [{ "lib/database.ts": "", "lib/commoner.ts": "" }],
  },
  {
    name: "variables are called by whole words",
    find: (tree) => words.bannedVariables(readModules(tree)),
    planted: [{ "lib/a.ts": "export const svc = 1;\n" }, { "lib/a.ts": "f((addr) => 1);\n" }],
    allowed: [{ "lib/a.ts": `f({ req: 1, "svc": a.res });\n` }],
  },
  {
    name: "each file begins by saying what it is",
    find: words.headComments,
    planted: [
      { "lib/a.ts": `import "node:fs";\n` },
      { "setup/a.sh": "#!/bin/bash\nset -e\n" },
      { "bpf/a.h": "/* SPDX-License-Identifier: X */\n#pragma once\n" },
    ],
    allowed: [{ "lib/a.ts": HEAD, "setup/a.sh": "#!/bin/bash\n# It.\n", "bpf/a.h": "/* It. */\n" }],
  },
  {
    name: "BPF code names both licences",
    find: words.licenceLines,
    planted: [{ "bpf/a.h": "/* SPDX-License-Identifier: GPL-2.0-only */\n" }],
    allowed: [{ "native/src/a.h": "" }],
  },
  {
    name: "no file is dead",
    find: (tree) => dead.deadFiles(tree, readModules(tree)),
    planted: [
      { "lib/a.ts": HEAD },
      { "lib/a.ts": HEAD, "lib/a.test.ts": `import { a } from "./a.ts";\n` },
      { "bpf/include/a.h": "" },
      { "setup/a.sh": "", "README.md": "run setup/a.sh\n" },
    ],
    allowed: [
      {
        "lib/b.ts": HEAD,
        "cli/main.ts": SUITE_IMPORT.replace("./", "../lib/"),
        Makefile: "cli/main.ts",
      },
      { "lib/fake-b.ts": HEAD, "lib/c.test.ts": `import { a } from "./fake-b.ts";\n` },
      { "bpf/a.h": "", "bpf/b.bpf.c": `#include "a.h"\n` },
      { "test/harness/a.ts": HEAD, "test/netns/b.test.ts": `run("../harness/a.ts");\n` },
    ],
  },
  {
    name: "each exported value is imported",
    find: (tree) => dead.unusedExports(readModules(tree)),
    planted: [
      { "lib/b.ts": "export function b() {}\n" },
      { "lib/b.ts": "export function b() {}\nexport const c = 1;\n", "lib/a.ts": SUITE_IMPORT },
    ],
    allowed: [
      { "lib/b.ts": "export function b() {}\nexport interface C {}\n", "lib/a.ts": SUITE_IMPORT },
      { "lib/b.ts": "export class B {}\n", "lib/a.ts": `const { B } = await import("./b.ts");\n` },
    ],
  },
  {
    name: "each test is in one suite",
    find: dead.lonelyTests,
    planted: [{ "setup/a.test.ts": "" }],
    allowed: [{ "lib/model/a.test.ts": "", "test/bpf/deep/a.test.ts": "" }],
  },
  {
    name: "packages are pinned and imported",
    find: (tree) => dead.packages(tree, readModules(tree)),
    planted: [
      { "package.json": `{"dependencies":{"a":"^1.0.0"}}`, "lib/a.ts": `import "a";\n` },
      { "package.json": `{"dependencies":{"a":"1.0.0"}}`, "lib/a.test.ts": `import "a";\n` },
      { "package.json": `{"devDependencies":{"a":"1.0.0"}}` },
    ],
    allowed: [
      { "package.json": `{"dependencies":{"a":"1.0.0"}}`, "lib/a.ts": `import "a/deep.js";\n` },
      { "package.json": `{"dependencies":{"a":"npm:@b/c@1.0.0"}}`, "lib/a.ts": `import "a";\n` },
    ],
  },
];

const project = readTree();

for (const { name, find, planted, allowed } of RULES) {
  describe(name, () => {
    test("in this project", () => assertNone(find(project)));

    test("and an offence is caught", () => {
      for (const files of planted) {
        const found = find(new Map(Object.entries(files)));
        assert.equal(found.length, 1, JSON.stringify({ files, found }));
      }
    });

    test("and no more than that", () => {
      for (const files of allowed) assertNone(find(new Map(Object.entries(files))));
    });
  });
}
