/** Plain text for a terminal: aligned columns, and the few units that people read. Pure. */

const GAP = "  ";

/**
 * Cells in columns, each as wide as its widest cell; no line ends in a blank. Control characters
 * become "?".
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) =>
    lines.reduce((width, line) => Math.max(width, (line[column] ?? "").length), 0),
  );
  return lines
    .map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(GAP))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Each line of a text moved right. */
export function indent(text: string, by = GAP): string {
  return text.replace(/^(?=.)/gm, by);
}

/** Text of the cluster, made safe for a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** "-" for an empty cell. */
export function orDash(text: string): string {
  return text === "" ? "-" : text;
}

/** "1 map", "2 maps". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** "0 B", "1.5 KiB", "12 MiB". */
export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(n) / 10));
  const scaled = n / 2 ** (10 * power);
  return `${power === 0 || scaled >= 10 ? Math.floor(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** "12%" of a capacity. */
export function percent(used: number, capacity: number): string {
  return capacity === 0 ? "-" : `${Math.floor((100 * used) / capacity)}%`;
}

/**
 * The time from one ISO 8601 time to a later one: "5s", "3m12s", "2h5m", "4d3h"; "" where one is
 * empty.
 */
export function age(from: string, to: string): string {
  const seconds = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 1000));
  if (Number.isNaN(seconds)) {
    return "";
  }
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) {
    return "0s";
  }
  let rest = seconds;
  let text = "";
  for (const [unit, size] of units.slice(first, first + 2)) {
    const n = Math.floor(rest / size);
    rest %= size;
    text += n > 0 || text === "" ? `${n}${unit}` : "";
  }
  return text;
}
