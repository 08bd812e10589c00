/**
 * The project's files as the rules see them: plain text by path, so that a test plants an offence
 * by making a tree. What git ignores is not there; what is not yet committed is.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

/** Paths are relative to the project's root. */
export type Tree = ReadonlyMap<string, string>;

export interface Offence {
  readonly path: string;
  /** From 1; 0: the file as a whole. */
  readonly line: number;
  readonly message: string;
}

export function readTree(): Tree {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const paths = execFileSync("git", list, { cwd: ROOT, encoding: "utf8" }).split("\0");
  const present = paths.filter((path) => path !== "" && existsSync(join(ROOT, path)));
  return new Map(present.toSorted().map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

/** Written by a generator, not by hand: sizes and words are the generator's. */
export function isGenerated(path: string): boolean {
  return /(^|\/)gen\/|\.gen\.ts$|^package-lock\.json$|\/go\.sum$/.test(path);
}

/** Fails with a line for each offence. */
export function assertNone(offences: readonly Offence[]): void {
  const lines = offences.map(({ path, line, message }) => `  ${path}:${line}: ${message}`);
  assert.ok(lines.length === 0, `${lines.length} offences\n${lines.join("\n")}`);
}

/** The lines of a text without its last newline. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

export function hasExtension(path: string, ...extensions: readonly string[]): boolean {
  return extensions.some((extension) => path.endsWith(extension));
}
