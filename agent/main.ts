/**
 * The agent's process: reads the options, wires the parts, and ties them to the process. No rule
 * lives here.
 */
import { keepHeapSmall } from "../lib/heap.ts";
import type { Logger } from "../lib/log.ts";
import { createLogger } from "../lib/log.ts";
import { Lifecycle, runProcess } from "../lib/lifecycle.ts";
import { OptionError } from "../lib/options.ts";
import { statfsType } from "../native/index.ts";
import { Agent } from "./agent.ts";
import type { AgentConfig } from "./config.ts";
import { processConfig, VERSION } from "./config.ts";
import { createAgentSource } from "./control/agent-source.ts";
import { createControlServer } from "./control/server.ts";
import type { MapName } from "./datapath/capacities.ts";
import type { NodeDatapath } from "./datapath/datapath.ts";
import { createDatapath } from "./datapath/datapath.ts";
import { FlowWatch } from "./flow-watch.ts";
import { createHttpServer } from "./http-server.ts";
import { countFlows } from "./maps/kernel-flow-use.ts";
import { readPage } from "./maps/kernel-pages.ts";
import { readDrops } from "./maps/kernel-drops.ts";
import type { Stores } from "./maps/store.ts";
import { createMetrics } from "./metrics.ts";
import { createReconciler } from "./reconcile/reconciler.ts";
import { createTableClient } from "./subscribe/table-client.ts";

/** How often failures are looked at that come or go without a new state. */
const CHECK_MS = 5_000;
/** How often tracked flows are counted: reading a full table takes some 100 ms of a core. */
const FLOWS_MS = 30_000;
const USAGE_ERROR = 2;

async function main(): Promise<void> {
  try {
    const outcome = processConfig();
    if (outcome.kind === "help") {
      process.stdout.write(outcome.text);
    } else {
      await run(outcome.config);
    }
  } catch (error) {
    if (!(error instanceof OptionError)) {
      throw error;
    }
    process.stderr.write(`leat-agent: ${error.message}\n`);
    process.exitCode = USAGE_ERROR;
  }
}

async function run(config: AgentConfig): Promise<void> {
  const log = createLogger({ name: "agent", level: config.logLevel, format: config.logFormat });
  const { agent, source, flows } = parts(config, log);
  const lifecycle = new Lifecycle({ log });
  const control = createControlServer({ path: config.socket, source, log });
  lifecycle.add({ name: "control socket", ...control });
  if (config.http !== undefined) {
    const servicesMax = config.metricsServices;
    const metrics = createMetrics({ version: VERSION, source, servicesMax });
    const http = {
      metrics,
      checkAddon: () => void statfsType("/"),
      unreadyReasons: () => agent.unreadyReasons(),
    };
    lifecycle.add({ name: "http", ...createHttpServer({ ...config.http, source: http, log }) });
  }
  lifecycle.add({ name: "agent", start: () => agent.start(), stop: () => agent.stop() });
  lifecycle.add({ name: "flow counts", start: () => flows.start(), stop: () => flows.stop() });
  lifecycle.add(checks(() => agent.check()));
  log.info({ version: VERSION, node: config.node, operator: config.operator }, "starting");
  await runProcess(lifecycle, { log });
}

function parts(config: AgentConfig, log: Logger) {
  const { node } = config;
  const now = () => new Date();
  const datapath = createDatapath({ ...config, capacities: capacitiesOf(config), log });
  const stream = createTableClient({
    address: config.operator,
    node,
    version: VERSION,
    onSync: (sync) => agent.sync(sync),
    log,
    random: Math.random,
  });
  const agent = new Agent({
    node,
    datapath,
    createReconciler: (stores: Stores, onFailures) =>
      createReconciler({ stores, node, log, onFailures }),
    stream,
    log,
    now,
  });
  const flows = new FlowWatch({
    count: (isStopped) => countFlows(flowMaps(datapath), isStopped),
    intervalMs: FLOWS_MS,
    log,
  });
  const source = createAgentSource({
    node,
    version: VERSION,
    startedAt: now(),
    now,
    agent,
    operator: () => stream.status(),
    datapath: () => datapath.status(),
    datapathMaps: () => [...datapath.mapUses(), ...flows.uses],
    nodeMaps: {
      elements: (pin, offset, limit) => {
        const map = datapath.maps.get(pin as MapName);
        return map && readPage(map.fd, offset, limit);
      },
      deviceName: (ifindex) => datapath.deviceName(ifindex),
    },
    drops: () => dropsOf(datapath),
  });
  return { agent, source, flows };
}

function flowMaps({ maps }: NodeDatapath) {
  return ([4, 6] as const).flatMap((family) => {
    const map = maps.get(`flows${family}_v1`);
    const name = `flows${family}`;
    return map === undefined ? [] : [{ name, fd: map.fd, capacity: map.info.maxEntries }];
  });
}

function dropsOf(datapath: NodeDatapath) {
  const map = datapath.maps.get("drops_v1");
  return map === undefined ? [] : readDrops(map.fd);
}

function capacitiesOf(config: AgentConfig) {
  return {
    frontends: config.capacityFrontends,
    services: config.capacityServices,
    slots: config.capacitySlots,
    backends: config.capacityBackends,
    flows: config.capacityFlows,
  };
}

function checks(check: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "checks",
    start: () => {
      timer = setInterval(check, CHECK_MS);
    },
    stop: () => clearInterval(timer),
  };
}

keepHeapSmall();
await main();
