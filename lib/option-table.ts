/**
 * What an option is: its kinds, how it is named in each source, and the error of all that is
 * wrong with one.
 */
import { LeatError } from "./errors.ts";

interface Described {
  /** A sentence for --help. */
  readonly help: string;
  /** Stands for the value in --help, e.g. "DIR". */
  readonly placeholder?: string;
}

export interface TextOption extends Described {
  readonly kind: "text";
  readonly default?: string;
  /** Why a value cannot be taken; undefined where it can. */
  readonly check?: (value: string) => string | undefined;
}

export interface IntegerOption extends Described {
  readonly kind: "integer";
  readonly default?: number;
  readonly least?: number;
  readonly most?: number;
}

export interface BooleanOption extends Described {
  readonly kind: "boolean";
  readonly default: boolean;
}

export interface ChoiceOption extends Described {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

/** Texts: a flag is repeated or takes several, separated by commas. */
export interface ListOption extends Described {
  readonly kind: "list";
  readonly default: readonly string[];
  /** Applied to each. */
  readonly check?: (value: string) => string | undefined;
}

export type Option = TextOption | IntegerOption | BooleanOption | ChoiceOption | ListOption;
export type OptionTable = Readonly<Record<string, Option>>;

type Held<O extends Option> = O extends ChoiceOption
  ? O["choices"][number]
  : O extends ListOption
    ? readonly string[]
    : O extends BooleanOption
      ? boolean
      : O extends IntegerOption
        ? number
        : string;

/** Undefined only where the option has no default. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends { readonly default: unknown }
    ? Held<T[K]>
    : Held<T[K]> | undefined;
};

/** "logLevel" is "log-level". */
export function flagName(key: string): string {
  return key.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`);
}

/** "logLevel" is "LEAT_LOG_LEVEL". */
export function variableName(key: string): string {
  return `LEAT_${flagName(key).replaceAll("-", "_").toUpperCase()}`;
}

/**
 * An option that is unknown, lacks its value or has one that cannot be taken; the message names
 * it and its source.
 */
export class OptionError extends LeatError<"option-unknown" | "option-value" | "option-file"> {}
