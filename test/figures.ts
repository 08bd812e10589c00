/**
 * Figures that tests and benches measure. In: one call a figure, from any process. Out:
 * out/SUITE.json, a list of {id, value, unit, goal, ok}, and a table for people. A missed goal is
 * shown, and fails nothing: whoever needs a goal held asserts it in a test.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const OUT = join(import.meta.dirname, "..", "out");
/**
 * Lines not yet gathered; one short append a figure, so that processes may write at the same time.
 */
const PENDING = join(OUT, "figures");

export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** In words, such as "0" or "<= 250"; "" where none was set. */
  readonly goal: string;
  readonly ok: boolean;
}

/** Records one figure of a suite; the last one of an id counts. */
export function figure({ suite, ...rest }: Figure & { readonly suite: string }): void {
  mkdirSync(PENDING, { recursive: true });
  appendFileSync(pendingPath(suite), `${JSON.stringify(rest)}\n`);
}

/** Forgets what an earlier, unfinished run of the suite recorded. */
export function discardFigures(suite: string): void {
  rmSync(pendingPath(suite), { force: true });
}

/**
 * Writes out/SUITE.json from what was recorded since the last gathering; [] and no file
 * where nothing was.
 */
export function gatherFigures(suite: string): Figure[] {
  const text = readPending(suite);
  if (text === "") return [];
  const byId = new Map<string, Figure>();
  for (const line of text.trimEnd().split("\n")) {
    const { id, value, unit, goal, ok } = JSON.parse(line) as Figure;
    byId.set(id, { id, value, unit, goal, ok });
  }
  const figures = [...byId.values()];
  writeFileSync(join(OUT, `${suite}.json`), `${JSON.stringify(figures, undefined, 2)}\n`);
  discardFigures(suite);
  return figures;
}

/** A table of one line a figure; misses are marked. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ id, value, unit, goal, ok }) => [
    id,
    formatValue(value),
    unit,
    goal === "" ? "" : `goal ${goal}`,
    ok ? "" : "MISSED",
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => `  ${alignRow(row, widths)}`.trimEnd()).join("\n");
}

function alignRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 1 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ");
}

function formatValue(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(4);
}

function pendingPath(suite: string): string {
  return join(PENDING, `${suite}.jsonl`);
}

function readPending(suite: string): string {
  try {
    return readFileSync(pendingPath(suite), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
