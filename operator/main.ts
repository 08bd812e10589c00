/**
 * The operator's process: reads the options, wires the parts, and ties them to the process. No rule
 * lives here.
 */
import { randomUUID } from "node:crypto";
import { keepHeapSmall } from "../lib/heap.ts";
import { History } from "../lib/history.ts";
import { Lifecycle, runProcess } from "../lib/lifecycle.ts";
import { createLogger, type Logger } from "../lib/log.ts";
import { SETTINGS_KEY } from "../lib/model/rows.ts";
import { OptionError } from "../lib/options.ts";
import { rowRefusal } from "../lib/wire/encode.ts";
import { type OperatorConfig, processInput, readConfig, VERSION } from "./config.ts";
import { Feed, RefusedRows } from "./feed.ts";
import { checkAnswer, HttpServer, jsonAnswer, type Routes } from "./http-server.ts";
import { Metrics } from "./metrics.ts";
import { ClusterState } from "./model/cluster-state.ts";
import { Problems } from "./problems.ts";
import { createTableServer } from "./serve/table-server.ts";
import { KubernetesSource } from "./watch/kubernetes/kubernetes-source.ts";
import { ManifestSource } from "./watch/manifests/manifest-source.ts";
import type { Source } from "./watch/source.ts";

const USAGE_ERROR = 2;
/** A list that brings next to nothing for so long is begun anew. */
const STALL_MS = 10_000;
/** The longest wait between two attempts: what has recovered is noticed within 5 s. */
const RETRY_MS_MOST = 4000;
const PAGE_SIZE = 500;

async function main(): Promise<void> {
  try {
    const outcome = readConfig(processInput());
    if (outcome.kind === "help") process.stdout.write(outcome.text);
    else await run(outcome.config);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`leat-operator: ${error.message}\n`);
    process.exitCode = USAGE_ERROR;
  }
}

async function run(config: OperatorConfig): Promise<void> {
  const log = createLogger({ name: "operator", level: config.logLevel, format: config.logFormat });
  const problems = new Problems({ log, now: Date.now });
  const refusedRows = new RefusedRows(problems);
  const history = new History({
    epoch: randomUUID(),
    refuse: rowRefusal,
    onRefused: (change, reason) => refusedRows.add(change, reason),
  });
  const { podCIDRs, serviceCIDRs, masqueradeAll } = config;
  const settings = { podCIDRs, serviceCIDRs, masqueradeAll };
  history.commit([{ table: "settings", key: SETTINGS_KEY, row: settings }]);
  const tables = createTableServer({ history, log });
  const isSynced = () => feed.isSynced;
  const metrics = new Metrics({ version: VERSION, history, problems, tables, isSynced });
  const feed = new Feed({
    state: new ClusterState(config),
    history,
    problems,
    refusedRows,
    publish: () => tables.published(),
    observer: metrics.feed,
  });
  const source = createSource(config, metrics);
  const routes: Routes = {
    "/metrics": async () => ({ status: 200, type: metrics.type, text: await metrics.text() }),
    "/livez": () => checkAnswer([]),
    "/readyz": () => checkAnswer(source.pending().map((name) => `not yet read: ${name}`)),
    "/problems": () => jsonAnswer(problems.list()),
  };
  await runProcess(lifecycle({ config, log, tables, routes, source, feed }), { log });
}

interface Parts {
  readonly config: OperatorConfig;
  readonly log: Logger;
  readonly tables: ReturnType<typeof createTableServer>;
  readonly routes: Routes;
  readonly source: Source;
  readonly feed: Feed;
}

/** The tables listen first, so that being ready means that agents are served. */
function lifecycle({ config, log, tables, routes, source, feed }: Parts): Lifecycle {
  const parts = new Lifecycle({ log });
  const http = new HttpServer({ ...config.http, routes, log });
  parts.add({
    name: "tables",
    start: async () => void (await tables.start(config.listen)),
    stop: () => tables.stop(),
  });
  parts.add({ name: "http", start: () => http.start(), stop: () => http.stop() });
  parts.add({ name: "source", start: () => source.start(feed), stop: () => source.stop() });
  return parts;
}

function createSource(config: OperatorConfig, metrics: Metrics): Source {
  const { source, stateDir, proxyName, manifestRescanMs: rescanMs } = config;
  if (source.kind === "manifests") {
    const { folder } = source;
    return new ManifestSource({
      folder,
      stateFolder: stateDir,
      rescanMs,
      observer: metrics.manifests,
    });
  }
  const settings = {
    inactivityMs: config.watchInactivityMs,
    holdMs: config.massDeleteHoldMs,
    stallMs: STALL_MS,
    retryMsMost: RETRY_MS_MOST,
    pageSize: PAGE_SIZE,
  };
  const { kubeconfig } = source;
  const observer = metrics.reflector;
  return new KubernetesSource({ kubeconfig, proxyName, settings, observer, random: Math.random });
}

keepHeapSmall();
await main();
