/**
 * The matrix of traffic: every sort of client asks every kind of address by TCP, HTTP and UDP over
 * both families until every backend that it may be given has answered. Checked of each answer: that
 * it is a backend's, whom the backend saw, and whom the client's own socket names as its peer.
 */
import assert from "node:assert/strict";
import { type Addresses, FAMILIES, type Family } from "../../harness/addresses.ts";
import type { Question, Reply } from "../../harness/ask.ts";
import type { Client, Pod } from "../../harness/lab.ts";
import { figure } from "../../figures.ts";
import { type Shop, WEB_ADDRESSES, WEB_PORTS } from "./shop.ts";

/** Whom a backend should see: the client itself, or nobody in particular. */
type Seen = "client" | "any";

export interface Destination {
  readonly name: string;
  readonly addresses: Addresses;
  readonly nodePort: boolean;
  /** What a backend on the node where the choice is made sees, and one elsewhere. */
  readonly seenNear: Seen;
  readonly seenFar: Seen;
  /** The node where the choice is made; 0: the client's own. */
  readonly node: number;
}

const ASKS_MAX = 80;

function cluster(): Destination {
  const addresses = WEB_ADDRESSES.cluster;
  const seen = { seenNear: "client", seenFar: "client" } as const;
  return { name: "cluster IP", addresses, nodePort: false, ...seen, node: 0 };
}

function published(seenFar: Seen, node: number): Destination[] {
  const seen = { seenNear: "client", seenFar, node, nodePort: false } as const;
  return [
    { name: "load balancer", addresses: WEB_ADDRESSES.balancer, ...seen },
    { name: "external IP", addresses: WEB_ADDRESSES.external, ...seen },
  ];
}

function nodePort(shop: Shop, index: number, seenFar: Seen, node = index): Destination {
  const { addresses } = shop.lab.node(index);
  const seen = { seenNear: "client", seenFar } as const;
  return { name: `node port of node ${index}`, addresses, nodePort: true, ...seen, node };
}

/** What each client asks. */
function destinationsOf(shop: Shop, client: Client): Destination[] {
  const { outside, lab } = shop;
  const last = lab.nodes.length;
  if (client === outside) {
    return [nodePort(shop, 1, "any"), nodePort(shop, last, "any"), ...published("any", 1)];
  }
  const own = lab.nodes.find((node) => node.netns === client.netns || isPodOf(client, node.index));
  if (own === undefined) throw new Error(`${client.name} is nowhere`);
  const nodePorts = lab.nodes.map((node) =>
    nodePort(shop, node.index, "any", node === own ? 0 : node.index),
  );
  return [cluster(), ...nodePorts, ...published("any", 0)];
}

function isPodOf(client: Client, node: number): boolean {
  return (client as Partial<Pod>).node?.index === node;
}

function questions(destination: Destination, family: Family): Question[] {
  const address = destination.addresses[family];
  return WEB_PORTS.flatMap((port): Question[] => {
    const number = destination.nodePort ? port.nodePort : port.port;
    if (port.name === "http") return [{ by: "http", address, port: number }];
    if (port.protocol === "TCP") return [{ by: "tcp", address, port: number }];
    const udp = { by: "udp", address, port: number } as const;
    return [udp, { ...udp, connected: true }];
  });
}

/** Asks until every backend has answered; throws where one never does. */
export async function assertAllAnswer(
  client: Client,
  question: Question,
  backends: readonly Pod[],
  check: (reply: Reply, backend: Pod) => void,
): Promise<void> {
  const missing = new Set(backends.map((pod) => pod.name));
  for (let asked = 0; missing.size > 0; asked++) {
    if (asked === ASKS_MAX) assert.fail(`never answered: ${[...missing].join(", ")}`);
    const reply = await askAgain(client, question);
    const backend = backends.find((pod) => pod.name === reply.server);
    assert.ok(backend, `${reply.server} is no backend`);
    check(reply, backend);
    missing.delete(reply.server);
  }
}

/**
 * The answer, at the second attempt if need be: a first connection that gets none is told as a
 * figure that misses its goal, a second fails the test.
 */
async function askAgain(client: Client, question: Question): Promise<Reply> {
  return client.ask(question).catch((error: unknown) => {
    const id = `traffic-unanswered, ${client.name} to ${question.address} by ${question.by}`;
    figure({ suite: "netns", id, value: 1, unit: "connections", goal: "0", ok: false });
    console.error((error as Error).message);
    return client.ask(question);
  });
}

/** A node with a bridge for its pods speaks to them from the bridge's address. */
function hasManyAddresses(shop: Shop, client: Client): boolean {
  return shop.lab.options.podNetwork === "bridge" && shop.hosts.includes(client);
}

/** Everything of one client. */
export async function assertTraffic(shop: Shop, client: Client): Promise<void> {
  const { backends } = shop.web;
  for (const destination of destinationsOf(shop, client)) {
    for (const family of FAMILIES) {
      for (const question of questions(destination, family)) {
        await assertAllAnswer(client, question, backends, (reply, backend) => {
          assert.equal(reply.peer, question.address, "the peer is whom the client asked");
          assert.equal(reply.peerPort, question.port);
          const near = backend.node.index === destination.node;
          const seen = near ? destination.seenNear : destination.seenFar;
          if (seen === "any" || hasManyAddresses(shop, client) || client === backend) return;
          assert.equal(reply.client, client.addresses[family], "the backend sees the client");
        }).catch((error: unknown) => {
          const what = `${client.name}, ${destination.name}, ${JSON.stringify(question)}`;
          throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
        });
      }
    }
  }
}
