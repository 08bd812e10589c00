/** Programs replaced as a whole, and swapped hook by hook, while packets and connections flow. */
import { createInterface } from "node:readline";
import type { LabNode } from "../../harness/lab.ts";
import { enter } from "../../harness/command.ts";
import { within } from "../../harness/deadline.ts";
import { startIn } from "../../harness/place.ts";
import { type LoadRates, retransmitted, ScenarioLoads, type Verdict } from "./loads.ts";
import type { Shop } from "./shop.ts";
import type { SwapCounts, SwapOptions } from "./swap-programs.ts";

export interface ReplaceOptions {
  readonly rates: LoadRates;
  /** Whole replacements of each node. */
  readonly replacements: number;
  /** Updates of every hook of each node. */
  readonly swaps: number;
  readonly swapIntervalMs: number;
}

export interface ReplaceResult extends Verdict {
  readonly replacements: number;
  readonly counts: readonly SwapCounts[];
  /** TCP segments that the clients' namespaces sent again meanwhile. */
  readonly retransmitted: number;
}

const SWAPPER = new URL("swap-programs.ts", import.meta.url).pathname;

export async function replace(shop: Shop, options: ReplaceOptions): Promise<ReplaceResult> {
  const loads = new ScenarioLoads(shop, options.rates);
  await loads.flowing();
  const before = await allRetransmitted(shop);
  let replacements = 0;
  for (let round = 0; round < options.replacements; round++) {
    for (const node of shop.lab.nodes) {
      await replaceNode(node);
      replacements++;
    }
  }
  const counts = await Promise.all(shop.lab.nodes.map((node) => swapNode(node, options)));
  const after = await allRetransmitted(shop);
  const verdict = await loads.finish();
  return { ...verdict, replacements, counts, retransmitted: after - before };
}

async function replaceNode({ agent }: LabNode): Promise<void> {
  const { replaced, problem } = await agent.replace();
  if (!replaced) throw new Error(`${agent.node}: ${problem}`);
}

/** Swaps all hooks of a node between the generation in use and the one before it. */
async function swapNode(node: LabNode, options: ReplaceOptions): Promise<SwapCounts> {
  const { swaps, swapIntervalMs: intervalMs } = options;
  const swapOptions: SwapOptions = { bpffs: node.agent.bpffs, swaps, intervalMs };
  const command = [process.execPath, SWAPPER, JSON.stringify(swapOptions)];
  const swapper = startIn(node, { name: "swapper", command, output: "pipe" });
  const { stdout, stdin } = swapper.child;
  if (stdout === null || stdin === null) throw new Error("the swapper needs pipes");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const timeoutMs = 60_000 + swaps * (intervalMs + 100);
  const next = async (): Promise<string> => {
    const line = await within({ what: `the swapper of ${node.name}`, timeoutMs }, lines.next());
    if (line.done) throw new Error(`the swapper ended: ${swapper.logTail()}`);
    return line.value;
  };
  await next();
  await replaceNode(node);
  stdin.write("go\n");
  return JSON.parse(await next()) as SwapCounts;
}

async function allRetransmitted(shop: Shop): Promise<number> {
  const places = [...shop.clients, ...shop.servers, ...shop.hosts, shop.outside];
  const texts = await Promise.all(
    places.map(({ netns }) => enter(netns, ["cat", "/proc/net/snmp"])),
  );
  return texts.reduce((sum, text) => sum + retransmitted(text), 0);
}
