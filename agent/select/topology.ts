/**
 * Whether hints narrow the Cluster set to this node or this zone: kube-proxy's
 * topologyModeFromHints.
 *
 * Only ready endpoints count. One ready endpoint without a hint disables hints of its kind, and so
 * does a set in which none is meant for this place: hints never leave a node without endpoints.
 */
import type { EndpointRow } from "../../lib/model/rows.ts";

export interface NodePlace {
  readonly name: string;
  /** "" where the node has no zone label. */
  readonly zone: string;
}

/** What the Cluster set is narrowed to. */
export type Topology = "node" | "zone" | "none";

export function topologyOf(endpoints: readonly EndpointRow[], node: NodePlace): Topology {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (
    narrows(
      ready.map((endpoint) => endpoint.nodeHints),
      node.name,
    )
  ) {
    return "node";
  }
  return narrows(
    ready.map((endpoint) => endpoint.zoneHints),
    node.zone,
  )
    ? "zone"
    : "none";
}

function narrows(hints: readonly (readonly string[])[], place: string): boolean {
  if (place === "" || hints.some((places) => places.length === 0)) {
    return false;
  }
  return hints.some((places) => places.includes(place));
}
