/**
 * What a lab may leave behind: namespaces, mounts, control groups, processes, files. In: the label
 * that all names of the lab carry. Out: one line for each thing found, so that nothing left is an
 * empty list.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";

export const RUN_FOLDER = "/run";
const NETNS_FOLDER = "/run/netns";

/** All labels begin so; the process that made the lab follows. */
export const LABEL_PREFIX = "leat-lab-";

export function residue(label: string): string[] {
  return [
    ...namespaces(label).map((name) => `network namespace ${name}`),
    ...mounts(label).map((path) => `mount ${path}`),
    ...cgroupFolders(label).map((path) => `control group ${path}`),
    ...processes(label).map(({ pid, command }) => `process ${pid} (${command})`),
    ...runFolders(label).map((path) => `folder ${path}`),
  ];
}

/** A whole label, or the prefix of all. */
function carries(label: string): (text: string) => boolean {
  const whole = new RegExp(label.endsWith("-") ? label : `${label}(?![0-9])`);
  return (text) => whole.test(text);
}

export function namespaces(label: string): string[] {
  return existsSync(NETNS_FOLDER) ? readdirSync(NETNS_FOLDER).filter(carries(label)) : [];
}

/** Mount points, innermost first. */
export function mounts(label: string): string[] {
  const lines = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const points = lines.map((line) => line.split(" ")[1] ?? "");
  return points
    .filter((point) => point.startsWith(`${RUN_FOLDER}/`))
    .filter(carries(label))
    .toReversed();
}

function cgroupFolders(label: string): string[] {
  const lines = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const roots = lines.map((line) => line.split(" ")).filter((fields) => fields[2] === "cgroup2");
  return roots.flatMap(([, root = ""]) =>
    readdirSync(root)
      .filter(carries(label))
      .map((name) => `${root}/${name}`),
  );
}

/** Processes whose arguments or control group carry the label. */
function processes(label: string): { pid: number; command: string }[] {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), command: readProcess(name, "cmdline") }));
  return found
    .map(({ pid, command }) => ({ pid, command: command.replaceAll("\0", " ").trim() }))
    .filter(({ pid, command }) =>
      carries(label)(`${command} ${readProcess(String(pid), "cgroup")}`),
    );
}

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function runFolders(label: string): string[] {
  return readdirSync(RUN_FOLDER)
    .filter(carries(label))
    .map((name) => `${RUN_FOLDER}/${name}`);
}

/** Labels on this machine whose makers no longer run: what a killed test left. */
export function deadLabels(): string[] {
  const found = [runFolders, namespaces, cgroupFolders].flatMap((list) => list(LABEL_PREFIX));
  const labels = found
    .map((name) => /leat-lab-(\d+)-\d+/.exec(name))
    .filter((match) => match !== null);
  const dead = labels.filter(([, pid = ""]) => !existsSync(`/proc/${pid}`));
  return [...new Set(dead.map(([label]) => label))];
}
