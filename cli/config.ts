/**
 * What the command line takes from its surroundings: the only file of cli/ that reads the
 * environment.
 */
import { basename } from "node:path";
import manifest from "../package.json" with { type: "json" };

const DEFAULT_SOCKET = "/run/leat/agent.sock";

export interface CliConfig {
  /** As typed: "leat", or "kubectl leat" for the plugin. */
  readonly program: string;
  readonly version: string;
  readonly socket: string;
}

/** Reads LEAT_SOCKET and the name under which the program was called. */
export function cliConfig(argv: readonly string[], env: NodeJS.ProcessEnv): CliConfig {
  const called = basename(argv[1] ?? "leat").replace(/\.[a-z]+$/, "");
  return {
    program: called === "kubectl-leat" ? "kubectl leat" : "leat",
    version: manifest.version,
    socket: env.LEAT_SOCKET ?? DEFAULT_SOCKET,
  };
}

/** The configuration of this process. */
export function processConfig(): CliConfig {
  return cliConfig(process.argv, process.env);
}
