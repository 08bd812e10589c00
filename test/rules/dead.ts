/**
 * What nothing uses: files that no other names, exports that no other imports, packages, tests
 * no suite runs.
 */
import { matchesGlob } from "node:path";
import { basename, extname } from "node:path/posix";
import { SUITES } from "../runner/suites.ts";
import type { Module } from "./module.ts";
import { isTest, type Modules, packageOf, resolveImport } from "./modules.ts";
import { hasExtension, isGenerated, type Offence, type Tree } from "./tree.ts";

/** A stand-in for tests that lives beside what it stands for. */
const STAND_IN = /(^|\/)(fake|faulty)-[^/]*\.ts$/;

/**
 * A file lives when another imports it, or names it: in a string, a script, the Makefile. A test,
 * and a stand-in, keep nothing of the product alive. Tests themselves are run by their suite.
 */
export function deadFiles(tree: Tree, modules: Modules): Offence[] {
  const checked = [...tree.keys()].filter(
    (path) =>
      hasExtension(path, ".ts", ".h", ".sh") && !path.endsWith(".test.ts") && !isGenerated(path),
  );
  const speakers = [...tree].map(([path, text]) => ({ path, says: namesIn(path, text, modules) }));
  return checked
    .filter((path) => !speakers.some((speaker) => keepsAlive(speaker, path)))
    .map((path) => ({ path, line: 0, message: "dead: no other file imports or names it" }));
}

interface Speaker {
  readonly path: string;
  /** Paths it imports, and whatever text of it may name a file. */
  readonly says: { readonly imported: ReadonlySet<string>; readonly text: string };
}

function keepsAlive({ path, says }: Speaker, candidate: string): boolean {
  if (path === candidate || (isOnlyTest(path) && !isTest(candidate) && !STAND_IN.test(candidate)))
    return false;
  return says.imported.has(candidate) || says.text.includes(basename(candidate));
}

/** The Makefile and the like are for all. */
function isOnlyTest(path: string): boolean {
  return path.endsWith(".ts") && isTest(path);
}

function namesIn(path: string, text: string, modules: Modules): Speaker["says"] {
  const module = modules.get(path);
  if (module === undefined) return { imported: new Set(), text: isProse(path) ? "" : text };
  const imported = module.imports.map((one) => resolveImport(path, one) ?? "");
  return { imported: new Set(imported), text: module.strings.join("\n") };
}

function isProse(path: string): boolean {
  return [".md", ".json", ".yaml"].includes(extname(path)) && path !== "package.json";
}

/** A type may be exported for the signature it stands in; a value is exported for someone. */
export function unusedExports(modules: Modules): Offence[] {
  const wanted = new Set<string>();
  for (const [path, { imports }] of modules) {
    for (const one of imports) {
      for (const name of one.names) wanted.add(`${resolveImport(path, one) ?? one.from} ${name}`);
    }
  }
  return [...modules]
    .filter(([path]) => !isGenerated(path))
    .flatMap(([path, module]) => unusedOf(path, module, wanted));
}

function unusedOf(path: string, { exports }: Module, wanted: ReadonlySet<string>): Offence[] {
  return exports
    .filter(({ name, isType }) => !isType && name !== "default")
    .filter(({ name }) => !wanted.has(`${path} ${name}`) && !wanted.has(`${path} *`))
    .map(({ name, line }) => ({
      path,
      line,
      message: `nothing imports ${name}: do not export it`,
    }));
}

/** Each test file is in one suite, so that none is forgotten and none runs twice. */
export function lonelyTests(tree: Tree): Offence[] {
  return [...tree.keys()]
    .filter((path) => path.endsWith(".test.ts"))
    .flatMap((path) => {
      const names = SUITES.filter(({ globs }) => globs.some((glob) => matchesGlob(path, glob)));
      const message = `in ${names.length} suites of test/runner/suites.ts: one is wanted`;
      return names.length === 1 ? [] : [{ path, line: 0, message }];
    });
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Runs or is read without being imported. */
const TOOLS = new Set([
  "@biomejs/biome",
  "oxlint",
  "oxlint-tsgolint",
  "typescript",
  "node-addon-api",
]);

/** Versions are exact; what is declared is imported, what only tests import is of the tests. */
export function packages(tree: Tree, modules: Modules): Offence[] {
  const manifest = JSON.parse(tree.get("package.json") ?? "{}") as Manifest;
  const { dependencies = {}, devDependencies = {} } = manifest;
  const path = "package.json";
  const inexact = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^(npm:[^ ]+@)?\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => ({ path, line: 0, message: `${name} is not pinned: ${version}` }));
  const importers = (wanted: (path: string) => boolean): Set<string> =>
    new Set(
      [...modules]
        .filter(([importer]) => wanted(importer))
        .flatMap(([, { imports, strings }]) => [...imports.map(({ from }) => from), ...strings])
        .map(packageOf),
    );
  const everywhere = importers(() => true);
  const product = importers((importer) => !isTest(importer));
  const unused = [
    ...Object.keys(dependencies).filter((name) => !product.has(name)),
    ...Object.keys(devDependencies).filter((name) => !everywhere.has(name) && !isTool(name)),
  ].map((name) => ({ path, line: 0, message: `nothing imports ${name}` }));
  return [...inexact, ...unused];
}

function isTool(name: string): boolean {
  return TOOLS.has(name) || name.startsWith("@types/");
}
