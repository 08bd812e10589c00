/**
 * The node's devices, addresses and the routes that matter, kept from rtnetlink's events. Pure:
 * events in, facts out. Of the routes only those to one address and the defaults are kept, so that
 * a node with a full routing table costs no memory.
 */
import { addressText } from "../../lib/model/address.ts";
import type { Family } from "../../lib/model/rows.ts";
import type { NetAddress, NetEvent, NetLink, NetRoute } from "../../native/rtnetlink.ts";

export interface DeviceAddress {
  readonly ifindex: number;
  /** Canonical text. */
  readonly address: string;
  /** Reachable from elsewhere: neither link-local nor the host's own. */
  readonly global: boolean;
}

/** A route to one address, straight to a device. */
export interface HostRoute {
  readonly ifindex: number;
  readonly address: string;
}

export interface DefaultRoute {
  readonly ifindex: number;
  readonly family: Family;
}

export interface NetFacts {
  readonly links: readonly NetLink[];
  readonly addresses: readonly DeviceAddress[];
  readonly hostRoutes: readonly HostRoute[];
  readonly defaultRoutes: readonly DefaultRoute[];
}

export interface NetDump {
  readonly links: readonly NetLink[];
  readonly addresses: readonly NetAddress[];
  readonly routes: readonly NetRoute[];
}

const SCOPE_GLOBAL = 0;
const TABLE_MAIN = 254;
const UNICAST = 1;
const IPV4_BYTES = 4;

interface KeptRoute {
  readonly family: Family;
  readonly isDefault: boolean;
  readonly address: string;
  readonly devices: readonly number[];
}

export class NetState {
  readonly #links = new Map<number, NetLink>();
  readonly #addresses = new Map<string, DeviceAddress>();
  readonly #routes = new Map<string, KeptRoute>();

  /** Forgets all and takes a dump. */
  reset(dump: NetDump): void {
    this.#links.clear();
    this.#addresses.clear();
    this.#routes.clear();
    for (const link of dump.links) this.#applyLink(link, false);
    for (const address of dump.addresses) this.#applyAddress(address, false);
    for (const route of dump.routes) this.#applyRoute(route, false);
  }

  /** True where the event may change what devices and addresses are. */
  apply(event: NetEvent): boolean {
    if (event.kind === "link") this.#applyLink(event.link, event.gone);
    if (event.kind === "address") return this.#applyAddress(event.address, event.gone);
    if (event.kind === "route") return this.#applyRoute(event.route, event.gone);
    return event.kind === "link";
  }

  facts(): NetFacts {
    const routes = [...this.#routes.values()];
    return {
      links: [...this.#links.values()].sort((a, b) => a.ifindex - b.ifindex),
      addresses: [...this.#addresses.values()],
      hostRoutes: routes
        .filter((route) => !route.isDefault)
        .flatMap(({ address, devices }) => devices.map((ifindex) => ({ ifindex, address }))),
      defaultRoutes: routes
        .filter((route) => route.isDefault)
        .flatMap(({ family, devices }) => devices.map((ifindex) => ({ ifindex, family }))),
    };
  }

  #applyLink(link: NetLink, gone: boolean): void {
    if (gone) {
      this.#links.delete(link.ifindex);
      for (const [key, { ifindex }] of this.#addresses) {
        if (ifindex === link.ifindex) this.#addresses.delete(key);
      }
    } else {
      this.#links.set(link.ifindex, link);
    }
    // The kernel says nothing of the IPv4 routes that go with a device that is deleted or set down.
    if (gone || !link.up) this.#dropRoutes(link.ifindex);
  }

  #dropRoutes(ifindex: number): void {
    for (const [key, route] of this.#routes) {
      if (route.devices.every((device) => device === ifindex)) this.#routes.delete(key);
    }
  }

  #applyAddress({ ifindex, address, scope }: NetAddress, gone: boolean): boolean {
    const text = textOf(address);
    if (text === undefined) return false;
    const key = `${ifindex}|${text}`;
    if (gone) return this.#addresses.delete(key);
    this.#addresses.set(key, { ifindex, address: text, global: scope === SCOPE_GLOBAL });
    return true;
  }

  #applyRoute(route: NetRoute, gone: boolean): boolean {
    const kept = keptRoute(route);
    if (kept === undefined) return false;
    // Of equal destination and priority IPv4 has one route at a time per device, IPv6 a set.
    const key = `${kept.address}|${route.prefix}|${route.priority}|${kept.devices.join(",")}`;
    if (gone) return this.#routes.delete(key);
    this.#routes.set(key, kept);
    return true;
  }
}

function keptRoute(route: NetRoute): KeptRoute | undefined {
  const address = textOf(route.destination);
  if (route.table !== TABLE_MAIN || route.type !== UNICAST || address === undefined) {
    return undefined;
  }
  const isDefault = route.prefix === 0;
  if (!isDefault && route.prefix !== route.destination.length * 8) return undefined;
  const devices = route.hops
    .filter((hop) => hop.ifindex !== 0 && (isDefault || !hop.gateway))
    .map((hop) => hop.ifindex);
  if (devices.length === 0) return undefined;
  const family = route.destination.length === IPV4_BYTES ? 4 : 6;
  return { family, isDefault, address, devices };
}

/** undefined for an address that Leat does not know (IPv4-mapped). */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return addressText(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
