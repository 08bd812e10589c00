/**
 * What names and texts may not say, with what to say instead, and what each file says at its head.
 */
import { basename } from "node:path";
import type { Modules } from "./modules.ts";
import { hasExtension, isGenerated, linesOf, type Offence, ROOT, type Tree } from "./tree.ts";

interface BannedText {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** This file and the test of it name what they ban. */
const EXEMPT = /^test\/rules\/(words|tidy\.test)\.ts$/;

const BANNED_TEXTS: readonly BannedText[] = [
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: "do it, or open an issue and say here why not now",
  },
  {
    pattern: /\b(test|it|describe|suite)\.(skip|only|todo)\(/,
    instead: "a test runs, or does not exist",
  },
  { pattern: /\b(oxlint|eslint)-disable(?!.* -- )/, instead: "give the reason after ' -- '" },
  { pattern: /@ts-(ignore|nocheck|expect-error)/, instead: "make the types say what is true" },
  {
    pattern:
      /\b(registry\.npmjs|proxy\.golang|sum\.golang|deb\.debian|pypi|crates\.io|repo1?\.maven)\b/,
    instead: "packages are named, never the hosts that serve them",
  },
  { pattern: /(?<![\w.])\/(home|Users)\/\w/, instead: "a path of one machine: derive it" },
  { pattern: /\b(above|below|see) line \d+/i, instead: "lines move: name the function" },
];

const SPDX = /^(\/\* |\/\/ )SPDX-License-Identifier: GPL-2\.0-only OR BSD-2-Clause( \*\/)?\n/;

const BANNED_STEMS: ReadonlyMap<string, string> = new Map(
  ["utils", "util", "helpers", "helper", "common", "types", "misc", "manager", "info", "data"].map(
    (stem) => [stem, `"${stem}" tells nothing: name the noun or the verb`],
  ),
);

/** One word for one thing, whole: the glossary has it. */
const BANNED_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["svc", "service"],
  ["vip", "frontend"],
  ["ep", "endpoint or backend"],
  ["addr", "address"],
  ["pkt", "packet"],
  ["idx", "index"],
  ["cnt", "count"],
  ["cfg", "config"],
  ["msg", "message"],
  ["req", "request"],
  ["res", "response or result"],
  ["cb", "what it is called for"],
  ["fn", "what it does"],
  ["obj", "object, or better its kind"],
  ["tmp", "what it holds"],
]);

/** Variables, parameters and functions; a property may be another's word. */
export function bannedVariables(modules: Modules): Offence[] {
  return [...modules]
    .filter(([path]) => !isGenerated(path))
    .flatMap(([path, { uses }]) =>
      uses.flatMap(({ name, line }) => {
        const instead = BANNED_VARIABLES.get(name);
        return instead === undefined ? [] : [{ path, line, message: `${name}: say ${instead}` }];
      }),
    );
}

export function bannedTexts(tree: Tree): Offence[] {
  const checkout = {
    pattern: new RegExp(`(?<![\\w.)])${escapeText(ROOT)}(?![\\w-])`),
    instead: "derive the path",
  };
  return [...tree]
    .filter(([path]) => !EXEMPT.test(path) && !isGenerated(path))
    .flatMap(([path, text]) =>
      [...BANNED_TEXTS, checkout].flatMap((banned) => textOffences(path, text, banned)),
    );
}

function textOffences(path: string, text: string, { pattern, instead }: BannedText): Offence[] {
  return linesOf(text).flatMap((line, index) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined
      ? []
      : [{ path, line: index + 1, message: `"${found}": ${instead}` }];
  });
}

function escapeText(text: string): string {
  return text.replaceAll(/[^\w/]/g, "\\$&");
}

export function bannedNames(tree: Tree): Offence[] {
  return [...tree.keys()].flatMap((path) =>
    path.split("/").flatMap((part) => {
      const stem = part.replace(/\..*$/, "");
      const words = [stem, ...stem.split("-")];
      const message = words.map((word) => BANNED_STEMS.get(word)).find((why) => why !== undefined);
      return message === undefined ? [] : [{ path, line: 0, message }];
    }),
  );
}

/** After an interpreter's line or a licence's, a file begins by saying what it is. */
export function headComments(tree: Tree): Offence[] {
  return [...tree]
    .filter(([path]) => hasExtension(path, ".ts", ".c", ".h", ".cc", ".sh", ".proto", "Makefile"))
    .filter(([path, text]) => !isGenerated(path) && !beginsWithComment(text))
    .map(([path]) => ({
      path,
      line: 1,
      message: "begin with a comment: what this is, what holds",
    }));
}

function beginsWithComment(text: string): boolean {
  const first = linesOf(text).find(
    (line) => !/^#!|SPDX-License-Identifier|^# shellcheck/.test(line) && line.trim() !== "",
  );
  return /^(\/\*|\/\/|# )/.test(first ?? "");
}

export function licenceLines(tree: Tree): Offence[] {
  return [...tree]
    .filter(([path]) => path.startsWith("bpf/") && hasExtension(path, ".c", ".h"))
    .filter(([, text]) => !SPDX.test(text))
    .map(([path]) => ({
      path,
      line: 1,
      message: `${basename(path)} has no SPDX line of both licences`,
    }));
}
