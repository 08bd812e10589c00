/** Traffic of a pod's namespace to the node, with a count of what was sent. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { inNetns } from "../../harness/command.ts";
import { within } from "../../harness/deadline.ts";

const PROGRAM = join(import.meta.dirname, "send.ts");

export interface Traffic {
  /** Ends it; answers how many datagrams were sent. */
  stop(): Promise<number>;
}

/** Starts sending; resolves when the first datagrams are on their way. */
export async function startTraffic(netns: string, address: string): Promise<Traffic> {
  const [file = "", ...args] = inNetns(netns, [process.execPath, PROGRAM, address, "9"]);
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const closed = once(child, "close");
  await within({ what: "the first datagram" }, once(reader, "line"));
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await within({ what: "the sender ends" }, closed);
      return (JSON.parse(lines.at(-1) ?? "{}") as { sent: number }).sent;
    },
  };
}
