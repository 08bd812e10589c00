/** The flip test's reading thread: runs the test entry until it is told to stop. */
import { parentPort, workerData } from "node:worker_threads";
import { progTestRun } from "../../native/index.ts";
import { readSeen, type ReaderOptions, writePlan } from "./flip-words.ts";

/** A run holds RCU for all its repetitions: 100,000 look-ups take some 10 ms. */
const LOOKUPS_A_RUN = 512;
const REPEAT = 200;

const options = workerData as ReaderOptions;
const stop = new Int32Array(options.stop);
const data = new Uint8Array(64);

for (let turn = 0; Atomics.load(stop, 0) === 0; turn++) {
  const family = options.families[turn % options.families.length] ?? 4;
  writePlan(options.plan, [family, options.services, options.stable, LOOKUPS_A_RUN]);
  progTestRun({ progFd: options.program, data, repeat: REPEAT });
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
parentPort?.postMessage(readSeen(options.seen));
