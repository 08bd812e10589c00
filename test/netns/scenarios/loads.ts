/** The loads that run beside a scenario, and the judgement of what they counted. */
import assert from "node:assert/strict";
import { type Load, type LoadKind, startLoad } from "../../harness/load.ts";
import { violations, worstStaleness } from "../../harness/legality.ts";
import type { Summary, Window } from "../../harness/tally.ts";
import { eventually } from "../../harness/deadline.ts";
import { clusterTargets, ECHO, nodePortTargets, type Shop } from "./shop.ts";

export interface LoadRates {
  /** New TCP connections a second over all clients. */
  readonly connections: number;
  /** Long-lived TCP connections, each with a question every 20 ms. */
  readonly streams: number;
  /** Datagrams a second. */
  readonly datagrams: number;
}

const TIMEOUT_MS = 20_000;
const CONCURRENCY = 128;
/**
 * An answer by a server that ceased to be a backend so long ago is a fault, however busy the
 * machine.
 */
const STALE_MS_MAX = 5_000;

export interface Verdict {
  readonly summaries: Readonly<Record<LoadKind, Summary[]>>;
  readonly connections: number;
  readonly failed: number;
  readonly datagrams: number;
  /** How long before its request the server of an answer had ceased to be a backend, at most. */
  readonly staleMs: number;
}

export class ScenarioLoads {
  readonly #shop: Shop;
  readonly #loads: Load[] = [];

  constructor(shop: Shop, rates: LoadRates) {
    this.#shop = shop;
    const { connections, streams, datagrams } = rates;
    if (connections > 0) this.#startConnections(connections);
    if (streams > 0) this.#startStreams(streams);
    if (datagrams > 0) this.#startDatagrams(datagrams);
  }

  #startConnections(total: number): void {
    const { lab, clients, hosts, outside } = this.#shop;
    const options = { concurrency: CONCURRENCY, timeoutMs: TIMEOUT_MS };
    const cluster = { ...options, targets: clusterTargets(ECHO.port) };
    const nodePort = { ...options, targets: nodePortTargets(lab, 1, ECHO.nodePort) };
    this.#loads.push(
      startLoad(clients[0], "connect", { ...cluster, rate: total * 0.5 }),
      startLoad(hosts[1], "connect", { ...cluster, rate: total * 0.25 }),
      startLoad(outside, "connect", { ...nodePort, rate: total * 0.25 }),
    );
  }

  #startStreams(connections: number): void {
    const { lab, clients, outside } = this.#shop;
    const options = { connections, intervalMs: 20, timeoutMs: TIMEOUT_MS };
    const targets = nodePortTargets(lab, 1, ECHO.nodePort);
    this.#loads.push(
      startLoad(clients[1], "stream", { ...options, targets: clusterTargets(ECHO.port) }),
      startLoad(outside, "stream", { ...options, targets }),
    );
  }

  #startDatagrams(rate: number): void {
    const { lab, clients, hosts, outside } = this.#shop;
    const options = { flows: 8, timeoutMs: TIMEOUT_MS, rate: rate / 3, connected: false };
    const cluster = { ...options, targets: clusterTargets(ECHO.port) };
    const targets = nodePortTargets(lab, 1, ECHO.nodePort);
    this.#loads.push(
      startLoad(clients[0], "datagram", { ...cluster, connected: true }),
      startLoad(hosts[1], "datagram", cluster),
      startLoad(outside, "datagram", { ...options, targets }),
    );
  }

  count(kind: LoadKind): number {
    return this.#ofKind(kind).reduce((sum, load) => sum + load.ok, 0);
  }

  get failed(): number {
    return this.#loads.reduce((sum, load) => sum + load.failed, 0);
  }

  /** Waits until every load has had answers. */
  async flowing(): Promise<void> {
    await eventually({ what: "every load has answers" }, () =>
      this.#loads.every((load) => load.ok > 10),
    );
  }

  /**
   * Ends the loads; throws where anything failed or was answered by a server that had no right to.
   */
  async finish(): Promise<Verdict> {
    const summaries: Record<LoadKind, Summary[]> = { connect: [], stream: [], datagram: [] };
    await Promise.all(
      this.#loads.map(async (load) => summaries[load.kind].push(await load.stop())),
    );
    const failed = this.failed;
    if (failed > 0) {
      const errors = Object.values(summaries).flatMap((list) =>
        list.flatMap(({ errors }) => errors),
      );
      assert.fail(`${failed} failed: ${JSON.stringify(errors.slice(0, 10))}`);
    }
    const { epochs } = this.#shop.web;
    const fresh = this.#windows("connect").concat(this.#windows("datagram"));
    assert.deepEqual(violations(fresh, epochs, STALE_MS_MAX), []);
    return {
      summaries,
      connections: this.count("connect"),
      failed,
      datagrams: this.count("datagram"),
      staleMs: worstStaleness(this.#windows("connect"), epochs),
    };
  }

  #ofKind(kind: LoadKind): Load[] {
    return this.#loads.filter((load) => load.kind === kind);
  }

  #windows(kind: LoadKind): Window[] {
    return this.#ofKind(kind).flatMap((load) => load.windows);
  }
}

/** TCP segments that a namespace's own sockets sent again, from the text of /proc/net/snmp. */
export function retransmitted(snmp: string): number {
  const [names = "", values = ""] = snmp.split("\n").filter((line) => line.startsWith("Tcp:"));
  const column = names.split(" ").indexOf("RetransSegs");
  return Number(values.split(" ")[column]);
}
