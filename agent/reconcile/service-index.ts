/**
 * The rows by service, port and endpoint, and what a change makes stale: an endpoint its service
 * port, a Service all its ports, the node's own zone everything. No change is answered by a scan.
 *
 * Settings and other nodes decide nothing here: they are the datapath's concern.
 */
import type { Change, Tables } from "../../lib/model/change.ts";
import type { EndpointRow, ServiceRow } from "../../lib/model/rows.ts";
import type { Surroundings } from "../desired/states.ts";
import type { NodePlace } from "../select/topology.ts";
import type { Pacer } from "./pacer.ts";

/** Keys of service ports, or all of the Service. */
export type Stale = ReadonlySet<string> | "all";

export class ServiceIndex implements Surroundings {
  readonly services = new Map<string, ServiceRow>();
  readonly #endpoints = new Map<string, Map<string, EndpointRow>>();
  readonly #stale = new Map<string, Set<string> | "all">();
  #node: NodePlace;

  constructor(node: string) {
    this.#node = { name: node, zone: "" };
  }

  get node(): NodePlace {
    return this.#node;
  }

  endpointsOf(servicePort: string): Iterable<EndpointRow> {
    return this.#endpoints.get(servicePort)?.values() ?? [];
  }

  /** Takes the tables anew: all is stale, Services that are gone included. */
  async rebuild(tables: Tables, pacer: Pacer): Promise<void> {
    this.markAll();
    this.services.clear();
    this.#endpoints.clear();
    for (const [key, row] of tables.services) {
      this.services.set(key, row);
    }
    for (const [key, row] of tables.endpoints) {
      this.#setEndpoint(key, row);
      if (pacer.due()) {
        await pacer.pause();
      }
    }
    this.#node = { ...this.#node, zone: tables.nodes.get(this.#node.name)?.zone ?? "" };
    this.markAll();
  }

  fold(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#foldOne(change);
    }
  }

  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  staleServices(): Iterable<string> {
    return [...this.#stale.keys()];
  }

  /** Answers what is stale, and forgets it. */
  takeStale(): Map<string, Stale> {
    const stale = new Map(this.#stale);
    this.#stale.clear();
    return stale;
  }

  mark(service: string, stale: Stale): void {
    const before = this.#stale.get(service);
    if (before === "all" || stale === "all") {
      this.#stale.set(service, "all");
    } else {
      this.#stale.set(service, new Set([...(before ?? []), ...stale]));
    }
  }

  markAll(): void {
    for (const service of this.services.keys()) {
      this.mark(service, "all");
    }
  }

  #foldOne(change: Change): void {
    switch (change.table) {
      case "services":
        this.#foldService(change.key, change.row);
        break;
      case "endpoints":
        this.#setEndpoint(change.key, change.row);
        this.#markPort(ownerOf(change.key));
        break;
      case "nodes":
        if (change.key === this.#node.name) {
          this.#foldZone(change.row?.zone ?? "");
        }
        break;
      case "settings":
        break;
    }
  }

  #foldService(key: string, row: ServiceRow | undefined): void {
    if (row === undefined) {
      this.services.delete(key);
    } else {
      this.services.set(key, row);
    }
    this.mark(key, "all");
  }

  #foldZone(zone: string): void {
    if (zone !== this.#node.zone) {
      this.#node = { ...this.#node, zone };
      this.markAll();
    }
  }

  #markPort(servicePort: string): void {
    const service = servicePort.slice(0, servicePort.indexOf(":"));
    const before = this.#stale.get(service);
    if (before === undefined) {
      this.#stale.set(service, new Set([servicePort]));
    } else if (before !== "all") {
      before.add(servicePort);
    }
  }

  #setEndpoint(key: string, row: EndpointRow | undefined): void {
    const servicePort = ownerOf(key);
    const endpoints = this.#endpoints.get(servicePort);
    if (row !== undefined) {
      this.#endpoints.set(servicePort, (endpoints ?? new Map()).set(key, row));
      return;
    }
    endpoints?.delete(key);
    if (endpoints?.size === 0) {
      this.#endpoints.delete(servicePort);
    }
  }
}

/** The service port of an endpoint's key. */
function ownerOf(endpointKey: string): string {
  return endpointKey.slice(0, endpointKey.indexOf("|"));
}
