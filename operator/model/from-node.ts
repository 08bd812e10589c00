/**
 * From a Node object to its row (pure); addresses and prefixes that cannot be read are refused by
 * field.
 */
import { parseCidr } from "../../lib/model/address.ts";
import type { NodeRow } from "../../lib/model/rows.ts";
import type { NodeObject } from "../watch/objects.ts";
import { judgeAddress } from "./addresses.ts";
import { Refusals } from "./refusals.ts";

export interface NodeOutcome {
  readonly row: NodeRow;
  readonly refusals: readonly string[];
}

export function nodeFromObject(object: NodeObject): NodeOutcome {
  const refusals = new Refusals();
  const row: NodeRow = {
    name: object.name,
    zone: object.zone,
    internalIPs: readAddresses(object, "InternalIP", refusals),
    externalIPs: readAddresses(object, "ExternalIP", refusals),
    podCIDRs: object.podCIDRs.flatMap((text, index) => {
      const range = parseCidr(text);
      if (range !== undefined) return [range];
      refusals.add(`spec.podCIDRs[${index}]`, text, "is not a prefix");
      return [];
    }),
  };
  return { row, refusals: refusals.list() };
}

function readAddresses(object: NodeObject, type: string, refusals: Refusals): string[] {
  return object.addresses.flatMap((entry, index) => {
    if (entry.type !== type) return [];
    const { address, reason } = judgeAddress(entry.address);
    if (address !== undefined) return [address.text];
    refusals.add(`status.addresses[${index}].address`, entry.address, reason);
    return [];
  });
}
