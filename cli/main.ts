#!/usr/bin/env node
/** `leat`, also installed as kubectl-leat: wiring only. */
import { createSocketClient } from "./agent-client.ts";
import { processConfig } from "./config.ts";
import { run } from "./run.ts";

process.exitCode = await run(process.argv, {
  config: processConfig(),
  connect: createSocketClient,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
