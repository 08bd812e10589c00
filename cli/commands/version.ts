/** `leat version`: of the command line, and of the agent where one answers. */
import { Command } from "commander";
import type { VersionAnswer } from "../../agent/control/api.ts";
import type { Context } from "../context.ts";
import { agentOf, show } from "../context.ts";
import { CliError } from "../errors.ts";
import { table } from "../table.ts";

interface Versions {
  readonly cli: { readonly version: string };
  readonly agent: VersionAnswer | { readonly problem: string };
}

export function versionCommand(context: Context): Command {
  return new Command("version")
    .description("Show the versions of the command line and of the agent")
    .action(async (_options: object, command: Command) => {
      const agent = await agentVersion(context, command);
      show(context, command, { cli: { version: context.version }, agent }, render);
    });
}

/** An agent that does not answer is no error here: the command line's own version is known. */
async function agentVersion(context: Context, command: Command): Promise<Versions["agent"]> {
  try {
    return await agentOf(context, command).version();
  } catch (error) {
    if (error instanceof CliError && error.code === "unreachable") {
      context.exit(error.exitCode);
      return { problem: error.message };
    }
    throw error;
  }
}

function render(versions: Versions): string {
  const { cli, agent } = versions;
  const rows =
    "problem" in agent
      ? [["agent", "-", agent.problem]]
      : [["agent", agent.version, `on ${agent.node}, Node.js ${agent.runtime}`]];
  return table(["PART", "VERSION", ""], [["cli", cli.version, ""], ...rows]);
}
