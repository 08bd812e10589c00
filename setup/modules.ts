/**
 * Is node_modules what package-lock.json says? Compares name, version and integrity of every module with what npm
 * noted at install. Exit 0: yes. Exit 1: no, and standard error names the first difference.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Module {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
}

type Modules = Readonly<Record<string, Module>>;

const root = join(import.meta.dirname, "..");

function readModules(path: string): Modules {
  const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Modules };
  return lock.packages;
}

/** What differs, in words; undefined where nothing does. An optional module may be absent: not for this machine. */
function firstDifference(wanted: Modules, installed: Modules): string | undefined {
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    const found = installed[path];
    if (path === "" || (found === undefined && optional === true)) continue;
    if (found === undefined || !existsSync(join(root, path))) return `${path} is missing`;
    if (found.version !== version || found.integrity !== integrity) {
      return `${path} is ${found.version ?? "of no version"}, the lock has ${version ?? "none"}`;
    }
  }
  return Object.keys(installed).find((path) => wanted[path] === undefined);
}

const noted = join(root, "node_modules", ".package-lock.json");
const difference = existsSync(noted)
  ? firstDifference(readModules(join(root, "package-lock.json")), readModules(noted))
  : "node_modules was not installed by npm";
if (difference !== undefined) {
  console.error(`setup: node_modules is not up to date: ${difference}`);
  process.exitCode = 1;
}
