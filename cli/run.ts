/**
 * The command line as a function: arguments in, text out, exit code back. No process state is
 * touched.
 */
import { Command, CommanderError, Option } from "commander";
import type { AgentClient } from "./agent-client.ts";
import { datapathCommand } from "./commands/datapath.ts";
import { mapCommand } from "./commands/map.ts";
import { serviceCommand } from "./commands/service.ts";
import { statusCommand } from "./commands/status.ts";
import { versionCommand } from "./commands/version.ts";
import type { CliConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { OUTPUTS } from "./context.ts";
import { CliError, EXIT } from "./errors.ts";

export interface CliEdge {
  readonly config: CliConfig;
  readonly connect: (socket: string) => AgentClient;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const EXIT_CODES = `
Exit codes: 0 done; 1 the agent's answer is bad (not ready, not found, refused);
2 the command is wrong; 3 no agent answers on the socket.`;

/** Runs one command; argv as in process.argv. */
export async function run(argv: readonly string[], edge: CliEdge): Promise<number> {
  let exitCode: number = EXIT.done;
  const context: Context = {
    version: edge.config.version,
    connect: edge.connect,
    write: edge.out,
    exit: (code) => {
      exitCode = code;
    },
  };
  try {
    await program(edge, context).parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    return exitOf(error, edge);
  }
}

function program(edge: CliEdge, context: Context): Command {
  const { config } = edge;
  const root = new Command(config.program)
    .description("Shows what the Leat agent of this node serves, and why.")
    .option("--socket <path>", "the agent's control socket; or LEAT_SOCKET", config.socket)
    .addOption(
      new Option("-o, --output <form>", "how to print").choices([...OUTPUTS]).default("table"),
    )
    .addHelpText("after", EXIT_CODES);
  const commands = [statusCommand, serviceCommand, mapCommand, datapathCommand, versionCommand];
  for (const make of commands) {
    root.addCommand(make(context));
  }
  quiet(root, edge);
  return root;
}

/** Errors are thrown and printed here, for a command and all below it. */
function quiet(command: Command, edge: CliEdge): void {
  command.exitOverride().configureOutput({ writeOut: edge.out, writeErr: edge.err });
  command.showSuggestionAfterError(true);
  for (const child of command.commands) {
    quiet(child, edge);
  }
}

function exitOf(error: unknown, edge: CliEdge): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  if (error instanceof CliError) {
    edge.err(`${edge.config.program}: ${error.message}\n`);
    return error.exitCode;
  }
  throw error;
}
