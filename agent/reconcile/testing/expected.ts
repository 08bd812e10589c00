/** What the stores are to decode to for rows without conflicts: the model that reconciled stores are held to. */
import type { Tables } from "../../../lib/model/change.ts";
import { servicePortKey } from "../../../lib/model/rows.ts";
import { desiredStates } from "../../desired/states.ts";
import { ExtentFlags } from "../../maps/abi.gen.ts";
import { contentText } from "./decode.ts";

/** "KIND CONTENT" by frontend. Of two that claim a frontend the smaller key has it. */
export function expected(tables: Tables, node: string): Map<string, string> {
  const place = { name: node, zone: tables.nodes.get(node)?.zone ?? "" };
  const rows = [...tables.endpoints.values()];
  const endpointsOf = (key: string) =>
    rows.filter((row) => servicePortKey({ ...row, name: row.service }, portOf(row)) === key);
  const found = new Map<string, string>();
  for (const key of [...tables.services.keys()].sort()) {
    const row = tables.services.get(key);
    const states = row === undefined ? [] : desiredStates(row, { node: place, endpointsOf });
    for (const state of states) {
      const withoutPlace = (keys: readonly string[]) =>
        keys.map((each) => each.replace("|local", "")).sort();
      const content = contentText({
        flags: flagsOf(state.policies, state.hasEndpoints),
        affinitySeconds: state.affinitySeconds,
        cluster: withoutPlace(state.cluster),
        local: withoutPlace(state.local),
      });
      for (const frontend of state.frontends) {
        if (!found.has(frontend.key)) {
          found.set(frontend.key, `${frontend.kind} ${content}`);
        }
      }
    }
  }
  return found;
}

function portOf(row: { portName: string; protocol: "TCP" | "UDP" | "SCTP" }) {
  return { name: row.portName, protocol: row.protocol };
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
