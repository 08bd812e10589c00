/**
 * `make bench-sync`: 10,000 Services of 10 endpoints from a folder of manifests through a real
 * operator and a real
 * agent into the kernel's maps. Measures the time to list, stream and program them, one endpoint's
 * change, restarts
 * with nothing changed, and the memory of both processes. Prints the figures and writes out/bench-
 * sync.json.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { discardFigures, figure, figureTable, gatherFigures } from "../figures.ts";
import { eventually } from "../harness/deadline.ts";
import type { Lab } from "../harness/lab.ts";
import { withLab } from "../harness/lab.ts";
import { fileText, manifestFiles, SERVICES, withoutLastEndpoint } from "./sync-objects.ts";

const SUITE = "bench-sync";
const DEADLINE_MS = 600_000;
const RSS_MIB_MOST = 350;
const KIB_PER_MIB = 1024;
const CHANGES = 20;
/** A lab's maps are small: these are the agent's own defaults. */
const DEFAULT_CAPACITIES = {
  "capacity-frontends": "65536",
  "capacity-services": "65536",
  "capacity-slots": "2097152",
  "capacity-backends": "262144",
  "capacity-flows": "262144",
};

function report(id: string, value: number, unit: string, goal = "", ok = true): void {
  figure({ suite: SUITE, id, value, unit, goal, ok });
  const mark = ok ? "" : `  MISSED, goal ${goal}`;
  console.log(`  ${id}: ${Number.isInteger(value) ? value : value.toFixed(3)} ${unit}${mark}`);
}

const seconds = (milliseconds: number) => milliseconds / 1000;

async function list(lab: Lab): Promise<void> {
  console.log(`writing ${SERVICES} Services as manifests`);
  for (const { name, objects } of manifestFiles()) lab.manifests.putText(name, fileText(objects));
  const from = performance.now();
  lab.operator.launch();
  await eventually({ what: "all manifests are read", timeoutMs: DEADLINE_MS }, () => isListed(lab));
  report("operator, start to all listed", seconds(performance.now() - from), "s");
}

async function isListed(lab: Lab): Promise<boolean> {
  const { status } = await lab.operator.get("/readyz");
  return status === 200;
}

/**
 * Starts the agent and waits until it has applied all; answers when, in milliseconds since its
 * start.
 */
async function startAgent(lab: Lab): Promise<{ received: number; applied: number }> {
  const { agent } = lab.node(1);
  const from = Date.now();
  agent.launch();
  const { operator } = await agent.reaches(
    "has applied all Services",
    (status) => status.ready && status.services === SERVICES,
    DEADLINE_MS,
  );
  return {
    received: Date.parse(operator.receivedAt) - from,
    applied: Date.parse(operator.appliedAt) - from,
  };
}

async function first(lab: Lab): Promise<void> {
  const { received, applied } = await startAgent(lab);
  report("agent, start to all streamed", seconds(received), "s");
  report("agent, streamed to programmed", seconds(applied - received), "s");
  const { maps } = await lab.node(1).agent.status();
  const backends = maps.find((map) => map.name === "backends4")?.used ?? 0;
  report("endpoints in the map", backends, "endpoints", `${SERVICES * 10}`, backends === 100_000);
}

/** One endpoint goes: from the rename of its manifest to the state applied. */
async function change(lab: Lab): Promise<void> {
  const { agent } = lab.node(1);
  const times: number[] = [];
  for (let index = 0; index < CHANGES; index++) {
    const { name, objects } = withoutLastEndpoint(index);
    const before = (await agent.status()).operator.appliedRevision;
    const from = Date.now();
    lab.manifests.putText(name, fileText(objects));
    const { operator } = await agent.reaches(
      "has applied a change",
      (status) => status.operator.appliedRevision > before,
      DEADLINE_MS,
    );
    times.push(Date.parse(operator.appliedAt) - from);
  }
  times.sort((a, b) => a - b);
  report("one endpoint's change, manifest to map, median", times[CHANGES / 2] ?? 0, "ms");
  report("one endpoint's change, manifest to map, most", times.at(-1) ?? 0, "ms");
}

async function restart(lab: Lab, how: "SIGTERM" | "SIGKILL"): Promise<void> {
  const { agent } = lab.node(1);
  await agent.process?.stop(how);
  const { applied } = await startAgent(lab);
  const { maps, datapath } = await agent.status();
  const writes = maps.reduce((sum, map) => sum + map.writes, 0);
  report(`map writes after ${how} and restart`, writes, "writes", "0", writes === 0);
  const { replacements } = datapath;
  report(`programs loaded after ${how}`, replacements, "generations", "0", replacements === 0);
  report(`agent, start to all programmed after ${how}`, seconds(applied), "s");
}

function memory(lab: Lab, when: string): void {
  const processes = { operator: lab.operator.process, agent: lab.node(1).agent.process };
  for (const [name, placed] of Object.entries(processes)) {
    const status = readFileSync(join("/proc", String(placed?.pid), "status"), "utf8");
    for (const [field, what] of [
      ["VmRSS", "RSS"],
      ["VmHWM", "peak RSS"],
    ] as const) {
      const kib = Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
      const mib = Math.round(kib / KIB_PER_MIB);
      report(`${name}, ${what} ${when}`, mib, "MiB", `<= ${RSS_MIB_MOST}`, mib <= RSS_MIB_MOST);
    }
  }
}

discardFigures(SUITE);
await withLab({ nodes: 1, agentFlags: DEFAULT_CAPACITIES }, async (lab) => {
  await list(lab);
  await first(lab);
  memory(lab, "after the first sync");
  await change(lab);
  await restart(lab, "SIGTERM");
  await restart(lab, "SIGKILL");
  memory(lab, "after restarts");
});
console.log(`\n${figureTable(gatherFigures(SUITE))}\n`);
