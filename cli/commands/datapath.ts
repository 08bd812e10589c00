/** `leat datapath show` and `leat datapath replace`: the programs, hook by hook. */
import { Command } from "commander";
import type {
  DatapathAnswer,
  DeviceAnswer,
  HookAnswer,
  ReplaceAnswer,
} from "../../agent/control/api.ts";
import type { Context } from "../context.ts";
import { agentOf, show } from "../context.ts";
import { EXIT } from "../errors.ts";
import { count, orDash, table } from "../table.ts";

/** More would push the rest of the status off the screen. */
const TARGETS_SHOWN_MAX = 20;

export function datapathCommand(context: Context): Command {
  const command = new Command("datapath").description("Show or replace the programs in the kernel");
  command
    .command("show")
    .description("Show every hook with its program, and every device with what it is and why")
    .action(async (_options: object, self: Command) => {
      show(context, self, await agentOf(context, self).datapath(), renderDatapath);
    });
  command
    .command("replace")
    .description("Load, test and swap in all programs anew, while traffic flows")
    .action(async (_options: object, self: Command) => {
      const answer = await agentOf(context, self).replace();
      show(context, self, answer, renderReplace);
      context.exit(answer.replaced ? EXIT.done : EXIT.bad);
    });
  return command;
}

function renderDatapath(datapath: DatapathAnswer): string {
  const hooks = renderHooks(datapath.hooks);
  return `${programsLine(datapath)}\n\n${hooks}\n${renderDevices(datapath.devices)}`;
}

function renderReplace(answer: ReplaceAnswer): string {
  const result = answer.replaced
    ? "Replaced: every hook runs the new programs."
    : `Not replaced, the earlier programs serve on: ${answer.problem}`;
  return `${result}\n\n${renderHooks(answer.hooks)}`;
}

/** "Programs serving, generation 1f2e, 2 replacements, 0 failed". */
export function programsLine(datapath: DatapathAnswer): string {
  const problem = datapath.problem === "" ? "" : `: ${datapath.problem}`;
  const generation = datapath.generation === "" ? "none" : datapath.generation;
  const { replacements, replacementFailures } = datapath;
  const swaps = `${count(replacements, "replacement")}, ${replacementFailures} failed`;
  return `Programs   ${datapath.state} (generation ${generation}; ${swaps})${problem}`;
}

function renderHooks(hooks: readonly HookAnswer[]): string {
  if (hooks.length === 0) {
    return "No hook is attached.\n";
  }
  return table(
    ["HOOK", "ON", "BY", "GENERATION", "PROBLEM"],
    hooks.map((hook) => [
      hook.hook,
      hook.target,
      orDash(hook.how),
      orDash(hook.generation),
      hook.problem,
    ]),
  );
}

/** One line a device, what is wrong first; a cgroup counts as one. As many as fit a screen. */
export function renderTargets(datapath: DatapathAnswer): string {
  const devices = new Map(datapath.devices.map((device) => [device.name, device]));
  const targets = new Set([...datapath.hooks.map((hook) => hook.target), ...devices.keys()]);
  if (targets.size === 0) {
    return "none\n";
  }
  const rows = [...targets].map((target) => {
    const hooks = datapath.hooks.filter((hook) => hook.target === target);
    return targetCells(target, devices.get(target), hooks);
  });
  const bad = rows.filter((row) => row[3] !== "");
  const shown = [...bad, ...rows.filter((row) => row[3] === "")].slice(0, TARGETS_SHOWN_MAX);
  const more = rows.length - shown.length;
  const text = table(["ON", "KIND", "HOOKS", "PROBLEM", "WHY"], shown);
  return more > 0 ? `${text}and ${more} more (leat datapath show lists all)\n` : text;
}

function targetCells(
  target: string,
  device: DeviceAnswer | undefined,
  hooks: readonly HookAnswer[],
): readonly string[] {
  const byHow = Map.groupBy(hooks, (hook) => hook.how);
  const attached = [...byHow].filter(([how]) => how !== "");
  const problems = hooks.filter((hook) => hook.problem !== "");
  return [
    target,
    device?.kind ?? "cgroup",
    orDash(attached.map(([how, some]) => `${some.length} ${how}`).join(", ")),
    problems.map((hook) => `${hook.hook}: ${hook.problem}`).join("; "),
    device?.why ?? "",
  ];
}

function renderDevices(devices: readonly DeviceAnswer[]): string {
  if (devices.length === 0) {
    return "No device was looked at yet.\n";
  }
  return table(
    ["DEVICE", "KIND", "WHY"],
    devices.map((device) => [device.name, device.kind, device.why]),
  );
}
