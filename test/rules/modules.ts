/** All TypeScript modules of a tree, and which of its files each import means. */
import { posix } from "node:path";
import { type Import, type Module, readModule } from "./module.ts";
import type { Tree } from "./tree.ts";

export type Modules = ReadonlyMap<string, Module>;

const read = new WeakMap<Tree, Modules>();

export function readModules(tree: Tree): Modules {
  const known = read.get(tree);
  if (known !== undefined) return known;
  const paths = [...tree.keys()].filter((path) => path.endsWith(".ts"));
  const modules = new Map(paths.map((path) => [path, readModule(path, tree.get(path) ?? "")]));
  read.set(tree, modules);
  return modules;
}

/** The tree's path that an import means; undefined for a package or a built-in. */
export function resolveImport(importer: string, { from }: Import): string | undefined {
  return from.startsWith(".") ? posix.join(posix.dirname(importer), from) : undefined;
}

/** "@grpc/grpc-js/x" and "node:fs/promises" are of the packages "@grpc/grpc-js" and "node:fs". */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

const PRODUCT = /^(lib|operator|agent|native|cli|bpf)\//;

/** Tests and what builds and runs them: nothing of it is shipped. */
export function isTest(path: string): boolean {
  return !PRODUCT.test(path) || path.endsWith(".test.ts") || path.includes("/testing/");
}
