/**
 * The 64-bit words of the service tables, packed and unpacked as bpf/abi/service.h and backend.h
 * lay them out. Numbers in, numbers out; a word is what one store writes and a program reads whole.
 */
import type { FrontendKind } from "../desired/frontends.ts";
import { FrontendKind as FrontendNumber } from "./abi.gen.ts";

const HALF = 32n;
const LOW_MASK = 0xffff_ffffn;
const KIND_MASK = 0xffn;
const TAG_SHIFT = 40n;

const KINDS: { readonly [K in FrontendKind]: number } = {
  ClusterIP: FrontendNumber.FRONTEND_CLUSTER_IP,
  NodePort: FrontendNumber.FRONTEND_NODE_PORT,
  LoadBalancer: FrontendNumber.FRONTEND_LOAD_BALANCER,
  ExternalIP: FrontendNumber.FRONTEND_EXTERNAL_IP,
};

const KIND_BY_NUMBER = new Map(
  Object.entries(KINDS).map(([kind, number]) => [number, kind as FrontendKind]),
);

/** Two unsigned 32-bit halves to a word. */
export function pack(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << HALF) | BigInt(low >>> 0);
}

export function highOf(word: bigint): number {
  return Number(word >> HALF);
}

export function lowOf(word: bigint): number {
  return Number(word & LOW_MASK);
}

/** A generation after this one; it wraps. */
export function nextGeneration(generation: number): number {
  return (generation + 1) >>> 0;
}

/** What a frontend's element says. */
export interface FrontendWord {
  readonly tag: number;
  readonly kind: FrontendKind;
  readonly state: number;
}

export function packFrontend(value: FrontendWord): bigint {
  const kind = BigInt(KINDS[value.kind]);
  return (BigInt(value.tag) << TAG_SHIFT) | (kind << HALF) | BigInt(value.state);
}

/** Undefined where the kind is none that is known. */
export function unpackFrontend(word: bigint): FrontendWord | undefined {
  const kind = KIND_BY_NUMBER.get(Number((word >> HALF) & KIND_MASK));
  const tag = Number(word >> TAG_SHIFT);
  return kind === undefined ? undefined : { tag, kind, state: lowOf(word) };
}
