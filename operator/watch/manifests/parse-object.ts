/**
 * One parsed value of a manifest as an object that the model reads; what is wrong with it, with the
 * line. Pure.
 *
 * A fault makes the whole file bad. A note names something that is left out of a file that is good
 * otherwise.
 */
import { isMap, LineCounter, parseDocument } from "yaml";
import { type Kind, KINDS, type ObjectEvent, presentEvent } from "../objects.ts";
import { project } from "../project.ts";
import { type Fields, type Path, pathText, ShapeError } from "../shape.ts";

/** A part of a file's text that stands for one value. */
export interface Piece {
  readonly text: string;
  /** Of its first line, counted from 1. */
  readonly line: number;
}

export interface ManifestObject {
  readonly event: ObjectEvent;
  readonly line: number;
}

export interface Remark {
  readonly line: number;
  readonly reason: string;
}

/** What a piece of a file gives. */
export interface Parsed {
  readonly objects: readonly ManifestObject[];
  readonly faults: readonly Remark[];
  readonly notes: readonly Remark[];
}

const API_VERSIONS: { readonly [K in Kind]: string } = {
  Service: "v1",
  Node: "v1",
  EndpointSlice: "discovery.k8s.io/v1",
};

/**
 * A YAML document above this would hold up the event loop: items of a List are parsed apart, so few
 * are.
 */
const YAML_BYTES_MOST = 1024 * 1024;

export function fault(line: number, reason: string): Parsed {
  return { objects: [], faults: [{ line, reason }], notes: [] };
}

/** JSON text of one object. `listKind`: the kind of an item that names none itself. */
export function parseJson(piece: Piece, listKind = ""): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(piece.text);
  } catch (error) {
    return jsonFault(piece, error);
  }
  return takeValue(value, piece, listKind);
}

/** YAML text of one document, or of one item of a List. */
export function parseYaml(piece: Piece, listKind = ""): Parsed {
  if (piece.text.trimStart().startsWith("{")) {
    const parsed = parseJson(piece, listKind);
    if (parsed.faults.length === 0) return parsed;
  }
  if (piece.text.length > YAML_BYTES_MOST) {
    const limit = `${YAML_BYTES_MOST / 1024 / 1024} MiB`;
    return fault(piece.line, `a YAML document of more than ${limit}: cut it up, or write JSON`);
  }
  const lines = new LineCounter();
  const document = parseDocument(piece.text, { prettyErrors: false, lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    return fault(piece.line + line - 1, problem.message);
  }
  try {
    return takeValue(document.toJS(), piece, listKind);
  } catch (error) {
    // An alias that leads nowhere, or too far.
    if (error instanceof ReferenceError) return fault(piece.line, error.message);
    throw error;
  }
}

/** The kind of a List's items, "" where each names its own; undefined: the value is no List. */
function itemKind(kind: unknown): string | undefined {
  if (kind === "List") return "";
  return KINDS.find((own) => kind === `${own}List`);
}

/** Of JSON text that may be a List. */
export function jsonListKind(text: string): string | undefined {
  if (!text.includes("List")) return undefined;
  try {
    return itemKind((JSON.parse(text) as Fields)["kind"]);
  } catch {
    return undefined;
  }
}

/** Of YAML text that may be a List. */
export function yamlListKind(text: string): string | undefined {
  const kind = /^kind:\s*["']?([A-Za-z]+)["']?\s*(#.*)?$/m.exec(text)?.[1];
  return itemKind(kind);
}

function takeValue(value: unknown, piece: Piece, listKind: string): Parsed {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fault(piece.line, "is no object");
  }
  const fields = value as Fields;
  const kind = itemKind(fields["kind"]);
  if (kind === undefined) return takeItem(fields, piece, listKind);
  const items = Array.isArray(fields["items"]) ? (fields["items"] as readonly unknown[]) : [];
  return joinParsed(items.map((item) => takeItem(item, piece, kind)));
}

function joinParsed(parts: readonly Parsed[]): Parsed {
  return {
    objects: parts.flatMap(({ objects }) => objects),
    faults: parts.flatMap(({ faults }) => faults),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function takeItem(value: unknown, piece: Piece, listKind: string): Parsed {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Fields;
  const kindText = plainText(fields["kind"] ?? listKind);
  const kind = KINDS.find((own) => own === kindText);
  const version = plainText(fields["apiVersion"] ?? (listKind === "" ? "" : versionOf(kind)));
  if (kindText === "" || version === "") {
    return fault(piece.line, "has no kind and apiVersion");
  }
  if (kind === undefined || version !== API_VERSIONS[kind]) {
    const reason = `${kindText} (${version}) is not a kind that is read here: left out`;
    return { objects: [], faults: [], notes: [{ line: piece.line, reason }] };
  }
  try {
    const event = presentEvent(kind, project(kind, fields));
    return { objects: [{ event, line: piece.line }], faults: [], notes: [] };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const reason = `${kind}: ${pathText(error.path)} ${error.message}`;
    return fault(lineOf(piece, error.path), reason);
  }
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function versionOf(kind: Kind | undefined): string {
  return kind === undefined ? "" : API_VERSIONS[kind];
}

function jsonFault(piece: Piece, error: unknown): Parsed {
  const message = error instanceof Error ? error.message : String(error);
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? "0");
  const line = piece.line + newlines(piece.text.slice(0, position));
  return fault(line, `not JSON: ${message.replace(/ in JSON at position .*/s, "").slice(0, 120)}`);
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

/**
 * The line of the value that the path leads to, or of the nearest one above it. JSON is YAML, so
 * this reads both.
 */
function lineOf(piece: Piece, path: Path): number {
  if (piece.text.length > YAML_BYTES_MOST) return piece.line;
  const lines = new LineCounter();
  const document = parseDocument(piece.text, { lineCounter: lines, prettyErrors: false });
  for (let length = path.length; length > 0; length--) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const start = childStart(parent, path[length - 1]);
    if (start !== undefined) return piece.line + lines.linePos(start).line - 1;
  }
  return piece.line;
}

/** Where the child's key (or, in a list, the child) begins. */
function childStart(parent: unknown, step: string | number | undefined): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String(key) === step);
    return rangeStart(pair?.key);
  }
  if (typeof parent === "object" && parent !== null && "items" in parent) {
    return rangeStart((parent.items as readonly unknown[])[Number(step)]);
  }
  return undefined;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return (node.range as readonly number[] | undefined)?.[0];
}
