/** `leat map list` and `leat map dump NAME`: the kernel's maps, decoded to names. */
import { Command } from "commander";
import type { MapAnswer, MapPage } from "../../agent/control/api.ts";
import type { AgentClient } from "../agent-client.ts";
import type { Context } from "../context.ts";
import { agentOf, show } from "../context.ts";
import { percent, table } from "../table.ts";

interface MapDump {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function mapCommand(context: Context): Command {
  const command = new Command("map").description("Show the maps that the programs read");
  command
    .command("list")
    .description("List the maps with their use and capacity")
    .action(async (_options: object, self: Command) => {
      show(context, self, await agentOf(context, self).maps(), renderMaps);
    });
  command
    .command("dump")
    .argument("<name>", "of the map, as `map list` prints it")
    .description("Print every element of a map")
    .action(async (name: string, _options: object, self: Command) => {
      show(context, self, await dump(agentOf(context, self), name), renderDump);
    });
  return command;
}

async function dump(agent: AgentClient, name: string): Promise<MapDump> {
  const rows: (readonly string[])[] = [];
  let page: MapPage;
  let offset: number | null = 0;
  do {
    page = await agent.mapPage(name, offset);
    for (const row of page.rows) {
      rows.push(row);
    }
    offset = page.next;
  } while (offset !== null);
  return { name: page.name, columns: page.columns, rows };
}

/** One line a map. */
export function renderMaps(maps: readonly MapAnswer[]): string {
  if (maps.length === 0) {
    return "none is open\n";
  }
  return table(
    ["MAP", "USED", "CAPACITY", "USE", "WRITES"],
    maps.map((map) => [
      map.name,
      `${map.used}`,
      `${map.capacity}`,
      percent(map.used, map.capacity),
      `${map.writes}`,
    ]),
  );
}

function renderDump(map: MapDump): string {
  return table(
    map.columns.map((column) => column.toUpperCase()),
    map.rows,
  );
}
