/**
 * Cuts YAML text into pieces that are parsed one by one: documents at their `---` lines, and a
 * List's items at the dashes below `items:`. No value can contain such lines at such a depth, so
 * that cutting needs no parser. Pure.
 */

import type { Piece } from "./parse-object.ts";

const DOCUMENT_START = /^---(\s|$)/;
const DOCUMENT_END = /^\.\.\.(\s|$)/;
const ITEMS = /^items:\s*(#.*)?$/;
const BLANK = /^\s*(#.*)?$/;

/** The documents that have any content, in order. */
export function yamlDocuments(text: string): Piece[] {
  const lines = text.split("\n");
  const pieces: Piece[] = [];
  let start = 0;
  for (let index = 1; index <= lines.length; index++) {
    const line = lines[index];
    if (line !== undefined && !DOCUMENT_START.test(line)) continue;
    const own = lines.slice(start, index);
    if (own.some(hasContent)) pieces.push({ text: own.join("\n"), line: start + 1 });
    start = index;
  }
  return pieces;
}

function hasContent(line: string): boolean {
  return !BLANK.test(line.replace(/^---/, "")) && !DOCUMENT_END.test(line);
}

export interface YamlList {
  /** The document with `items: []`. */
  readonly frame: Piece;
  readonly items: readonly Piece[];
}

/** The document as a List in block style; undefined where it is none. */
export function yamlList(document: Piece): YamlList | undefined {
  const lines = document.text.split("\n");
  const head = lines.findIndex((line) => ITEMS.test(line));
  if (head < 0) return undefined;
  const first = lines.findIndex((line, index) => index > head && !BLANK.test(line));
  const indent = /^( *)- /.exec(lines[first] ?? "")?.[1]?.length;
  if (indent === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > first && !isBelow(line, indent));
  const last = end < 0 ? lines.length : end;
  const frame = [...lines.slice(0, head), "items: []", ...lines.slice(last)].join("\n");
  const items = cutItems(lines.slice(first, last), indent, document.line + first);
  return { frame: { text: frame, line: document.line }, items };
}

/** Whether the line belongs to a list whose dashes stand at that column. */
function isBelow(line: string, indent: number): boolean {
  return BLANK.test(line) || line.startsWith(" ".repeat(indent + 1)) || isDash(line, indent);
}

function isDash(line: string, indent: number): boolean {
  return line.slice(0, indent).trim() === "" && /^-(\s|$)/.test(line.slice(indent));
}

/** Each item with its dash blanked out: a document of its own. */
function cutItems(lines: readonly string[], indent: number, line: number): Piece[] {
  const items: { text: string[]; line: number }[] = [];
  for (const [index, own] of lines.entries()) {
    if (isDash(own, indent)) {
      const blanked = `${own.slice(0, indent)} ${own.slice(indent + 1)}`;
      items.push({ text: [blanked], line: line + index });
    } else {
      items.at(-1)?.text.push(own);
    }
  }
  return items.map((item) => ({ text: item.text.join("\n"), line: item.line }));
}
