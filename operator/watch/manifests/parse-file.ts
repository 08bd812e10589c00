/**
 * The bytes of one manifest file as objects: JSON by the streaming scanner, YAML document by
 * document, resting between pieces so that a large file does not hold up the event loop. A file is
 * good as a whole or bad as a whole.
 */
import { hash } from "node:crypto";
import { JsonScanner, ScanError } from "../json-scanner.ts";
import { TimeSlice } from "../time-slice.ts";
import {
  fault,
  jsonListKind,
  type ManifestObject,
  type Parsed,
  parseJson,
  parseYaml,
  type Piece,
  type Remark,
  yamlListKind,
} from "./parse-object.ts";
import { yamlDocuments, yamlList } from "./yaml-pieces.ts";

export interface ParsedFile extends Parsed {
  /** YAML pieces by digest: what did not change need not be parsed again. */
  readonly pieces: ReadonlyMap<string, Parsed>;
}

/**
 * A piece to parse, with the kind of the List that it is an item of ("" where it is none, or a
 * mixed one).
 */
interface Work {
  readonly piece: Piece;
  readonly listKind: string;
}

interface Cut {
  readonly work: readonly Work[];
  /** A List without items: nothing on purpose. */
  readonly hasEmptyList: boolean;
}

const NO_PIECES: ReadonlyMap<string, Parsed> = new Map();
const SCAN_BYTES = 64 * 1024;
/** Faults and notes of one file that are told. */
const REMARKS_MOST = 8;

/** `name` decides the format; `known`: the pieces of the file as it was parsed before. */
export async function parseFile(
  name: string,
  bytes: Buffer,
  known: ReadonlyMap<string, Parsed> = NO_PIECES,
): Promise<ParsedFile> {
  const slice = new TimeSlice();
  const isJson = name.endsWith(".json");
  try {
    const cut = isJson ? await cutJson(bytes, slice) : cutYaml(utf8Text(bytes));
    const pieces = new Map<string, Parsed>();
    const parts: Parsed[] = [];
    for (const { piece, listKind } of cut.work) {
      const part = isJson ? parseJson(piece, listKind) : parseOnce(piece, listKind, known, pieces);
      parts.push(part);
      await slice.rest();
    }
    return judge(parts, cut, pieces);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return { ...fault(error.line, error.message), pieces: NO_PIECES };
  }
}

function utf8Text(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ScanError("not-json", `the file is not UTF-8 text: ${String(error)}`, 1);
  }
}

/** Objects one after another, Lists among them. */
async function cutJson(bytes: Buffer, slice: TimeSlice): Promise<Cut> {
  const work: Work[] = [];
  let items: Piece[] = [];
  let hasEmptyList = false;
  const scanner = new JsonScanner({
    item: (text, line) => items.push({ text, line }),
    value: (text, line) => {
      const listKind = jsonListKind(text);
      if (listKind === undefined) work.push({ piece: { text, line }, listKind: "" });
      else if (items.length === 0) hasEmptyList = true;
      for (const piece of items) work.push({ piece, listKind: listKind ?? "" });
      items = [];
    },
  });
  for (let start = 0; start < bytes.length; start += SCAN_BYTES) {
    scanner.write(bytes.subarray(start, start + SCAN_BYTES));
    await slice.rest();
  }
  scanner.end();
  return { work, hasEmptyList };
}

function cutYaml(text: string): Cut {
  let hasEmptyList = false;
  const work = yamlDocuments(text).flatMap((document): Work[] => {
    const list = yamlList(document);
    const listKind = list && yamlListKind(list.frame.text);
    if (list !== undefined && listKind !== undefined) {
      return list.items.map((piece) => ({ piece, listKind }));
    }
    hasEmptyList ||= yamlListKind(document.text) !== undefined;
    return [{ piece: document, listKind: "" }];
  });
  return { work, hasEmptyList };
}

/** Parses the piece unless the same text was parsed before; lines are those of its new place. */
function parseOnce(
  piece: Piece,
  listKind: string,
  known: ReadonlyMap<string, Parsed>,
  pieces: Map<string, Parsed>,
): Parsed {
  const digest = hash("sha256", `${listKind}\n${piece.text}`);
  const parsed = known.get(digest) ?? parseYaml({ text: piece.text, line: 1 }, listKind);
  pieces.set(digest, parsed);
  return movedTo(piece.line, parsed);
}

function movedTo(line: number, parsed: Parsed): Parsed {
  const move = <T extends { readonly line: number }>(own: T): T => {
    return { ...own, line: own.line + line - 1 };
  };
  return {
    objects: parsed.objects.map(move),
    faults: parsed.faults.map(move),
    notes: parsed.notes.map(move),
  };
}

/** A file without any object is taken for half-written: emptied on purpose it would be removed. */
function judge(
  parts: readonly Parsed[],
  cut: Cut,
  pieces: ReadonlyMap<string, Parsed>,
): ParsedFile {
  const objects = parts.flatMap((part) => part.objects);
  const repeated = repetitions(objects);
  const isHalfWritten = cut.work.length === 0 && !cut.hasEmptyList;
  const empty: Remark = { line: 1, reason: "holds no object: taken for half-written" };
  return {
    objects: objects.filter((object) => !repeated.has(object)),
    faults: isHalfWritten ? [empty] : firstRemarks(parts.flatMap((part) => part.faults)),
    notes: firstRemarks([...parts.flatMap((part) => part.notes), ...repeated.values()]),
    pieces,
  };
}

function firstRemarks(remarks: readonly Remark[]): readonly Remark[] {
  const sorted = remarks.toSorted((left, right) => left.line - right.line);
  const left = sorted[REMARKS_MOST];
  if (left === undefined) return sorted;
  const more = { line: left.line, reason: `and ${sorted.length - REMARKS_MOST} more` };
  return [...sorted.slice(0, REMARKS_MOST), more];
}

/** The objects that stand in the file before, under the same kind and key. */
function repetitions(objects: readonly ManifestObject[]): Map<ManifestObject, Remark> {
  const lines = new Map<string, number>();
  const repeated = new Map<ManifestObject, Remark>();
  for (const object of objects) {
    const id = `${object.event.kind} ${object.event.key}`;
    const earlier = lines.get(id);
    const reason = `${id} stands on line ${earlier} already: left out`;
    if (earlier === undefined) lines.set(id, object.line);
    else repeated.set(object, { line: object.line, reason });
  }
  return repeated;
}
