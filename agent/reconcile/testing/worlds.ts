/**
 * Random clusters and random steps from one to the next, small enough that all things collide
 * often.
 */
import * as fc from "fast-check";

import type { Tables } from "../../../lib/model/change.ts";
import type { EndpointRow, ServicePort, ServiceRow } from "../../../lib/model/rows.ts";
import { endpoint, node, port, service, tables } from "./rows.ts";

/** The node that the tests' reconciler is on. */
export const NODE = "n1";

const NAMES = ["a", "b", "c"] as const;

/** One Service with its endpoints. */
interface Application {
  readonly row: ServiceRow;
  readonly endpoints: readonly EndpointRow[];
}

/** What changes at once: applications by name (undefined: gone), and the zone of the node. */
export interface Step {
  readonly applications: Readonly<Partial<Record<string, Application | undefined>>>;
  readonly zone: string | undefined;
}

export interface WorldOptions {
  /** Whether services claim one another's external IPs. */
  readonly conflicts: boolean;
}

const policy = fc.constantFrom("Cluster" as const, "Local" as const);

function ports(index: number): fc.Arbitrary<ServicePort[]> {
  const nodePort = (offset: number) => fc.constantFrom(0, 30000 + index * 10 + offset);
  const variants = [
    fc.tuple(
      fc.constantFrom("http", "web"),
      fc.constant("TCP" as const),
      fc.constantFrom(80, 81),
      nodePort(0),
    ),
    fc.tuple(
      fc.constantFrom("dns", "query"),
      fc.constant("UDP" as const),
      fc.constantFrom(80, 53),
      nodePort(1),
    ),
    fc.tuple(fc.constant("more"), fc.constant("TCP" as const), fc.constant(82), nodePort(2)),
  ] as const;
  return fc
    .subarray([...variants], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen))
    .map((all) =>
      all.map(([name, protocol, number, nodePort]) =>
        port({ name, protocol, port: number, nodePort }),
      ),
    );
}

function serviceRow(index: number, { conflicts }: WorldOptions): fc.Arbitrary<ServiceRow> {
  const external = conflicts ? ["192.0.2.1", "192.0.2.2", "2001:db8::1"] : [`192.0.2.${index + 1}`];
  const balanced = conflicts ? ["192.0.2.2"] : [`198.51.100.${index + 1}`, `192.0.2.${index + 1}`];
  return fc
    .record({
      clusterIPs: fc.subarray([`10.96.0.${index + 1}`, `fd00:96::${index + 1}`]),
      externalIPs: fc.subarray(external),
      loadBalancerIPs: fc.subarray(balanced),
      internalPolicy: policy,
      externalPolicy: policy,
      affinitySeconds: fc.constantFrom(0, 0, 60),
      ports: ports(index),
    })
    .map((fields) => service(NAMES[index] ?? "", fields));
}

function endpointRow(row: ServiceRow): fc.Arbitrary<EndpointRow> {
  const address = fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2");
  const fields = fc.record({
    node: fc.constantFrom(NODE, "n2", ""),
    ready: fc.boolean(),
    serving: fc.boolean(),
    terminating: fc.boolean(),
    zoneHints: fc.constantFrom([], ["z1"], ["z2"]),
  });
  return fc
    .tuple(address, fc.constantFrom(...row.ports), fields)
    .map(([address, { name, protocol }, rest]) =>
      endpoint(row.name, address, { portName: name, protocol, ...rest }),
    );
}

function application(index: number, options: WorldOptions): fc.Arbitrary<Application> {
  return serviceRow(index, options).chain((row) =>
    fc.record({ row: fc.constant(row), endpoints: fc.array(endpointRow(row), { maxLength: 5 }) }),
  );
}

export function step(options: WorldOptions): fc.Arbitrary<Step> {
  const applications = NAMES.map((name, index) =>
    fc
      .option(fc.option(application(index, options), { nil: undefined, freq: 5 }), {
        nil: null,
        freq: 2,
      })
      .map((each) => (each === null ? {} : { [name]: each })),
  );
  return fc.record({
    applications: fc.tuple(...applications).map((all) => Object.assign({}, ...all)),
    zone: fc.option(fc.constantFrom("", "z1", "z2"), { nil: undefined }),
  });
}

/** The tables after each step, beginning from nothing. */
export function tablesAlong(steps: readonly Step[]): Tables[] {
  let applications: Step["applications"] = {};
  let zone = "";
  return steps.map((step) => {
    applications = { ...applications, ...step.applications };
    zone = step.zone ?? zone;
    const all = Object.values(applications).filter((each) => each !== undefined);
    return tables(
      all.map(({ row }) => row),
      all.flatMap(({ endpoints }) => endpoints),
      [node(NODE, zone)],
    );
  });
}
