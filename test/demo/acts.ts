/** The five acts of the demo. Each prints what it shows and records its figures. */
import { FAMILIES, hostPort } from "../harness/addresses.ts";
import type { Client } from "../harness/lab.ts";
import { mapsSettled } from "../harness/lab-service.ts";
import { atLeast, atMost, goal, none } from "./goals.ts";
import { bars, done, heading, line, live, styled, watch, watchWork } from "./screen.ts";
import { ADDRESSES, ECHO, HTTP, type Stage } from "./stage.ts";
import { Traffic } from "./traffic.ts";

const REQUESTS = 60;

/** Requests to a Service's own address, told apart by the server that answered. */
export async function clusterIP({ pod, servers }: Stage): Promise<void> {
  heading(1, "A cluster IP, from a pod");
  let answered = 0;
  const seen = new Set<string>();
  for (const family of FAMILIES) {
    const address = ADDRESSES[family];
    const counts: Record<string, number> = Object.fromEntries(servers.map(({ name }) => [name, 0]));
    for (let asked = 0; asked < REQUESTS; asked++) {
      live(`     ${pod.name} asks ${hostPort(address, HTTP.port)}: ${asked}`);
      const { server } = await pod.ask({ by: "http", address, port: HTTP.port });
      counts[server] = (counts[server] ?? 0) + 1;
      seen.add(`${server} IPv${family}`);
      answered++;
    }
    line(`     GET http://${hostPort(address, HTTP.port)}/  from ${pod.name} on ${pod.node.name}`);
    bars(counts);
  }
  const expected = servers.length * FAMILIES.length;
  goal("cluster-ip-answers", "answers through the cluster IP", answered, "", atLeast(REQUESTS * 2));
  goal(
    "cluster-ip-backends",
    "servers seen, each over IPv4 and IPv6",
    seen.size,
    `of ${expected}`,
    atLeast(expected),
  );
}

/**
 * A node port from outside: a server of that node sees the client itself, one elsewhere sees the
 * node.
 */
export async function nodePort(stage: Stage): Promise<void> {
  heading(2, "A node port, from outside");
  const { outside, lab, servers } = stage;
  const node = lab.node(1);
  let kept = 0;
  let seen = 0;
  for (const family of FAMILIES) {
    for (const [by, port] of [
      ["http", HTTP.nodePort],
      ["udp", ECHO.nodePort],
    ] as const) {
      const url = `${by}://${hostPort(node.addresses[family], port)}`;
      const found = await askAll(
        outside,
        { by, address: node.addresses[family], port },
        servers.length,
      );
      for (const [server, client] of byName(found)) {
        const own = client === outside.addresses[family];
        const local = servers.find(({ name }) => name === server)?.node === node;
        if (local && own) kept++;
        seen++;
        const where = local ? "on this node   " : "on another node";
        const whom = own ? styled("green", `${client}, the client itself`) : `${client}, the node`;
        line(`     ${url.padEnd(28)} ${server} ${styled("dim", where)}  sees ${whom}`);
      }
    }
  }
  const expected = servers.length * 4;
  goal(
    "node-port-backends",
    "servers reached by HTTP and UDP, v4 and v6",
    seen,
    `of ${expected}`,
    atLeast(expected),
  );
  goal(
    "node-port-client-kept",
    "local servers that see the client's address",
    kept,
    "of 4",
    atLeast(4),
  );
}

function byName(found: Map<string, string>): [string, string][] {
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Asks until so many servers have answered; whom each saw, by its name. */
async function askAll(
  from: Client,
  question: { by: "http" | "udp"; address: string; port: number },
  servers: number,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let asked = 0; asked < 100 && found.size < servers; asked++) {
    const { server, client } = await from.ask(question);
    found.set(server, client);
  }
  return found;
}

/** A server leaves the manifest while requests flow. */
export async function removal(stage: Stage): Promise<void> {
  heading(3, "A server leaves the manifest under load");
  const { web, servers } = stage;
  const names = servers.map(({ name }) => name);
  const traffic = new Traffic(stage);
  await traffic.flowing();
  await watch(1_500, () => traffic.show(names));
  const leaver = names[1] ?? "";
  const at = Date.now();
  await web.setBackends(servers.filter(({ name }) => name !== leaver));
  done(true, `${leaver} is taken out of its EndpointSlice; its process stays`);
  await watch(3_000, () => traffic.show(names));
  const late = traffic.windows.filter(
    (window) => window.at > at && (window.servers[leaver] ?? 0) > 0,
  );
  const last = Math.max(at, ...late.map((window) => window.at)) - at;
  await web.setBackends(servers);
  await watch(1_000, () => traffic.show(names));
  done(true, `${leaver} comes back`);
  const { failed, lost, errors } = await traffic.stop();
  report(failed + lost, errors, `${traffic.requests} requests, ${failed} failed`);
  goal("removal-failed", `server leaves: requests failed of ${traffic.requests}`, failed, "", none);
  goal("removal-last", "its last new connection came after", last, "ms", atMost(1_000));
}

const REPLACEMENTS = 5;

/** Every program of every node replaced while packets flow. */
export async function replacement(stage: Stage): Promise<void> {
  heading(4, "The programs are replaced under load");
  const names = stage.servers.map(({ name }) => name);
  const traffic = new Traffic(stage);
  await traffic.flowing();
  let replaced = 0;
  const work = async () => {
    for (let round = 0; round < REPLACEMENTS; round++) {
      for (const { agent } of stage.lab.nodes) {
        const answer = await agent.replace();
        if (!answer.replaced) throw new Error(`${agent.node}: ${answer.problem}`);
        replaced++;
      }
    }
  };
  await watchWork(work(), () => `${replaced} replaced; ${traffic.show(names)}`);
  await watch(500, () => traffic.show(names));
  const { failed, lost, errors } = await traffic.stop();
  const packets = traffic.datagrams + lost;
  report(failed + lost, errors, `${replaced} replacements; ${packets} datagrams, ${lost} lost`);
  goal(
    "replacements",
    "whole replacements of a node's programs",
    replaced,
    "",
    atLeast(REPLACEMENTS * stage.lab.nodes.length),
  );
  goal("replace-lost", `replaced: datagrams lost of ${packets}`, lost, "", none);
  goal("replace-failed", `replaced: requests failed of ${traffic.requests}`, failed, "", none);
}

/** Agents die; the kernel goes on, and a change made meanwhile arrives when they are back. */
export async function crash(stage: Stage): Promise<void> {
  heading(5, "The agents are killed under load");
  const { lab, web, servers } = stage;
  const names = servers.map(({ name }) => name);
  const traffic = new Traffic(stage);
  await traffic.flowing();
  await Promise.all(lab.nodes.map(({ agent }) => agent.kill()));
  done(true, "kill -9 of all three agents: no agent runs now");
  await watch(2_500, () => traffic.show(names));
  await Promise.all(lab.nodes.map(({ agent }) => agent.start()));
  const statuses = await Promise.all(lab.nodes.map(({ agent }) => agent.status()));
  const writes = statuses.flatMap(({ maps }) => maps).reduce((sum, map) => sum + map.writes, 0);
  done(true, `started again: ${writes} map entries written, since nothing had changed`);
  await Promise.all(lab.nodes.map(({ agent }) => agent.kill()));
  await web.setBackends(servers.slice(0, 2));
  await watch(1_000, () => traffic.show(names));
  await Promise.all(lab.nodes.map(({ agent }) => agent.start()));
  const settled = await mapsSettled(lab.nodes, [web]);
  done(true, `killed again, and a server left meanwhile: the maps follow once they are back`);
  await watch(1_000, () => traffic.show(names));
  const { failed, lost, errors } = await traffic.stop();
  report(failed + lost, errors, `${traffic.requests} requests, ${failed} failed`);
  goal("crash-failed", `killed: requests failed of ${traffic.requests}`, failed, "", none);
  goal("crash-lost", `killed: datagrams lost of ${traffic.datagrams + lost}`, lost, "", none);
  goal("crash-writes", "restarted: map writes while nothing changed", writes, "", none);
  goal(
    "crash-settled",
    "restarted: maps equal to the manifests after",
    settled,
    "ms",
    atMost(1_000),
  );
}

function report(faults: number, errors: readonly string[], text: string): void {
  done(faults === 0, text);
  for (const error of errors) line(`       ${styled("red", error)}`);
}
