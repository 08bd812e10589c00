/**
 * The demo's figures: each with its goal; all of them make the closing table, out/demo.json and the
 * exit code.
 */
import { type Figure, figure, gatherFigures } from "../figures.ts";
import { line, styled } from "./screen.ts";

const SUITE = "demo";

interface Row extends Figure {
  readonly text: string;
}

const rows: Row[] = [];

/** Records a figure; text says what it is. */
export function goal(
  id: string,
  text: string,
  value: number,
  unit: string,
  wanted: Wanted,
): boolean {
  const { goal, ok } = wanted.judge(value);
  rows.push({ id, text, value, unit, goal, ok });
  figure({ suite: SUITE, id, value, unit, goal, ok });
  return ok;
}

interface Wanted {
  judge(value: number): { goal: string; ok: boolean };
}

export const none: Wanted = { judge: (value) => ({ goal: "0", ok: value === 0 }) };

export function atLeast(least: number): Wanted {
  return { judge: (value) => ({ goal: `>= ${least}`, ok: value >= least }) };
}

export function atMost(most: number): Wanted {
  return { judge: (value) => ({ goal: `<= ${most}`, ok: value <= most }) };
}

/** Prints the table and writes out/demo.json; true when every goal is met. */
export function closeGoals(): boolean {
  line();
  line(`  ${styled("bold", "What was seen")}`);
  line();
  for (const { text, value, unit, goal, ok } of rows) {
    const mark = ok ? styled("green", "✓") : styled("red", "✗ missed");
    const number = value.toLocaleString("en-US", { maximumFractionDigits: 1 });
    const amount = `${number.padStart(9)} ${unit.padEnd(11)}`;
    line(`     ${text.padEnd(44)} ${amount} ${styled("dim", goal.padEnd(9))} ${mark}`);
  }
  gatherFigures(SUITE);
  return rows.length > 0 && rows.every(({ ok }) => ok);
}
