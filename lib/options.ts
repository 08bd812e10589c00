/**
 * One table of options for a process: its flags, LEAT_* environment, YAML configuration file and
 * --help all come from it. A flag beats the environment, which beats the file, which beats the
 * default.
 *
 * The key `logLevel` is the flag --log-level, the variable LEAT_LOG_LEVEL and the file's
 * `log-level`.
 */
import type {
  IntegerOption,
  ListOption,
  Option,
  OptionTable,
  OptionValues,
  TextOption,
} from "./option-table.ts";
import { flagName, OptionError, variableName } from "./option-table.ts";
import { helpText } from "./options-help.ts";
import type { ConfigFile } from "./options-file.ts";
import { readConfigFile } from "./options-file.ts";

export type { Option, OptionTable, OptionValues } from "./option-table.ts";
export { OptionError } from "./option-table.ts";

export interface OptionSources {
  /** The program as it is called, for --help. */
  readonly program: string;
  /** What the program does, for --help. */
  readonly summary: string;
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the configuration file (--config, LEAT_CONFIG). */
  readonly readFile: (path: string) => string;
}

export type OptionOutcome<T extends OptionTable> =
  | { readonly kind: "values"; readonly values: OptionValues<T> }
  | { readonly kind: "help"; readonly text: string };

/** Reads all options from all sources; throws an OptionError at the first that is wrong. */
export function readOptions<T extends OptionTable>(
  table: T,
  sources: OptionSources,
): OptionOutcome<T> {
  const flags = readFlags(table, sources.argv);
  if (flags === "help") {
    return { kind: "help", text: helpText(table, sources) };
  }
  const configPath = flags.get("config")?.at(-1) ?? sources.env[variableName("config")];
  const file =
    configPath === undefined ? undefined : readConfigFile(table, configPath, sources.readFile);
  const values = Object.entries(table).map(([key, option]) => [
    key,
    resolve(key, option, flags, sources.env, file),
  ]);
  return { kind: "values", values: Object.fromEntries(values) as OptionValues<T> };
}

/** The given values of each flag by the option's key, in order. */
function readFlags(table: OptionTable, argv: readonly string[]): Map<string, string[]> | "help" {
  const keys = new Map(Object.keys(table).map((key) => [`--${flagName(key)}`, key]));
  keys.set("--config", "config");
  const given = new Map<string, string[]>();
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--help" || argument === "-h") {
      return "help";
    }
    const [flag = "", ...inline] = argument.split("=");
    const key = keys.get(flag);
    if (key === undefined) {
      throw new OptionError(
        "option-unknown",
        `unknown option ${JSON.stringify(argument)}; see --help`,
      );
    }
    const value = inline.length > 0 ? inline.join("=") : flagValue(flag, table[key], rest);
    given.set(key, [...(given.get(key) ?? []), value]);
  }
  return given;
}

/** A boolean flag alone means true; all others take the next argument. */
function flagValue(flag: string, option: Option | undefined, rest: string[]): string {
  if (option?.kind === "boolean") {
    return "true";
  }
  const value = rest.shift();
  if (value === undefined || value.startsWith("--")) {
    throw new OptionError("option-value", `option ${flag} needs a value`);
  }
  return value;
}

type OptionValue = string | number | boolean | readonly string[];

function resolve(
  key: string,
  option: Option,
  flags: ReadonlyMap<string, readonly string[]>,
  env: OptionSources["env"],
  file: ConfigFile | undefined,
): OptionValue | undefined {
  const given = flags.get(key);
  if (given !== undefined) {
    const raw = option.kind === "list" ? given.join(",") : (given.at(-1) ?? "");
    return parse(option, raw, `option --${flagName(key)}`);
  }
  const variable = env[variableName(key)];
  if (variable !== undefined) {
    return parse(option, variable, `environment ${variableName(key)}`);
  }
  const setting = file?.settings.get(flagName(key));
  if (setting !== undefined) {
    return parse(option, setting, `${file?.path}: ${flagName(key)}`);
  }
  return option.default;
}

function parse(option: Option, raw: string, source: string): OptionValue {
  const refuse = (reason: string): never => {
    throw new OptionError("option-value", `${source}: ${JSON.stringify(raw)} ${reason}`);
  };
  if (option.kind === "integer") {
    return parseInteger(option, raw, refuse);
  }
  if (option.kind === "boolean") {
    return raw === "true" || (raw === "false" ? false : refuse("is neither true nor false"));
  }
  if (option.kind === "choice") {
    return option.choices.includes(raw) ? raw : refuse(`is none of ${option.choices.join(", ")}`);
  }
  const texts = option.kind === "text" ? [raw] : listTexts(raw);
  texts.forEach((text) => checkText(option, text, refuse));
  return option.kind === "text" ? raw : texts;
}

function listTexts(raw: string): string[] {
  return raw === "" ? [] : raw.split(",").map((text) => text.trim());
}

function parseInteger(
  option: IntegerOption,
  raw: string,
  refuse: (reason: string) => never,
): number {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = option;
  if (!/^-?[0-9]{1,16}$/.test(raw)) {
    return refuse("is not a whole number");
  }
  const value = Number(raw);
  return value >= least && value <= most ? value : refuse(`is not within ${least} to ${most}`);
}

function checkText(
  option: TextOption | ListOption,
  text: string,
  refuse: (reason: string) => never,
): void {
  const reason = option.check?.(text);
  if (reason !== undefined) {
    refuse(reason);
  }
}
