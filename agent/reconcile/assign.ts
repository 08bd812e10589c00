/**
 * Which held state serves which desired state. A frontend's element names its state for good, so
 * that the state goes where most of its frontends go: a renamed port, or a Service made anew, keeps
 * serving without a gap.
 *
 * The same rule finds a service port's state again after a restart, where the kernel has frontends
 * but no names.
 */
import type { Frontend, FrontendKind } from "../desired/frontends.ts";
import type { HeldState, Ledger } from "./ledger.ts";

/** What a desired state asks for. */
export interface Wanting {
  readonly key: string;
  readonly service: string;
  readonly frontends: readonly Frontend[];
}

/**
 * What a frontend says of whose state it is. The API server gives a cluster IP and a node port to
 * one Service only; other addresses are whosoever asks for them.
 */
const WEIGHTS: { readonly [K in FrontendKind]: number } = {
  ClusterIP: 10_000,
  NodePort: 100,
  ExternalIP: 1,
  LoadBalancer: 1,
};

interface Pair {
  readonly wanting: Wanting;
  readonly held: HeldState;
  score: number;
}

/**
 * Held states by the key of the desired state that they are to serve; `candidate` says which may be
 * given away.
 */
export function assignStates(
  ledger: Ledger,
  wantings: Iterable<Wanting>,
  candidate: (held: HeldState, wanting: Wanting) => boolean,
): Map<string, HeldState> {
  const pairs = [...wantings].flatMap((wanting) => pairsOf(ledger, wanting, candidate));
  pairs.sort(byClaim);
  const assigned = new Map<string, HeldState>();
  const taken = new Set<HeldState>();
  for (const { wanting, held } of pairs) {
    if (!taken.has(held) && !assigned.has(wanting.key)) {
      assigned.set(wanting.key, held);
      taken.add(held);
    }
  }
  return assigned;
}

function pairsOf(
  ledger: Ledger,
  wanting: Wanting,
  candidate: (held: HeldState, wanting: Wanting) => boolean,
): Pair[] {
  const pairs = new Map<HeldState, Pair>();
  const own = ledger.byKey(wanting.key);
  if (own !== undefined) {
    pairs.set(own, { wanting, held: own, score: 0 });
  }
  for (const { key, kind } of wanting.frontends) {
    const held = ledger.byFrontend(key);
    if (held !== undefined && candidate(held, wanting)) {
      const pair = pairs.get(held) ?? { wanting, held, score: 0 };
      pair.score += WEIGHTS[kind];
      pairs.set(held, pair);
    }
  }
  return [...pairs.values()];
}

/** The greater score first, then the state's own key, then the smaller key. */
function byClaim(a: Pair, b: Pair): number {
  return (
    b.score - a.score ||
    Number(isOwn(b)) - Number(isOwn(a)) ||
    compare(a.wanting.key, b.wanting.key) ||
    a.held.id - b.held.id
  );
}

function isOwn(pair: Pair): boolean {
  return pair.held.key === pair.wanting.key;
}

/** The order of keys: by code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
