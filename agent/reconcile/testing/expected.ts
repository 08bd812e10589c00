/**
 * What rows ask of the stores, frontend by frontend: the model that reconciled stores are held to.
 */
import type { Tables } from "../../../lib/model/change.ts";
import { type EndpointRow, servicePortKey } from "../../../lib/model/rows.ts";
import { desiredStates } from "../../desired/states.ts";
import type { Frontend } from "../../desired/frontends.ts";
import { ExtentFlags } from "../../maps/abi.gen.ts";
import { contentText, type Decoded } from "./decode.ts";

export interface Claim {
  readonly service: string;
  readonly frontend: Frontend;
  readonly kind: string;
  readonly content: string;
}

/** Who claims each frontend, the smallest key of a service first, and what it would serve. */
export function claimsOf(tables: Tables, node: string): Map<string, Claim[]> {
  const place = { name: node, zone: tables.nodes.get(node)?.zone ?? "" };
  const byPort = Map.groupBy(tables.endpoints.values(), portKeyOf);
  const around = { node: place, endpointsOf: (key: string) => byPort.get(key) ?? [] };
  const claims = new Map<string, Claim[]>();
  for (const key of [...tables.services.keys()].sort()) {
    const row = tables.services.get(key);
    for (const state of row === undefined ? [] : desiredStates(row, around)) {
      const content = contentText({
        flags: flagsOf(state.policies, state.hasEndpoints),
        affinitySeconds: state.affinitySeconds,
        cluster: withoutPlace(state.cluster),
        local: withoutPlace(state.local),
      });
      for (const frontend of state.frontends) {
        const claim = { service: key, frontend, kind: frontend.kind, content };
        claims.set(frontend.key, [...(claims.get(frontend.key) ?? []), claim]);
      }
    }
  }
  return claims;
}

/** For tables in which no two services claim one frontend: "KIND CONTENT" by frontend. */
export function expected(tables: Tables, node: string): Map<string, string> {
  return new Map([...claimsOf(tables, node)].map(([key, [claim]]) => [key, claimText(claim)]));
}

export function claimText(claim: { kind: string; content: string } | undefined): string {
  return `${claim?.kind} ${claim?.content}`;
}

export function decodedText(decoded: ReadonlyMap<string, Decoded>): Map<string, string> {
  return new Map([...decoded].map(([key, each]) => [key, claimText(each)]));
}

function portKeyOf({ namespace, service, portName, protocol }: EndpointRow): string {
  return servicePortKey({ namespace, name: service }, { name: portName, protocol });
}

function withoutPlace(keys: readonly string[]): string[] {
  return keys.map((key) => key.replace("|local", "")).sort();
}

function flagsOf(
  policies: { internalLocal: boolean; externalLocal: boolean },
  hasEndpoints: boolean,
): number {
  return (
    Number(policies.internalLocal) * ExtentFlags.EXTENT_F_INTERNAL_LOCAL +
    Number(policies.externalLocal) * ExtentFlags.EXTENT_F_EXTERNAL_LOCAL +
    Number(hasEndpoints) * ExtentFlags.EXTENT_F_HAS_ENDPOINTS
  );
}
