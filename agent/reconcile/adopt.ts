/**
 * After a restart: finds for each held state the service port that it is, by the frontends that
 * name it.
 */
import { familiesOf, frontendsOf } from "../desired/frontends.ts";
import { stateKey } from "../desired/states.ts";
import { type ServiceRow, serviceKey, servicePortKey } from "../../lib/model/rows.ts";
import { assignStates, type Wanting } from "./assign.ts";
import type { HeldState, Ledger } from "./ledger.ts";
import type { Pacer } from "./pacer.ts";

/**
 * Claims vanishing states for the rows; writes nothing. States that none asks for stay vanishing.
 */
export async function adoptStates(
  ledger: Ledger,
  rows: Iterable<ServiceRow>,
  pacer: Pacer,
): Promise<void> {
  if (ledger.vanishing.size === 0) {
    return;
  }
  const contested: Wanting[] = [];
  for (const row of rows) {
    for (const wanting of wantingsOf(row)) {
      const held = soleHolder(ledger, wanting);
      if (held === undefined) {
        contested.push(wanting);
      } else {
        ledger.claim(held, wanting.service, wanting.key);
      }
    }
    if (pacer.due()) {
      await pacer.pause();
    }
  }
  const assigned = assignStates(ledger, contested, (held) => ledger.vanishing.has(held));
  const services = new Map(contested.map(({ key, service }) => [key, service]));
  for (const [key, held] of assigned) {
    ledger.claim(held, services.get(key) ?? "", key);
  }
}

function wantingsOf(row: ServiceRow): Wanting[] {
  return row.ports.flatMap((port) =>
    familiesOf(row).map((family) => ({
      key: stateKey(servicePortKey(row, port), family),
      service: serviceKey(row),
      frontends: frontendsOf(row, port, family),
    })),
  );
}

/**
 * The state all of whose frontends are wanted, where it has all that are wanted and held: nobody
 * has a better claim.
 */
function soleHolder(ledger: Ledger, wanting: Wanting): HeldState | undefined {
  const holders = new Set<HeldState>();
  let held = 0;
  for (const { key } of wanting.frontends) {
    const holder = ledger.byFrontend(key);
    if (holder !== undefined) {
      holders.add(holder);
      held++;
    }
  }
  const [holder] = holders;
  const sole = holders.size === 1 && holder?.frontends.size === held;
  return sole && holder !== undefined && ledger.vanishing.has(holder) ? holder : undefined;
}
