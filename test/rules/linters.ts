/** The linters and formatters, and the files that each reads. A finding of any of them fails. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { hasExtension, isGenerated, ROOT, type Tree } from "./tree.ts";

export interface Linter {
  readonly name: string;
  /** The whole project. */
  readonly command: (tree: Tree) => readonly string[];
  /** One file elsewhere, by the project's settings. */
  readonly commandFor: (file: string) => readonly string[];
  /** A file's name and text in which it finds something. */
  readonly planted: readonly [name: string, text: string];
}

const CLANG_FORMAT = ["clang-format-19", "--dry-run", "-Werror"];
const SHELLCHECK = ["shellcheck", "-x"];

export const LINTERS: readonly Linter[] = [
  {
    name: "types",
    command: () => ["tsc", "-p", "."],
    commandFor: (file) => ["tsc", "--ignoreConfig", "--strict", "--noEmit", file],
    planted: ["a.ts", "export const a: string = 1;\n"],
  },
  {
    name: "lint",
    command: () => ["oxlint", "--deny-warnings"],
    commandFor: (file) => ["oxlint", "--deny-warnings", "-c", join(ROOT, ".oxlintrc.json"), file],
    planted: ["a.ts", "export async function a(): Promise<void> {\n  await null;\n}\na();\n"],
  },
  {
    name: "format of TypeScript and JSON",
    command: () => ["biome", "format"],
    commandFor: (file) => ["biome", "format", `--config-path=${ROOT}`, file],
    planted: ["a.ts", "export const a = 'a'\n"],
  },
  {
    name: "format of C and C++",
    command: (tree) => [...CLANG_FORMAT, ...pathsOf(tree, ".c", ".h", ".cc")],
    commandFor: (file) => [...CLANG_FORMAT, `--style=file:${join(ROOT, ".clang-format")}`, file],
    planted: ["a.c", "int a(void) {\n  return 1;\n}\n"],
  },
  {
    name: "shell scripts",
    command: (tree) => [...SHELLCHECK, ...pathsOf(tree, ".sh", ".ci/run")],
    commandFor: (file) => [...SHELLCHECK, file],
    planted: ["a.sh", "#!/bin/bash\nrm -rf $1\n"],
  },
];

function pathsOf(tree: Tree, ...extensions: readonly string[]): string[] {
  return [...tree.keys()].filter((path) => hasExtension(path, ...extensions) && !isGenerated(path));
}

/** What the linter says; "" when it finds nothing. */
export async function findingsOf([command = "", ...rest]: readonly string[]): Promise<string> {
  try {
    await promisify(execFile)(command, rest, { cwd: ROOT, maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}` || message;
  }
}
