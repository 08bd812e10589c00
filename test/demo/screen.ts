/**
 * What the demo prints: headings, lines, bars and one live line that is drawn over. On a terminal
 * in colour and live; into a file as plain lines, without what would be drawn over.
 */
import { setTimeout as delay } from "node:timers/promises";

const WIDTH = 78;
const LIVE = process.stdout.isTTY;
const CODES = { bold: "1", dim: "2", green: "32", red: "31", yellow: "33", blue: "36" } as const;

export type Style = keyof typeof CODES;

export function styled(style: Style, text: string): string {
  return LIVE ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}

let drawn = false;

function clear(): void {
  if (drawn) process.stdout.write("\r\x1b[2K");
  drawn = false;
}

/** A line that stays. */
export function line(text = ""): void {
  clear();
  process.stdout.write(`${text}\n`);
}

/** The one line that is drawn over by what comes next. */
export function live(text: string): void {
  if (!LIVE) return;
  clear();
  process.stdout.write(text.slice(0, 400));
  drawn = true;
}

export function title(text: string, about: string): void {
  line();
  line(`  ${styled("bold", text)}`);
  line(`  ${styled("dim", about)}`);
}

export function heading(number: number, text: string): void {
  const rule = "─".repeat(Math.max(2, WIDTH - text.length - 7));
  line();
  line(`  ${styled("blue", String(number))}  ${styled("bold", text)} ${styled("dim", rule)}`);
}

/** A step that went well, or not, with the time that it took. */
export function done(ok: boolean, text: string, tookMs?: number): void {
  const mark = ok ? styled("green", "✓") : styled("red", "✗");
  const took = tookMs === undefined ? "" : styled("dim", `  ${(tookMs / 1000).toFixed(1)} s`);
  line(`     ${mark} ${text}${took}`);
}

const BLOCKS = " ▏▎▍▌▋▊▉█";

/** A bar of a length in characters, in eighths. */
export function bar(share: number, length: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * length * 8);
  const whole = "█".repeat(Math.floor(eighths / 8));
  const part = eighths % 8 === 0 ? "" : (BLOCKS[eighths % 8] ?? "");
  return (whole + part).padEnd(length);
}

/** Counts by name as bars, a line each. */
export function bars(counts: Readonly<Record<string, number>>): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (const [name, count] of Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const length = 30;
    const drawnBar = styled("green", bar(count / Math.max(1, total), length));
    line(`       ${name.padEnd(8)} ${drawnBar} ${String(count).padStart(4)}`);
  }
}

const FRAME_MS = 100;

/** Waits while it draws: what() is asked ten times a second. */
export async function watch(milliseconds: number, what: () => string): Promise<void> {
  await watchWork(delay(milliseconds), what);
}

/** Draws until the work is done; its result or error is passed on. */
export async function watchWork<T>(work: Promise<T>, what: () => string): Promise<T> {
  const draw = setInterval(() => live(`     ${what()}`), FRAME_MS);
  try {
    return await work;
  } finally {
    clearInterval(draw);
    clear();
  }
}
