/** That rows depend on the objects alone, never on the way to them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Change } from "../../lib/model/change.ts";
import { goneEvent } from "../watch/objects.ts";
import { ClusterState } from "./cluster-state.ts";
import { at, LABEL, service, slice } from "./testing/sample-events.ts";

/** Events that each belong to one object, so that any interleaving ends in the same objects. */
const histories = fc.array(
  fc.oneof(
    fc.constantFrom(
      service(),
      service({ clusterIPs: ["10.96.0.10"] }),
      service({
        ports: [
          { name: "http", port: 80 },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      }),
      service({ type: "ExternalName" }),
      service({}, "two"),
      goneEvent("Service", "default/web"),
    ),
    fc
      .record({
        name: fc.constantFrom("a", "b", "c"),
        owner: fc.constantFrom("web", "two"),
        port: fc.constantFrom(8080, 70_000),
        hosts: fc.array(fc.record({ host: fc.integer({ min: 0, max: 3 }), ready: fc.boolean() }), {
          maxLength: 4,
        }),
      })
      .map(({ name, owner, port, hosts }) =>
        slice(
          name,
          hosts.map(({ host, ready }) => at(`10.244.0.${host}`, { ready }, { nodeName: name })),
          { metadata: { name, labels: { [LABEL]: owner } }, ports: [{ name: "http", port }] },
        ),
      ),
    fc.constantFrom("a", "b", "c").map((name) => goneEvent("EndpointSlice", `default/${name}`)),
  ),
  { maxLength: 24 },
);

function fold(table: Map<string, Change>, changes: readonly Change[]): void {
  for (const change of changes) {
    const key = `${change.table} ${change.key}`;
    if (change.row === undefined) assert.ok(table.delete(key), `${key} was there`);
    else table.set(key, change);
  }
}

test("property: rows depend on the last objects only, whatever came before", () => {
  fc.assert(
    fc.property(histories, fc.array(fc.integer({ min: 1, max: 5 })), (events, sizes) => {
      const state = new ClusterState();
      const folded = new Map<string, Change>();
      const rest = [...events];
      for (const size of sizes) fold(folded, state.apply(rest.splice(0, size)).changes);
      fold(folded, state.apply(rest).changes);
      const last = new Map(events.map((event) => [`${event.kind} ${event.key}`, event]));
      const fresh = new Map<string, Change>();
      fold(fresh, new ClusterState().apply([...last.values()].toReversed()).changes);
      assert.deepEqual(folded, fresh);
    }),
    { numRuns: 300 },
  );
});
