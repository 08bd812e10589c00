/**
 * All hooks of the node: the cgroup's and those of the devices that carry programs. `apply` brings
 * them to one generation, hook by hook, and keeps what is refused as a problem of that hook; `swap`
 * is all or nothing. Nothing is detached to be attached again: a program is replaced where it runs.
 */
import { errorText } from "../../lib/errors.ts";
import { isErrno } from "../../native/index.ts";
import type { DeviceHooks } from "./device-hooks.ts";
import type { Device } from "./devices.ts";
import { DatapathError } from "./errors.ts";
import type { Generation, Program } from "./generation.ts";
import { CGROUP_PROGRAMS, DIRECTIONS, deviceProgram } from "./hooks.ts";

export interface HookStatus {
  /** The program's name. */
  readonly hook: string;
  /** The device's name, or the cgroup's directory. */
  readonly target: string;
  readonly how: "cgroup" | "tcx" | "clsact";
  /** The kernel's id of the program there; 0 for none. */
  readonly programId: number;
  /** What keeps it from the program wanted; "" for nothing. */
  readonly problem: string;
}

/** The socket hooks of a cgroup (cgroup-hooks.ts), or what stands for them. */
export interface SocketHooks {
  /** The cgroup's directory. */
  readonly path: string;
  programId(programName: string): number;
  set(program: Program): boolean;
  close(): void;
}

interface Hook {
  readonly key: string;
  readonly ifindex: number;
  readonly programName: string;
  readonly target: string;
  readonly how: HookStatus["how"];
  programId(): number;
  set(program: Program): boolean;
}

export class Attachments {
  readonly #cgroup: SocketHooks;
  readonly #devices: DeviceHooks;
  readonly #problems = new Map<string, string>();
  /** Hook -> program seen or set there; asked anew of the kernel by verify. */
  readonly #confirmed = new Map<string, number>();
  /** As confirmed, but kept while in doubt: what status tells. */
  readonly #seen = new Map<string, number>();
  #hooks: readonly Hook[] = [];

  constructor(cgroup: SocketHooks, devices: DeviceHooks) {
    this.#cgroup = cgroup;
    this.#devices = devices;
  }

  get method(): DeviceHooks["method"] {
    return this.#devices.method;
  }

  /** The devices that are to carry programs; the others are let go, those gone are forgotten. */
  setDevices(devices: readonly Device[]): void {
    const carriers = devices.filter(({ kind }) => kind !== "none");
    const wanted = new Set(carriers.map(({ ifindex }) => ifindex));
    this.#hooks = [...this.#cgroupHooks(), ...carriers.flatMap((device) => this.#hooksOf(device))];
    for (const ifindex of this.#devices.held().filter((held) => !wanted.has(held))) {
      for (const direction of DIRECTIONS) this.#devices.remove({ ifindex, direction });
    }
    const keys = new Set(this.#hooks.map(({ key }) => key));
    for (const map of [this.#problems, this.#confirmed, this.#seen]) {
      for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
    }
  }

  /**
   * Forgets what is known of a device's hooks (of all for undefined), so that apply looks and
   * repairs.
   */
  doubt(ifindex?: number): void {
    if (ifindex === undefined) this.#confirmed.clear();
    for (const hook of this.#hooks) {
      if (hook.ifindex === ifindex) this.#confirmed.delete(hook.key);
    }
  }

  /** Brings every hook to the generation; answers how many were changed. */
  apply(generation: Generation): number {
    let changed = 0;
    for (const hook of this.#hooks) {
      try {
        const program = programOf(generation, hook);
        if (this.#confirmed.get(hook.key) === program.id) continue;
        if (hook.set(program)) changed++;
        this.#confirm(hook, program);
      } catch (error) {
        this.#refused(hook, error);
      }
    }
    return changed;
  }

  /**
   * Replaces the program of every hook. DatapathError "attach-failed": one that carried a program
   * refused the new one, and all have the programs of `from` again.
   */
  swap(to: Generation, from: Generation | undefined): void {
    const done: Hook[] = [];
    for (const hook of this.#hooks) {
      try {
        hook.set(programOf(to, hook));
        done.push(hook);
        this.#confirm(hook, programOf(to, hook));
      } catch (error) {
        this.#refused(hook, error);
        if (this.#isBare(hook)) continue;
        this.#rollBack(done, from);
        const place = `${hook.programName} on ${hook.target}`;
        throw new DatapathError("attach-failed", `cannot replace ${place}`, { cause: error });
      }
    }
  }

  status(): HookStatus[] {
    return this.#hooks.map((hook) => ({
      hook: hook.programName,
      target: hook.target,
      how: hook.how,
      programId: this.#seen.get(hook.key) ?? 0,
      problem: this.#problems.get(hook.key) ?? "",
    }));
  }

  close(): void {
    this.#cgroup.close();
    this.#devices.close();
  }

  #cgroupHooks(): Hook[] {
    return Object.keys(CGROUP_PROGRAMS).map((programName) => ({
      key: programName,
      ifindex: 0,
      programName,
      target: this.#cgroup.path,
      how: "cgroup",
      programId: () => this.#cgroup.programId(programName),
      set: (program) => this.#cgroup.set(program),
    }));
  }

  #hooksOf({ ifindex, name, kind }: Device): Hook[] {
    if (kind === "none") return [];
    return DIRECTIONS.map((direction) => ({
      key: `${ifindex}/${direction}`,
      ifindex,
      programName: deviceProgram(kind, direction),
      target: name,
      how: this.#devices.method,
      programId: () => this.#devices.programId({ ifindex, direction }),
      set: (program) => this.#devices.set({ ifindex, direction }, program),
    }));
  }

  #confirm(hook: Hook, program: Program): void {
    this.#confirmed.set(hook.key, program.id);
    this.#seen.set(hook.key, program.id);
    this.#problems.delete(hook.key);
  }

  /** A device that went meanwhile is no problem: its event is on the way. */
  #refused(hook: Hook, error: unknown): void {
    this.#confirmed.delete(hook.key);
    this.#seen.delete(hook.key);
    if (!isErrno(error, "ENODEV")) this.#problems.set(hook.key, errorText(error));
  }

  #isBare(hook: Hook): boolean {
    try {
      return hook.programId() === 0;
    } catch (error) {
      if (isErrno(error, "ENODEV")) return true;
      throw error;
    }
  }

  #rollBack(done: readonly Hook[], from: Generation | undefined): void {
    if (from === undefined) return;
    for (const hook of done) {
      try {
        hook.set(programOf(from, hook));
        this.#confirm(hook, programOf(from, hook));
      } catch (error) {
        this.#refused(hook, error);
      }
    }
  }
}

function programOf(generation: Generation, hook: Hook): Program {
  const program = generation.programs.get(hook.programName);
  if (program === undefined) {
    throw new DatapathError("load-failed", `the objects have no program ${hook.programName}`);
  }
  return program;
}
