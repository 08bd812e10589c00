/** Finds where a module crosses a boundary. */
import type { Boundary } from "./boundaries.ts";
import type { Import, Module } from "./module.ts";
import { isTest, type Modules, packageOf, resolveImport } from "./modules.ts";
import { isGenerated, type Offence } from "./tree.ts";

export function crossings(modules: Modules, boundary: Boundary): Offence[] {
  return [...modules]
    .filter(([path]) => binds(boundary, path))
    .flatMap(([path, module]) => [
      ...importCrossings(path, module, boundary),
      ...useCrossings(path, module, boundary),
      ...stringCrossings(path, module, boundary),
    ]);
}

function binds({ binds: bound, except, testsToo }: Boundary, path: string): boolean {
  if (isGenerated(path) || !bound.test(path) || except?.test(path) === true) return false;
  return testsToo === true || !isTest(path);
}

function importCrossings(path: string, { imports }: Module, boundary: Boundary): Offence[] {
  return imports
    .filter((one) => !(one.typeOnly && boundary.typesAreFree === true))
    .filter(({ names }) => names.length === 0 || !names.every((name) => isHarmless(boundary, name)))
    .filter((one) => boundary.imports?.test(targetOf(path, one)) === true)
    .map((one) => ({ path, line: one.line, message: `imports ${one.from}: ${boundary.why}` }));
}

function isHarmless({ harmless = [] }: Boundary, name: string): boolean {
  return harmless.includes(name);
}

function targetOf(path: string, one: Import): string {
  return resolveImport(path, one) ?? packageOf(one.from);
}

function useCrossings(path: string, { uses }: Module, boundary: Boundary): Offence[] {
  return uses
    .filter(({ name }) => boundary.uses?.test(name) === true)
    .map(({ name, line }) => ({ path, line, message: `uses ${name}: ${boundary.why}` }));
}

function stringCrossings(path: string, { strings }: Module, boundary: Boundary): Offence[] {
  return strings
    .filter((text) => boundary.strings?.test(text) === true)
    .map((text) => ({ path, line: 0, message: `says "${text}": ${boundary.why}` }));
}
