/**
 * Is node_modules what package-lock.json says? Compares version and integrity of every module with
 * what npm noted at install. Exit 0: yes. Exit 1: no, and standard error names the first
 * difference.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A module as lock files describe it. */
interface Module {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly libc?: string | readonly string[];
}

/** By path; "" is the project itself. */
export type Modules = Readonly<Record<string, Module>>;

/** What differs, in words; undefined where nothing does. */
export function firstDifference(wanted: Modules, installed: Modules): string | undefined {
  for (const [path, module] of Object.entries(wanted)) {
    const found = installed[path];
    if (path === "" || (found === undefined && isForeign(module))) continue;
    if (found === undefined) return `${path} is missing`;
    if (found.version !== module.version || found.integrity !== module.integrity) {
      return `${path} is ${found.version ?? "of no version"}, not ${module.version ?? "any"}`;
    }
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is not in the lock`;
}

/** Of an optional module: whether it is for another machine than this one. */
function isForeign({ optional, os, cpu, libc }: Module): boolean {
  const isHere = fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, "glibc");
  return optional === true && !isHere;
}

function fits(list: string | readonly string[] | undefined, here: string): boolean {
  return list === undefined || [list].flat().includes(here);
}

function readModules(path: string): Modules {
  const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Modules };
  return lock.packages;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const noted = join(root, "node_modules", ".package-lock.json");
  const installed = existsSync(noted) ? readModules(noted) : {};
  const here = Object.entries(installed).filter(([path]) => existsSync(join(root, path)));
  const wanted = readModules(join(root, "package-lock.json"));
  const difference = firstDifference(wanted, Object.fromEntries(here));
  if (difference !== undefined) {
    console.error(`setup: node_modules is not up to date: ${difference}`);
    process.exitCode = 1;
  }
}
