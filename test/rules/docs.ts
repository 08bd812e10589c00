/**
 * What the documents name exists: paths, targets, links. A document that lies is worse than none.
 */
import { posix } from "node:path";
import { linesOf, type Offence, type Tree } from "./tree.ts";

const ARCHITECTURE = "ARCHITECTURE.md";

/** A path in backquotes: it has a slash, or is the name of a file at the root. */
const PATH = /`(\.?[\w@-]+\/[\w./@*-]*|[A-Z]\w*\.md|Makefile|\w+\.json)`/g;
const LINK = /\]\((?!\w+:|#)([^)#\s]+)/g;
const TARGET = /`make ([a-z][a-z-]*)/g;

/** Not in the tree, and named all the same: made by a build or by the kernel. */
const ELSEWHERE = /^(out|node_modules|BPFFS)\//;

export function deadPaths(tree: Tree): Offence[] {
  return documents(tree).flatMap(([path, text]) =>
    matches(text, PATH)
      .filter(({ match }) => !ELSEWHERE.test(match) && !exists(tree, match))
      .map(({ match, line }) => ({ path, line, message: `there is no ${match}` })),
  );
}

export function deadLinks(tree: Tree): Offence[] {
  return documents(tree).flatMap(([path, text]) =>
    matches(text, LINK)
      .filter(({ match }) => !exists(tree, posix.join(posix.dirname(path), match)))
      .map(({ match, line }) => ({ path, line, message: `there is no ${match}` })),
  );
}

/**
 * Targets that a document names and the Makefile lacks; and the Makefile's that no document names.
 */
export function targets(tree: Tree): Offence[] {
  const makefile = tree.get("Makefile") ?? "";
  const made = [...makefile.matchAll(/^([a-z-]+):.*##/gm)].map(([, name = ""]) => name);
  const named = documents(tree).flatMap(([path, text]) =>
    matches(text.replaceAll(/^ {4}make /gm, "`make "), TARGET).map((found) => ({ path, ...found })),
  );
  const missing = named
    .filter(({ match }) => !made.includes(match))
    .map(({ path, match, line }) => ({ path, line, message: `there is no target ${match}` }));
  const untold = made
    .filter((name) => !named.some(({ match }) => match === name))
    .map((name) => ({ path: "Makefile", line: 0, message: `no document tells of ${name}` }));
  return [...missing, ...untold];
}

/** Every folder of code has its place in the code map. */
export function codeMap(tree: Tree): Offence[] {
  const text = tree.get(ARCHITECTURE) ?? "";
  const folders = new Set(
    [...tree.keys()]
      .filter((path) => /\.(ts|c|h|cc)$/.test(path))
      .map((path) => posix.dirname(path)),
  );
  return [...folders]
    .filter((folder) => folder !== "." && !text.includes(`\`${folder}/`))
    .map((folder) => ({ path: ARCHITECTURE, line: 0, message: `the code map lacks ${folder}/` }));
}

function documents(tree: Tree): [string, string][] {
  return [...tree].filter(([path]) => path.endsWith(".md"));
}

function matches(text: string, pattern: RegExp): { match: string; line: number }[] {
  return linesOf(text).flatMap((line, index) =>
    [...line.matchAll(pattern)].map(([, match = ""]) => ({ match, line: index + 1 })),
  );
}

/** A file, a folder, or a pattern with a star that fits one. */
function exists(tree: Tree, wanted: string): boolean {
  const path = wanted.replace(/\/$/, "");
  return [...tree.keys()].some(
    (one) => one === path || one.startsWith(`${path}/`) || posix.matchesGlob(one, path),
  );
}
