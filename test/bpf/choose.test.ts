/**
 * The choice of a backend through the one function that sockets and tc share, by its test entry.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { addressBytes, addressText } from "../../lib/model/address.ts";
import { ExtentFlags } from "../../agent/maps/abi.gen.ts";
import { type Bench, contextBytes, DEVICE, openBench } from "./bench.ts";
import { PROTOCOLS } from "./packet.ts";
import { PLACES } from "./scene.ts";
import { type BackendGiven, type ServiceIds, Tables, u32Bytes } from "./tables.ts";

const { EXTENT_F_EXTERNAL_LOCAL, EXTENT_F_HAS_ENDPOINTS, EXTENT_F_INTERNAL_LOCAL } = ExtentFlags;
const NODE_PORT = 30_080;

/** struct probe of bpf/testing/probe.h, at its offset in the packet. */
const PROBE = { at: 14, bytes: 80, scope: 20, lookup: 24, verdict: 28, address: 32, port: 48 };
const PROBE_IDS = { local: 50, state: 52, owner: 56, backend: 60, generation: 64 };
const LOOKUPS = ["", "none", "found", "race"];
const VERDICTS = ["", "backend", "refuse", "drop", "race"];
const SCOPES = { internal: 1, external: 2 } as const;

interface Question {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  readonly protocol?: keyof typeof PROTOCOLS;
  readonly scope?: keyof typeof SCOPES;
}

let bench: Bench;
let tables: Tables;
before(async () => {
  bench = await openBench();
  await bench.load("choose_test");
  tables = new Tables(bench);
});
beforeEach(() => tables.reset());
after(() => bench.close());

async function ask(question: Question, random = 0) {
  const { family, address, port, protocol = "tcp", scope = "internal" } = question;
  const data = new Uint8Array(PROBE.at + PROBE.bytes);
  const asked = new DataView(data.buffer, PROBE.at);
  data.set(addressBytes(address), PROBE.at);
  asked.setUint16(16, port);
  asked.setUint8(18, PROTOCOLS[protocol]);
  asked.setUint8(19, family);
  asked.setUint32(PROBE.scope, SCOPES[scope], true);
  const seams = new Uint8Array([...u32Bytes(0), ...u32Bytes(random), ...u32Bytes(0)]);
  await bench.ask("update", { map: ".data.seams", key: u32Bytes(0), value: seams });
  const context = contextBytes({ ifindex: DEVICE.node });
  const answer = await bench.run({ program: "choose_one", data, context });
  const said = new DataView(answer.data.buffer, answer.data.byteOffset + PROBE.at);
  const word = (offset: number) => said.getUint32(offset, true);
  const lookup = LOOKUPS[word(PROBE.lookup)];
  const verdict = VERDICTS[word(PROBE.verdict)];
  if (lookup !== "found" || verdict !== "backend") return { lookup, verdict };
  const start = PROBE.at + PROBE.address;
  return {
    lookup,
    verdict,
    address: addressText(answer.data.slice(start, start + (family === 4 ? 4 : 16))),
    port: said.getUint16(PROBE.port),
    local: said.getUint16(PROBE_IDS.local, true) === 1,
    state: word(PROBE_IDS.state),
    owner: word(PROBE_IDS.owner),
    slot: { cell: word(PROBE_IDS.backend), generation: word(PROBE_IDS.generation) },
  };
}

for (const family of [4, 6] as const) describe(`IPv${family}`, () => cases(family));

function cases(family: 4 | 6): void {
  const at = PLACES[family];
  const here: BackendGiven = { address: at.pod2, port: 8080, local: true };
  const there: BackendGiven = { address: at.remotePod, port: 8080 };
  const addresses = { ClusterIP: at.clusterIp, LoadBalancer: at.loadBalancer, ExternalIP: at.any };
  const external = family === 4 ? "192.0.2.1" : "2001:db8::1";

  const serve = (lists: {
    cluster?: BackendGiven[];
    local?: BackendGiven[];
    flags?: number;
  }): Promise<ServiceIds> =>
    tables.service({
      family,
      frontends: [
        { kind: "ClusterIP", address: at.clusterIp, port: 80, protocol: "tcp" },
        { kind: "LoadBalancer", address: at.loadBalancer, port: 80, protocol: "tcp" },
        { kind: "ExternalIP", address: external, port: 80, protocol: "tcp" },
        { kind: "NodePort", address: at.any, port: NODE_PORT, protocol: "tcp" },
      ],
      flags: EXTENT_F_HAS_ENDPOINTS,
      ...lists,
    });
  const clusterIp: Question = { family, address: at.clusterIp, port: 80 };

  test("what it answers is the cell as it stands", async () => {
    const service = await serve({ cluster: [there, here] });
    const { state, owner, cluster } = service;
    const found = { lookup: "found", verdict: "backend", state, owner };
    assert.deepEqual(await ask(clusterIp), { ...found, ...there, local: false, slot: cluster[0] });
    assert.deepEqual(await ask(clusterIp, 0x8000_0000), {
      ...found,
      ...here,
      local: true,
      slot: cluster[1],
    });
  });

  test("a random number picks each backend for its share, the first to the last", async () => {
    const backends = Array.from({ length: 5 }, (_, index) => ({ ...there, port: 1000 + index }));
    await serve({ cluster: backends });
    const share = 0x1_0000_0000 / backends.length;
    for (const [index, { port }] of backends.entries()) {
      const first = Math.ceil(index * share);
      const last = Math.ceil((index + 1) * share) - 1;
      assert.equal((await ask(clusterIp, first)).port, port);
      assert.equal((await ask(clusterIp, last)).port, port);
    }
  });

  test("address, port, protocol and family must all fit", async () => {
    await serve({ cluster: [there] });
    const none = { lookup: "none", verdict: "" };
    assert.deepEqual(await ask({ ...clusterIp, port: 81 }), none);
    assert.deepEqual(await ask({ ...clusterIp, protocol: "udp" }), none);
    assert.deepEqual(await ask({ ...clusterIp, address: at.otherClusterIp }), none);
  });

  test("a node port is on the node's addresses that serve them, and on no other", async () => {
    await serve({ cluster: [there] });
    const nodePort: Question = { family, address: at.node, port: NODE_PORT };
    assert.equal((await ask(nodePort)).lookup, "none");
    await tables.local(at.node, { nodePorts: false });
    assert.equal((await ask(nodePort)).lookup, "none");
    await tables.local(at.node, { nodePorts: true });
    assert.equal((await ask(nodePort)).lookup, "found");
    assert.equal((await ask({ ...nodePort, address: at.clusterIp })).lookup, "none");
    assert.equal((await ask({ ...nodePort, port: 80 })).lookup, "none");
  });

  /* Which list each kind of frontend takes, inside and outside. */
  const policies: [flags: number, kind: keyof typeof addresses | "NodePort", lists: string][] = [
    [0, "ClusterIP", "cluster cluster"],
    [0, "NodePort", "cluster cluster"],
    [EXTENT_F_INTERNAL_LOCAL, "ClusterIP", "local local"],
    [EXTENT_F_INTERNAL_LOCAL, "NodePort", "cluster cluster"],
    [EXTENT_F_INTERNAL_LOCAL, "LoadBalancer", "cluster cluster"],
    [EXTENT_F_EXTERNAL_LOCAL, "ClusterIP", "cluster cluster"],
    [EXTENT_F_EXTERNAL_LOCAL, "NodePort", "cluster local"],
    [EXTENT_F_EXTERNAL_LOCAL, "LoadBalancer", "cluster local"],
    [EXTENT_F_EXTERNAL_LOCAL, "ExternalIP", "cluster local"],
    [EXTENT_F_INTERNAL_LOCAL | EXTENT_F_EXTERNAL_LOCAL, "ExternalIP", "cluster local"],
  ];
  for (const [flags, kind, lists] of policies) {
    test(`policies ${flags}, ${kind}: ${lists}`, async () => {
      await tables.local(at.node, { nodePorts: true });
      await serve({ cluster: [there], local: [here], flags: flags | EXTENT_F_HAS_ENDPOINTS });
      const question: Question = {
        family,
        address: { ...addresses, ExternalIP: external, NodePort: at.node }[kind],
        port: kind === "NodePort" ? NODE_PORT : 80,
      };
      const taken: string[] = [];
      for (const scope of ["internal", "external"] as const) {
        const answer = await ask({ ...question, scope });
        taken.push(answer.address === here.address ? "local" : "cluster");
      }
      assert.equal(taken.join(" "), lists);
    });
  }

  test("no endpoint: refuse where there is none at all, drop where others have some", async () => {
    const both = EXTENT_F_INTERNAL_LOCAL | EXTENT_F_EXTERNAL_LOCAL;
    const service = await serve({ flags: both });
    const verdict = async (question: Question) => (await ask(question)).verdict;
    const outside: Question = { ...clusterIp, address: at.loadBalancer, scope: "external" };
    assert.equal(await verdict(clusterIp), "refuse");
    assert.equal(await verdict(outside), "refuse");
    await tables.change(service, { cluster: [there], flags: both | EXTENT_F_HAS_ENDPOINTS });
    assert.equal(await verdict(clusterIp), "drop");
    assert.equal(await verdict(outside), "drop");
    assert.equal(await verdict({ ...outside, scope: "internal" }), "backend");
    await tables.change(service, { flags: EXTENT_F_HAS_ENDPOINTS });
    assert.equal(await verdict(clusterIp), "refuse");
  });

  test("one unusable cell among others is passed over", async () => {
    const service = await serve({ cluster: [there, here] });
    const [slot] = service.cluster;
    assert.ok(slot);
    await tables.backend(family, slot, { ...there, usable: false });
    assert.equal((await ask(clusterIp, 0xffff_ffff)).address, here.address);
    // The test's random number is always the same: this look-up meets the cell at every attempt.
    assert.equal((await ask(clusterIp, 0)).verdict, "race");
  });
}
