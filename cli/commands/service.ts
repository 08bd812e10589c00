/**
 * `leat service list` and `leat service get`: what is served, and why each endpoint is used or not.
 */
import { Command } from "commander";
import type {
  CountersAnswer,
  EndpointAnswer,
  FrontendAnswer,
  PortDetail,
  PortSummary,
  ServiceDetail,
  ServiceSummary,
  UseAnswer,
} from "../../agent/control/api.ts";
import type { Context } from "../context.ts";
import { agentOf, show } from "../context.ts";
import { CliError } from "../errors.ts";
import { bytes, count, indent, orDash, printable, table } from "../table.ts";

interface NamespaceOption {
  readonly namespace?: string;
}

export function serviceCommand(context: Context): Command {
  const command = new Command("service").alias("svc").description("Show the services of this node");
  command
    .command("list")
    .description("List services with their addresses, endpoints and flows")
    .option("-n, --namespace <name>", "of one namespace only")
    .action(async (options: NamespaceOption, self: Command) => {
      const services = await agentOf(context, self).services();
      const wanted = services.filter((service) => within(service, options.namespace));
      show(context, self, wanted, renderList);
    });
  command
    .command("get")
    .argument("<service>", "NAMESPACE/NAME, or NAME with -n")
    .description(
      "Show one service: frontends, policies, and each endpoint with why it is used or not",
    )
    .option("-n, --namespace <name>", "of the service")
    .action(async (service: string, options: NamespaceOption, self: Command) => {
      const { namespace, name } = serviceName(service, options.namespace);
      show(context, self, await agentOf(context, self).service(namespace, name), renderService);
    });
  return command;
}

function within(service: ServiceSummary, namespace: string | undefined): boolean {
  return namespace === undefined || service.namespace === namespace;
}

function serviceName(text: string, namespace: string | undefined) {
  const [first = "", second, ...more] = text.split("/");
  if (more.length > 0 || first === "" || second === "") {
    throw new CliError("usage", `"${text}" names no service: write NAMESPACE/NAME`);
  }
  return second === undefined
    ? { namespace: namespace ?? "default", name: first }
    : { namespace: first, name: second };
}

function renderList(services: readonly ServiceSummary[]): string {
  if (services.length === 0) {
    return "No services.\n";
  }
  return table(
    [
      "NAMESPACE",
      "NAME",
      "TYPE",
      "CLUSTER-IP",
      "EXTERNAL-IP",
      "PORTS",
      "USED",
      "FLOWS",
      "PROBLEMS",
    ],
    services.map((service) => [
      service.namespace,
      service.name,
      service.type,
      orDash(service.clusterIPs.join(",")),
      orDash([...service.loadBalancerIPs, ...service.externalIPs].join(",")),
      orDash(service.ports.map(portText).join(",")),
      `${service.endpoints.used}/${service.endpoints.total}`,
      `${service.counters.flows}`,
      service.problems === 0 ? "" : `${service.problems}`,
    ]),
  );
}

function portText(port: PortSummary): string {
  const nodePort = port.nodePort === 0 ? "" : `:${port.nodePort}`;
  return `${port.port}${nodePort}/${port.protocol}`;
}

function renderService(service: ServiceDetail): string {
  const { sourceRanges: ranges, affinitySeconds: affinity } = service;
  const head = [
    `Service    ${service.namespace}/${service.name} (${service.type})`,
    `Policies   internal ${service.internalPolicy}, external ${service.externalPolicy}`,
    `Affinity   ${affinity === 0 ? "none" : `by client, ${affinity} s`}`,
    `Sources    ${ranges === null ? "all" : ranges.length === 0 ? "none" : ranges.join(", ")}`,
    ...service.refusals.map((refusal) => `Refused    ${printable(refusal)}`),
    ...service.failures.map(
      (failure) => `Failure    ${failure.code}: ${printable(failure.message)}`,
    ),
  ];
  return `${head.join("\n")}\n${service.ports.map(renderPort).join("")}`;
}

function renderPort(port: PortDetail): string {
  const name = port.name === "" ? "" : ` ${port.name}`;
  const state = port.programmed ? "" : " NOT PROGRAMMED";
  const frontends =
    port.frontends.length === 0
      ? "No frontends.\n"
      : table(["FRONTEND", "KIND", ""], port.frontends.map(frontendCells));
  const endpoints =
    port.endpoints.length === 0
      ? "No endpoints.\n"
      : table(
          ["ENDPOINT", "NODE", "ZONE", "CONDITIONS", "CLUSTER LIST", "LOCAL LIST"],
          port.endpoints.map(endpointCells),
        );
  const title = `Port${name} ${portText(port)}${state}: ${countersText(port.counters)}`;
  return `\n${title}\n${indent(frontends)}${indent(endpoints)}`;
}

function frontendCells(frontend: FrontendAnswer): readonly string[] {
  const { address, port, protocol, kind, programmed } = frontend;
  return [`${addressPort(address, port)}/${protocol}`, kind, programmed ? "" : "NOT PROGRAMMED"];
}

function endpointCells(endpoint: EndpointAnswer): readonly string[] {
  const conditions = (["ready", "serving", "terminating"] as const).filter((c) => endpoint[c]);
  return [
    addressPort(endpoint.address, endpoint.port),
    orDash(endpoint.node),
    orDash(endpoint.zone),
    orDash(conditions.join(",")),
    useText(endpoint.cluster),
    useText(endpoint.local),
  ];
}

function useText(use: UseAnswer): string {
  return `${use.used ? "used" : "no"}${use.why === "" ? "" : `: ${use.why}`}`;
}

function addressPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function countersText(counters: CountersAnswer): string {
  const { flows, packets } = counters;
  return `${count(flows, "flow")}, ${count(packets, "packet")}, ${bytes(counters.bytes)}`;
}
