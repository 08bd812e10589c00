/** The nodes table and the one row of the settings as columns: rows in, a batch out, and back. */
import type { NodeRow, SettingsRow } from "../model/rows.ts";
import { at, ColumnReader } from "./column-reader.ts";
import { ColumnWriter } from "./column-writer.ts";
import type { leat } from "./gen/leat.js";

export class NodeColumns extends ColumnWriter {
  readonly #c = {
    name: [] as string[],
    zone: [] as string[],
    internalIpCount: [] as number[],
    internalIp: [] as Uint8Array[],
    externalIpCount: [] as number[],
    externalIp: [] as Uint8Array[],
    podCidrCount: [] as number[],
    podCidrAddress: [] as Uint8Array[],
    podCidrPrefix: [] as number[],
  };

  add(row: NodeRow): void {
    const c = this.#c;
    this.text(c.name, row.name);
    this.text(c.zone, row.zone);
    this.list(c.internalIpCount, row.internalIPs, (ip) => this.address(c.internalIp, ip));
    this.list(c.externalIpCount, row.externalIPs, (ip) => this.address(c.externalIp, ip));
    this.list(c.podCidrCount, row.podCIDRs, (cidr) =>
      this.cidr(c.podCidrAddress, c.podCidrPrefix, cidr),
    );
  }

  get set(): leat.v1.Set.$Properties {
    return { nodes: this.#c };
  }
}

export function readNodes(batch: leat.v1.NodeBatch.$Properties): NodeRow[] {
  const read = new ColumnReader("nodes");
  const rows = batch.name?.length ?? 0;
  const names = read.values("name", rows, batch.name);
  const zones = read.values("zone", rows, batch.zone);
  const ips = (
    name: string,
    counts: typeof batch.internalIpCount,
    column: typeof batch.internalIp,
  ) => read.lists(name, rows, counts, read.addresses(name, column?.length ?? 0, column));
  const internalIPs = ips("internal_ip", batch.internalIpCount, batch.internalIp);
  const externalIPs = ips("external_ip", batch.externalIpCount, batch.externalIp);
  const cidrs = read.cidrs("pod_cidr", batch.podCidrAddress, batch.podCidrPrefix);
  const podCIDRs = read.lists("pod_cidr", rows, batch.podCidrCount, cidrs);
  return Array.from({ length: rows }, (_, row) => ({
    name: at(names, row),
    zone: at(zones, row),
    internalIPs: at(internalIPs, row),
    externalIPs: at(externalIPs, row),
    podCIDRs: at(podCIDRs, row),
  }));
}

/** The table has one row: of several, the last one holds. */
export class SettingsColumns extends ColumnWriter {
  #settings: leat.v1.SettingsBatch.$Properties = {};

  add(row: SettingsRow): void {
    const settings = {
      podCidrAddress: [] as Uint8Array[],
      podCidrPrefix: [] as number[],
      serviceCidrAddress: [] as Uint8Array[],
      serviceCidrPrefix: [] as number[],
      masqueradeAll: row.masqueradeAll,
    };
    for (const cidr of row.podCIDRs) {
      this.cidr(settings.podCidrAddress, settings.podCidrPrefix, cidr);
    }
    for (const cidr of row.serviceCIDRs) {
      this.cidr(settings.serviceCidrAddress, settings.serviceCidrPrefix, cidr);
    }
    this.#settings = settings;
  }

  get set(): leat.v1.Set.$Properties {
    return { settings: this.#settings };
  }
}

export function readSettings(batch: leat.v1.SettingsBatch.$Properties): SettingsRow {
  const read = new ColumnReader("settings");
  return {
    podCIDRs: read.cidrs("pod_cidr", batch.podCidrAddress, batch.podCidrPrefix),
    serviceCIDRs: read.cidrs("service_cidr", batch.serviceCidrAddress, batch.serviceCidrPrefix),
    masqueradeAll: batch.masqueradeAll ?? false,
  };
}
