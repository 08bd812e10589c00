/**
 * The documents are true as far as a test can tell: each rule is seen to catch a lie
 * planted for it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeMap, deadLinks, deadPaths, targets } from "./docs.ts";
import { assertNone, type Offence, readTree, type Tree } from "./tree.ts";

interface Rule {
  readonly name: string;
  readonly find: (tree: Tree) => Offence[];
  readonly planted: readonly Readonly<Record<string, string>>[];
  readonly allowed: Readonly<Record<string, string>>;
}

const RULES: readonly Rule[] = [
  {
    name: "paths exist",
    find: deadPaths,
    planted: [
      { "A.md": "See `lib/gone.ts`.\n" },
      { "A.md": "See `gone/`.\n" },
      { "A.md": "`GONE.md`\n" },
    ],
    allowed: { "A.md": "`lib/a.ts` in `lib/`, `lib/*.ts`, `A.md`; `out/a`\n", "lib/a.ts": "" },
  },
  {
    name: "links lead somewhere",
    find: deadLinks,
    planted: [{ "docs/A.md": "[b](B.md)\n", "B.md": "" }],
    allowed: { "docs/A.md": "[b](../B.md#x), [c](#y), [d](https://example.org/)\n", "B.md": "" },
  },
  {
    name: "targets exist, and none is untold",
    find: targets,
    planted: [
      { "A.md": "Run `make gone`.\n" },
      { "A.md": "    make gone\n" },
      { Makefile: "untold: base ## does\n", "A.md": "" },
    ],
    allowed: {
      "A.md": "`make told` and\n\n    make too\n",
      Makefile: "told: ## a\ntoo: ## b\nx:\n",
    },
  },
  {
    name: "the code map is whole",
    find: codeMap,
    planted: [{ "ARCHITECTURE.md": "`lib/`\n", "lib/wire/a.ts": "" }],
    allowed: { "ARCHITECTURE.md": "`lib/wire/`\n", "lib/wire/a.ts": "", "a.ts": "" },
  },
];

const project = readTree();

for (const { name, find, planted, allowed } of RULES) {
  describe(name, () => {
    test("in this project", () => assertNone(find(project)));

    test("and a lie is caught", () => {
      for (const files of planted) {
        const found = find(new Map(Object.entries(files)));
        assert.equal(found.length, 1, JSON.stringify({ files, found }));
      }
    });

    test("and no more than that", () => assertNone(find(new Map(Object.entries(allowed)))));
  });
}
