/**
 * `leat status`: one screen that says whether this node serves, and what is wrong if it does not.
 */
import { Command } from "commander";
import type {
  DropAnswer,
  FailureAnswer,
  OperatorAnswer,
  StatusAnswer,
} from "../../agent/control/api.ts";
import type { Context } from "../context.ts";
import { agentOf, show } from "../context.ts";
import { EXIT } from "../errors.ts";
import { age, count, indent, orDash, printable, table } from "../table.ts";
import { programsLine, renderTargets } from "./datapath.ts";
import { renderMaps } from "./map.ts";

/** More would push the rest off the screen; `-o json` has them all. */
const FAILURES_SHOWN_MAX = 20;

export function statusCommand(context: Context): Command {
  return new Command("status")
    .description("Show whether this node serves, with all that is wrong")
    .action(async (_options: object, self: Command) => {
      const status = await agentOf(context, self).status();
      show(context, self, status, render);
      context.exit(status.ready ? EXIT.done : EXIT.bad);
    });
}

function render(status: StatusAnswer): string {
  const head = [
    `Node       ${status.node}: ${status.ready ? "ready" : "NOT READY"}`,
    ...status.unreadyReasons.map((reason) => `           ${printable(reason)}`),
    `Agent      ${status.version}, up ${age(status.startedAt, status.now)}`,
    `Operator   ${operatorLine(status.operator, status.now)}`,
    `State      ${stateLine(status)}`,
    programsLine(status.datapath),
    `Drops      ${dropsLine(status.drops)}`,
    ...status.datapath.notes.map((note) => `Note       ${printable(note)}`),
  ];
  const sections = [
    ["Hooks", renderTargets(status.datapath)],
    ["Maps", renderMaps(status.maps)],
    [`Failures: ${status.failures.length}`, renderFailures(status.failures)],
  ] as const;
  const body = sections.map(([title, text]) => `\n${title}\n${indent(text)}`).join("");
  return `${head.join("\n")}\n${body}`;
}

function operatorLine(operator: OperatorAnswer, now: string): string {
  const since = age(operator.since, now);
  const how = operator.connected ? "connected" : "NOT CONNECTED";
  const problem = operator.problem === "" ? "" : `: ${printable(operator.problem)}`;
  return `${operator.address}, ${how}${since === "" ? "" : ` for ${since}`}${problem}`;
}

function stateLine(status: StatusAnswer): string {
  const { operator } = status;
  if (operator.appliedRevision === 0) {
    return "nothing applied since the start: what the maps held is served on";
  }
  const lag = operator.receivedRevision - operator.appliedRevision;
  const behind = lag > 0 ? `, ${count(lag, "revision")} behind` : "";
  const ago = age(operator.appliedAt, status.now);
  const applied = `revision ${operator.appliedRevision}, applied ${ago} ago`;
  const mismatches =
    operator.hashMismatches === 0
      ? ""
      : `, ${count(operator.hashMismatches, "state")} refused for a wrong hash`;
  const rows = `${count(status.services, "service")}, ${count(status.endpoints, "endpoint")}`;
  return `${applied}${behind}${mismatches}: ${rows}, ${count(status.nodes, "node")}`;
}

function dropsLine(drops: readonly DropAnswer[]): string {
  const seen = drops.filter((drop) => drop.packets > 0);
  return seen.length === 0
    ? "none"
    : seen.map((drop) => `${drop.reason} ${drop.packets}`).join(", ");
}

/** One line a failure, the first ones. */
function renderFailures(failures: readonly FailureAnswer[]): string {
  if (failures.length === 0) {
    return "none\n";
  }
  const shown = failures.slice(0, FAILURES_SHOWN_MAX);
  const more = failures.length - shown.length;
  const rows = shown.map((failure) => [
    failure.table,
    orDash(failure.key),
    failure.code,
    failure.message,
  ]);
  const text = table(["TABLE", "KEY", "CODE", "MESSAGE"], rows);
  return more > 0 ? `${text}and ${more} more (-o json shows all)\n` : text;
}
