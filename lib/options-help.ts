/**
 * The text of --help, made from the option table: every flag, its variable, its values and its
 * default.
 */
import type { Option, OptionTable } from "./option-table.ts";
import { flagName, variableName } from "./option-table.ts";

const PLACEHOLDERS = { text: "TEXT", integer: "N", list: "LIST" } as const;

/** Lines of at most 100 columns, one block an option. */
export function helpText(
  table: OptionTable,
  about: { readonly program: string; readonly summary: string },
): string {
  const options = Object.entries(table).map(([key, option]) => optionBlock(key, option));
  const config = block(
    "--config FILE",
    "A YAML file that maps option names (without the dashes) to values.",
    [`environment ${variableName("config")}`],
  );
  return [
    `Usage: ${about.program} [options]`,
    "",
    ...wrap(about.summary, 98),
    "",
    "Options. A flag beats the environment, which beats the file, which beats the default.",
    ...options.flat(),
    ...config,
    ...block("--help, -h", "Print this text.", []),
    "",
  ].join("\n");
}

function optionBlock(key: string, option: Option): string[] {
  const value = option.placeholder ?? placeholder(option);
  const flag = `--${flagName(key)}${value === "" ? "" : ` ${value}`}`;
  const notes = [`environment ${variableName(key)}`];
  if (option.kind === "integer" && (option.least !== undefined || option.most !== undefined)) {
    notes.push(`from ${option.least ?? 0}${option.most === undefined ? "" : ` to ${option.most}`}`);
  }
  if (option.kind === "list") {
    notes.push("repeatable, or separated by commas");
  }
  const preset = defaultText(option);
  return block(flag, option.help, preset === "" ? notes : [...notes, `default ${preset}`]);
}

function placeholder(option: Option): string {
  if (option.kind === "boolean") {
    return "";
  }
  return option.kind === "choice" ? option.choices.join("|") : PLACEHOLDERS[option.kind];
}

function defaultText(option: Option): string {
  if (option.default === undefined) {
    return "";
  }
  return Array.isArray(option.default) ? option.default.join(",") : String(option.default);
}

function block(flag: string, help: string, notes: readonly string[]): string[] {
  const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return [`  ${flag}`, ...wrap(help + note, 90).map((line) => `      ${line}`)];
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    }
  }
  return lines;
}
