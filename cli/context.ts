/**
 * What every command is given: an agent to ask, and a way to print its answer in the form that was
 * asked for.
 */
import type { Command } from "commander";
import { stringify } from "yaml";
import type { AgentClient } from "./agent-client.ts";

export const OUTPUTS = ["table", "json", "yaml"] as const;
export type Output = (typeof OUTPUTS)[number];

/** The options that every command takes. */
export interface GlobalOptions {
  readonly socket: string;
  readonly output: Output;
}

export interface Context {
  readonly version: string;
  readonly connect: (socket: string) => AgentClient;
  readonly write: (text: string) => void;
  /** Ends the command with this code although it has printed its answer. */
  readonly exit: (code: number) => void;
}

/** The agent that the options name. */
export function agentOf(context: Context, command: Command): AgentClient {
  return context.connect(command.optsWithGlobals<GlobalOptions>().socket);
}

/** Prints an answer: as data, or as the text that `render` makes of it. */
export function show<T>(
  context: Context,
  command: Command,
  answer: T,
  render: (answer: T) => string,
): void {
  const { output } = command.optsWithGlobals<GlobalOptions>();
  context.write(FORMATS[output](answer) ?? render(answer));
}

const FORMATS: Readonly<Record<Output, (answer: unknown) => string | undefined>> = {
  table: () => undefined,
  json: (answer) => `${JSON.stringify(answer, null, 2)}\n`,
  yaml: (answer) => stringify(answer),
};
