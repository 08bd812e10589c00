/**
 * A process that holds a datapath inside a node's namespace. In: its options as JSON in the first
 * argument, then calls as JSON lines {id, call, args}. Out: a line {id, answer} or {id, code,
 * message} for each.
 */
import { createDatapath, type DatapathOptions } from "../../../agent/datapath/datapath.ts";
import type { DatapathFacts } from "../../../agent/datapath/settings.ts";
import type { KernelStores } from "../../../agent/maps/kernel-stores.ts";
import { errorCode, errorText } from "../../../lib/errors.ts";
import { createLogger } from "../../../lib/log.ts";
import { onJsonLines } from "../../harness/json-lines.ts";

export interface HostOptions extends Omit<DatapathOptions, "log" | "rehearse"> {
  /** False: the programs are small ones that count, and serve nothing. */
  readonly rehearsed: boolean;
}

interface Call {
  readonly id: number;
  readonly call: keyof typeof calls;
  readonly args: unknown[];
}

const { rehearsed, ...options } = JSON.parse(process.argv[2] ?? "{}") as HostOptions;
const write = (line: string): void => void process.stderr.write(line);
const datapath = createDatapath({
  ...options,
  ...(rehearsed ? {} : { rehearse: () => Promise.resolve() }),
  log: createLogger({ name: "host", write }),
});
let stores: KernelStores | undefined;

function open(): KernelStores {
  if (stores === undefined) throw new Error("openStores first");
  return stores;
}

const calls = {
  openStores: async () => {
    stores = await datapath.openStores();
    return stores.slots.capacity;
  },
  start: (facts: DatapathFacts) => datapath.start(facts),
  update: (facts: DatapathFacts) => datapath.update(facts),
  replace: () => datapath.replace(),
  problem: () => datapath.problem(),
  status: () => datapath.status(),
  close: () => datapath.close(),
  loadWord: (index: number) => Number(open().slots.load(index)),
  storeWord: (index: number, word: number) => open().slots.store(index, BigInt(word)),
};

async function answer({ id, call, args }: Call): Promise<void> {
  const method = calls[call] as (...args: unknown[]) => unknown;
  try {
    console.log(JSON.stringify({ id, answer: (await method(...args)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ id, code: errorCode(error) ?? "", message: errorText(error) }));
  }
}

onJsonLines(process.stdin, (call) => void answer(call as Call));
process.stdin.on("end", () => process.exit(0));
