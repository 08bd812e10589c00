/** The choice of endpoints, held to kube-proxy's cases in words of our own. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";

import type { EndpointRow } from "../../lib/model/rows.ts";
import { chooseEndpoints, isUsed, type Policies, type Reason } from "./endpoints.ts";

const CLUSTER: Policies = {
  internalLocal: false,
  externalLocal: false,
  externallyAccessible: false,
};
const INTERNAL_LOCAL: Policies = { ...CLUSTER, internalLocal: true };
const NODE_PORT: Policies = { ...CLUSTER, externallyAccessible: true };
const EXTERNAL_LOCAL: Policies = { ...NODE_PORT, externalLocal: true };
const BOTH_LOCAL: Policies = { ...EXTERNAL_LOCAL, internalLocal: true };

/** Endpoints in short: "node[:condition...][@zone hints][#node hints]"; no condition is ready. */
function parse(text: string, index: number): EndpointRow {
  const [, node = "", conditions = "", zones, nodes] =
    /^(\w*)((?::[a-z]+)*)(?:@([\w,]*))?(?:#([\w,]*))?$/.exec(text) ?? assert.fail(text);
  const given = conditions.split(":").filter((each) => each !== "");
  return {
    namespace: "default",
    service: "s",
    portName: "p",
    protocol: "TCP",
    address: `10.0.0.${index + 1}`,
    port: 80,
    node,
    zone: "",
    ready: given.length === 0 || given.includes("ready"),
    serving: given.length === 0 || given.includes("serving"),
    terminating: given.includes("terminating"),
    zoneHints: zones?.split(",") ?? [],
    nodeHints: nodes?.split(",") ?? [],
  };
}

interface Case {
  readonly name: string;
  readonly policies?: Policies;
  /** Of this node, "n1". */
  readonly zone?: string;
  readonly endpoints: readonly string[];
  /** Positions of the endpoints chosen, from 1; undefined: no such set. */
  readonly cluster: readonly number[];
  readonly local?: readonly number[];
  readonly hasAny?: boolean;
}

const GOING = ":serving:terminating";

const policyCases: Case[] = [
  { name: "no endpoints at all", endpoints: [], cluster: [], hasAny: false },
  { name: "ready ones of every node", endpoints: ["n1", "n2", ""], cluster: [1, 2, 3] },
  { name: "not those that are not ready", endpoints: ["n1", "n2:none"], cluster: [1] },
  {
    name: "internal Local: only this node's, and no Cluster set",
    policies: INTERNAL_LOCAL,
    endpoints: ["n1", "n2"],
    cluster: [],
    local: [1],
  },
  {
    name: "internal Local without a local endpoint: an empty set, though some exist",
    policies: INTERNAL_LOCAL,
    endpoints: ["n2", "n3"],
    cluster: [],
    local: [],
  },
  {
    name: "an endpoint without a node is local nowhere",
    policies: INTERNAL_LOCAL,
    endpoints: [""],
    cluster: [],
    local: [],
  },
  {
    name: "external Local that nobody outside can reach: no Local set",
    policies: { ...CLUSTER, externalLocal: true },
    endpoints: ["n1", "n2"],
    cluster: [1, 2],
  },
  {
    name: "external Local: both sets",
    policies: EXTERNAL_LOCAL,
    endpoints: ["n1", "n2"],
    cluster: [1, 2],
    local: [1],
  },
  {
    name: "both Local and reachable: the Cluster set serves the node's own clients",
    policies: BOTH_LOCAL,
    endpoints: ["n1", "n2"],
    cluster: [1, 2],
    local: [1],
  },
  {
    name: "internal Local with a Cluster node port: both sets",
    policies: { ...INTERNAL_LOCAL, externallyAccessible: true },
    endpoints: ["n2"],
    cluster: [1],
    local: [],
  },
];

const terminatingCases: Case[] = [
  {
    name: "terminating ones are left out while one is ready",
    endpoints: ["n1", `n2${GOING}`],
    cluster: [1],
  },
  {
    name: "all that serve and terminate, where none is ready",
    endpoints: [`n1${GOING}`, `n2${GOING}`, "n3:terminating", "n3:none"],
    cluster: [1, 2],
  },
  {
    name: "serving without terminating is no fall-back",
    endpoints: ["n1:serving"],
    cluster: [],
    hasAny: false,
  },
  {
    name: "terminating that serve no more are nothing",
    policies: EXTERNAL_LOCAL,
    endpoints: ["n1:terminating"],
    cluster: [],
    local: [],
    hasAny: false,
  },
  {
    name: "ready counts although it terminates (publishNotReadyAddresses)",
    endpoints: ["n1:ready:terminating"],
    cluster: [1],
  },
  {
    name: "the Local set falls back while the Cluster set has ready ones",
    policies: EXTERNAL_LOCAL,
    endpoints: [`n1${GOING}`, "n2"],
    cluster: [2],
    local: [1],
  },
  {
    name: "the Local set has a ready one: its terminating ones are left out",
    policies: EXTERNAL_LOCAL,
    endpoints: ["n1", `n1${GOING}`, "n2"],
    cluster: [1, 3],
    local: [1],
  },
  {
    name: "both sets fall back",
    policies: EXTERNAL_LOCAL,
    endpoints: [`n1${GOING}`, `n2${GOING}`],
    cluster: [1, 2],
    local: [1],
  },
  {
    name: "internal Local: a terminating one elsewhere means that some exist",
    policies: INTERNAL_LOCAL,
    endpoints: [`n2${GOING}`],
    cluster: [],
    local: [],
  },
];

const hintCases: Case[] = [
  {
    name: "every ready one hints a zone, one this zone",
    zone: "a",
    endpoints: ["n1@a", "n2@b", "n3@a,b"],
    cluster: [1, 3],
  },
  {
    name: "no zone hint is for this zone: all",
    zone: "c",
    endpoints: ["n1@a", "n2@b"],
    cluster: [1, 2],
  },
  {
    name: "one zone hint is missing: all",
    zone: "a",
    endpoints: ["n1@a", "n2@b", "n3"],
    cluster: [1, 2, 3],
  },
  {
    name: "the node has no zone: all",
    endpoints: ["n1@a", "n2@b"],
    cluster: [1, 2],
  },
  {
    name: "a missing hint of one that is not ready changes nothing",
    zone: "a",
    endpoints: ["n1@a", "n2@b", "n3:none", `n3${GOING}`],
    cluster: [1],
  },
  {
    name: "a hint of one that is not ready opens no zone",
    zone: "a",
    endpoints: ["n1:none@a", "n2@b"],
    cluster: [2],
  },
  {
    name: "node hints go before zone hints",
    zone: "a",
    endpoints: ["n1@a#n1", "n2@a#n2", "n3@b#n3"],
    cluster: [1],
  },
  {
    name: "no node hint is for this node: zone hints",
    zone: "a",
    endpoints: ["n2@a#n2", "n3@b#n3"],
    cluster: [1],
  },
  {
    name: "one node hint is missing: zone hints",
    zone: "a",
    endpoints: ["n1@b#n1", "n2@a"],
    cluster: [2],
  },
  {
    name: "the fall-back to terminating ones knows no hints",
    zone: "a",
    endpoints: [`n1${GOING}@a`, `n2${GOING}@b`],
    cluster: [1, 2],
  },
  {
    name: "the Local set knows no hints",
    policies: EXTERNAL_LOCAL,
    zone: "a",
    endpoints: ["n1@b", "n2@a"],
    cluster: [2],
    local: [1],
  },
];

function check({ policies = CLUSTER, zone = "", endpoints, cluster, local, hasAny }: Case): void {
  const rows = endpoints.map(parse);
  const choice = chooseEndpoints(rows, policies, { name: "n1", zone });
  const positions = (set: readonly EndpointRow[]) => set.map((row) => rows.indexOf(row) + 1);
  assert.deepEqual(positions(choice.cluster), cluster);
  assert.deepEqual(positions(choice.local), local ?? []);
  assert.equal(choice.hasAny, hasAny ?? true);
}

for (const [title, cases] of Object.entries({ policyCases, terminatingCases, hintCases })) {
  describe(title, () => {
    for (const one of cases) {
      test(one.name, () => check(one));
    }
  });
}

test("each endpoint has its reason", () => {
  const reasons = (policies: Policies, zone: string, ...endpoints: string[]) => {
    const rows = endpoints.map(parse);
    const choice = chooseEndpoints(rows, policies, { name: "n1", zone });
    return [choice.clusterReasons, choice.localReasons];
  };
  const expected: [Reason[], Reason[]] = [
    ["ready", "hinted-to-other-zone", "terminating", "not-ready"],
    ["ready", "on-other-node", "terminating", "on-other-node"],
  ];
  const given = ["n1@a", "n2@b", `n1${GOING}`, "n2:none"];
  assert.deepEqual(reasons(EXTERNAL_LOCAL, "a", ...given), expected);
  assert.deepEqual(reasons(INTERNAL_LOCAL, "", "n1"), [["set-not-needed"], ["ready"]]);
  assert.deepEqual(reasons(CLUSTER, "", "n2#n2", "n1#n1"), [
    ["hinted-to-other-node", "ready"],
    ["set-not-needed", "set-not-needed"],
  ]);
  assert.deepEqual(reasons(CLUSTER, "", `n2${GOING}`), [
    ["terminating-fallback"],
    ["set-not-needed"],
  ]);
});

test("hints never leave a node without endpoints, and reasons agree with the sets", () => {
  const texts = fc.constantFrom(
    "n1",
    "n2",
    "n1@a",
    "n2@b#n2",
    "n1@a#n1",
    "n2:none@a",
    `n1${GOING}`,
  );
  fc.assert(
    fc.property(fc.array(texts), fc.constantFrom("", "a", "b"), (endpoints, zone) => {
      const rows = endpoints.map(parse);
      const choice = chooseEndpoints(rows, NODE_PORT, { name: "n1", zone });
      assert.equal(choice.cluster.length > 0, choice.hasAny);
      assert.equal(choice.clusterReasons.filter(isUsed).length, choice.cluster.length);
    }),
  );
});
