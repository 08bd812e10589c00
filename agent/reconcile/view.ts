/**
 * What a node serves and why, for people: the rows beside what the kernel holds of them. Made on
 * demand.
 */
import {
  type EndpointRow,
  type Family,
  type Protocol,
  type ServiceRow,
  serviceKey,
  servicePortKey,
} from "../../lib/model/rows.ts";
import { addressFamily } from "../../lib/model/address.ts";
import { familiesOf, type FrontendKind, frontendsOf } from "../desired/frontends.ts";
import { policiesOf, stateKey } from "../desired/states.ts";
import type { Counters, Stores } from "../maps/store.ts";
import { highOf } from "../maps/words.ts";
import { chooseEndpoints, isUsed, type Reason } from "../select/endpoints.ts";
import type { HeldState, Ledger } from "./ledger.ts";
import type { ServiceIndex } from "./service-index.ts";

export interface Use {
  readonly used: boolean;
  readonly why: Reason;
}

export interface EndpointView {
  readonly endpoint: EndpointRow;
  readonly cluster: Use;
  readonly local: Use;
}

export interface FrontendView {
  readonly kind: FrontendKind;
  /** "0.0.0.0" or "::" of a node port: every address of the node. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Whether the kernel has it, for this service port. */
  readonly programmed: boolean;
}

/** A service port in one family. */
export interface StateView {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort: number;
  readonly family: Family;
  /** Undefined where the kernel has none: the failures say why. */
  readonly state: number | undefined;
  /** Of the state: it grows with every change. */
  readonly generation: number;
  readonly frontends: readonly FrontendView[];
  readonly endpoints: readonly EndpointView[];
  readonly counters: Counters | undefined;
}

/** A state id in use. */
export interface HeldView {
  readonly state: number;
  /** The serial number that its counters carry. */
  readonly owner: number;
  readonly servicePort: string;
  readonly family: Family;
}

/** Costs one object a state: no row is looked at. */
export function heldOf(ledger: Ledger): HeldView[] {
  return [...ledger.all()].map(({ id, owner, key, family }) => ({
    state: id,
    owner,
    servicePort: key.slice(0, key.lastIndexOf("/")),
    family,
  }));
}

export interface ViewSources {
  readonly index: ServiceIndex;
  /** Undefined while the kernel is being read back. */
  readonly ledger: Ledger | undefined;
  readonly stores: Stores;
}

/** Of one Service, or of all. */
export function viewOf(sources: ViewSources, service?: string): StateView[] {
  const { services } = sources.index;
  const row = service === undefined ? undefined : services.get(service);
  const rows = service === undefined ? [...services.values()] : [];
  return (row === undefined ? rows : [row]).flatMap((each) => viewService(sources, each));
}

function viewService(sources: ViewSources, row: ServiceRow): StateView[] {
  return row.ports.flatMap((port) =>
    familiesOf(row).map((family) => {
      const held = sources.ledger?.byKey(stateKey(servicePortKey(row, port), family));
      const ours = held?.service === serviceKey(row) ? held : undefined;
      return {
        namespace: row.namespace,
        service: row.name,
        portName: port.name,
        protocol: port.protocol,
        port: port.port,
        nodePort: port.nodePort,
        family,
        ...viewState(sources.stores, ours),
        frontends: frontendsOf(row, port, family).map((frontend) => ({
          kind: frontend.kind,
          address: frontend.address,
          port: frontend.port,
          protocol: frontend.protocol,
          programmed: ours?.frontends.get(frontend.key)?.kind === frontend.kind,
        })),
        endpoints: viewEndpoints(sources.index, row, port, family),
      };
    }),
  );
}

function viewState(
  stores: Stores,
  held: HeldState | undefined,
): Pick<StateView, "state" | "generation" | "counters"> {
  if (held === undefined) {
    return { state: undefined, generation: 0, counters: undefined };
  }
  const counters = stores.counters.read(held.id);
  return {
    state: held.id,
    generation: highOf(stores.states.load(held.id)),
    counters: counters.owner === held.owner ? counters : undefined,
  };
}

function viewEndpoints(
  index: ServiceIndex,
  row: ServiceRow,
  port: ServiceRow["ports"][number],
  family: Family,
): EndpointView[] {
  const all = [...index.endpointsOf(servicePortKey(row, port))];
  const ours = all.filter(({ address }) => addressFamily(address) === family);
  const choice = chooseEndpoints(ours, policiesOf(row, port, family), index.node);
  const use = (why: Reason = "not-ready") => ({ used: isUsed(why), why });
  return ours.map((endpoint, position) => ({
    endpoint,
    cluster: use(choice.clusterReasons[position]),
    local: use(choice.localReasons[position]),
  }));
}
