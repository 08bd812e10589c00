/**
 * The one logger: structured lines to standard output, JSON or text for people. Log once, at the
 * edge, with fields; errors are fields named `error`.
 */
import { pino, stdTimeFunctions } from "pino";

import { errorCode, errorText } from "./errors.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export const LOG_FORMATS = ["json", "text"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose every line carries the fields. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The process, e.g. "operator". */
  readonly name: string;
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Takes each line with its newline; standard output where not given. */
  readonly write?: (line: string) => void;
}

/** A logger that writes each line at once, so that none is lost when the process ends. */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const text = options.format === "text";
  return pino(
    {
      name: options.name,
      level: options.level ?? "info",
      base: { name: options.name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      messageKey: "message",
    },
    { write: text ? (line: string) => write(textLine(line)) : write },
  );
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  return { message: errorText(error), code: errorCode(error), stack: error.stack };
}

/**
 * "2026-01-31T12:00:00.000Z warn operator: message field=value", the stack of an error left out.
 */
function textLine(json: string): string {
  const { time, level, name, message, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([field, value]) => `${field}=${fieldText(value)}`);
  return `${[time, level, `${String(name)}:`, message, ...pairs].join(" ")}\n`;
}

function fieldText(value: unknown): string {
  if (typeof value === "object" && value !== null && "stack" in value && "message" in value) {
    return JSON.stringify(value.message);
  }
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) {
    return value;
  }
  return JSON.stringify(value);
}
