/** The loads that run while something happens, and the line that shows them. */
import { FAMILIES } from "../harness/addresses.ts";
import { type Load, startLoad } from "../harness/load.ts";
import type { Window } from "../harness/tally.ts";
import { eventually } from "../harness/deadline.ts";
import { bar, styled } from "./screen.ts";
import { ADDRESSES, ECHO, HTTP, type Stage } from "./stage.ts";

const TIMEOUT_MS = 10_000;
const RATE = 200;
const SHOWN_WINDOWS = 10;

/** HTTP requests from the pod and from outside, and numbered datagrams from both; IPv4 and IPv6. */
export class Traffic {
  readonly #requests: readonly Load[];
  readonly #datagrams: readonly Load[];
  #recent: Window[] = [];

  constructor({ lab, pod, outside }: Stage) {
    const cluster = (port: number) =>
      FAMILIES.map((family) => ({ address: ADDRESSES[family], port }));
    const node = (port: number) =>
      FAMILIES.map((family) => ({ address: lab.node(1).addresses[family], port }));
    const http = { rate: RATE, concurrency: 64, timeoutMs: TIMEOUT_MS, speak: "http" } as const;
    const udp = { rate: RATE, flows: 4, timeoutMs: TIMEOUT_MS, connected: false };
    this.#requests = [
      startLoad(pod, "connect", { ...http, targets: cluster(HTTP.port) }),
      startLoad(outside, "connect", { ...http, targets: node(HTTP.nodePort) }),
    ];
    this.#datagrams = [
      startLoad(pod, "datagram", { ...udp, targets: cluster(ECHO.port) }),
      startLoad(outside, "datagram", { ...udp, targets: node(ECHO.nodePort) }),
    ];
    for (const load of this.#requests) {
      load.onWindow((window) => {
        this.#recent = [...this.#recent, window].slice(-SHOWN_WINDOWS);
      });
    }
  }

  async flowing(): Promise<void> {
    await eventually({ what: "every load has answers" }, () =>
      [...this.#requests, ...this.#datagrams].every((load) => load.ok > 10),
    );
  }

  get requests(): number {
    return sum(this.#requests, (load) => load.ok);
  }

  get failed(): number {
    return sum(this.#requests, (load) => load.failed);
  }

  get datagrams(): number {
    return sum(this.#datagrams, (load) => load.ok);
  }

  get windows(): readonly Window[] {
    return this.#requests.flatMap((load) => load.windows);
  }

  /** One line: how many, how many failed, and each server's share of the last second. */
  show(names: readonly string[]): string {
    const counts = names.map((name) =>
      this.#recent.reduce((total, window) => total + (window.servers[name] ?? 0), 0),
    );
    const all = Math.max(1, ...counts.map((count) => count));
    const shares = names.map((name, index) => {
      const share = (counts[index] ?? 0) / all;
      return `${styled(share > 0 ? "green" : "dim", name)} ${styled("green", bar(share, 6))}`;
    });
    const { failed } = this;
    const failures = styled(failed === 0 ? "green" : "red", `${failed} failed`);
    return `${this.requests} requests, ${failures}   ${shares.join("  ")}`;
  }

  /** Ends the loads; answers what failed and what was lost, with the first errors. */
  async stop(): Promise<{ failed: number; lost: number; errors: readonly string[] }> {
    const all = [...this.#requests, ...this.#datagrams];
    const summaries = await Promise.all(all.map((load) => load.stop()));
    const errors = summaries.flatMap((summary) =>
      summary.errors.map(({ code, detail, target }) => `${target}: ${code}: ${detail}`),
    );
    const lost = sum(this.#datagrams, (load) => load.failed);
    return { failed: this.failed, lost, errors: errors.slice(0, 5) };
  }
}

function sum(loads: readonly Load[], count: (load: Load) => number): number {
  return loads.reduce((total, load) => total + count(load), 0);
}
