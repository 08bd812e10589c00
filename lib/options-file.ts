/**
 * The YAML configuration file of a process: one mapping from option names to values, each of them
 * known.
 */
import { parseDocument } from "yaml";

import { errorText } from "./errors.ts";
import type { OptionTable } from "./option-table.ts";
import { flagName, OptionError } from "./option-table.ts";

/** The text of a file. */
export type ReadFile = (path: string) => string;

export interface ConfigFile {
  readonly path: string;
  /** Values by option name ("log-level"), as a flag would give them. */
  readonly settings: ReadonlyMap<string, string>;
}

/** Throws an OptionError that names the file and, where it can, the line. */
export function readConfigFile(table: OptionTable, path: string, readFile: ReadFile): ConfigFile {
  const content = parseMapping(path, readText(path, readFile));
  const known = new Set(Object.keys(table).map(flagName));
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(content)) {
    if (!known.has(name)) {
      throw new OptionError("option-file", `${path}: unknown option ${JSON.stringify(name)}`);
    }
    settings.set(name, settingText(path, name, value));
  }
  return { path, settings };
}

function readText(path: string, readFile: ReadFile): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new OptionError("option-file", `${path}: ${errorText(error)}`, { cause: error });
  }
}

function parseMapping(path: string, text: string): Record<string, unknown> {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new OptionError("option-file", `${path}: ${problem.message}`);
  }
  const content: unknown = document.toJS();
  if (content === null || content === undefined) {
    return {};
  }
  if (typeof content !== "object" || Array.isArray(content)) {
    throw new OptionError("option-file", `${path}: is not a mapping of options to values`);
  }
  return content as Record<string, unknown>;
}

function settingText(path: string, name: string, value: unknown): string {
  const texts = Array.isArray(value) ? value : [value];
  for (const text of texts) {
    if (!["string", "number", "boolean"].includes(typeof text)) {
      const shown = JSON.stringify(text) ?? String(text);
      throw new OptionError("option-file", `${path}: ${name}: ${shown} is no plain value`);
    }
  }
  return texts.join(",");
}
