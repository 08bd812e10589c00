/** The socket hooks of the node's cgroup: a pinned link for each program. */
import { closeSync, fstatSync, openSync } from "node:fs";
import type { SocketHooks } from "./attachments.ts";
import type { Program } from "./generation.ts";
import { CGROUP_PROGRAMS } from "./hooks.ts";
import { PinnedLinks } from "./pinned-links.ts";

const PREFIX = "cgroup-";

export class CgroupHooks implements SocketHooks {
  readonly path: string;
  readonly #links: PinnedLinks;
  readonly #fd: number;
  /** The kernel's id of a cgroup is its directory's inode. */
  readonly #id: bigint;

  constructor(path: string, linksDirectory: string) {
    this.path = path;
    this.#links = new PinnedLinks(linksDirectory);
    this.#fd = openSync(path, "r");
    this.#id = fstatSync(this.#fd, { bigint: true }).ino;
  }

  restore(): void {
    this.#links.sweep();
    this.#links.restore((name) => name.startsWith(PREFIX));
  }

  /** The kernel id of what runs there; 0 for nothing. */
  programId(programName: string): number {
    const info = this.#links.info(PREFIX + programName);
    return info?.cgroupId === this.#id ? info.progId : 0;
  }

  /** Makes the program run; false where it does already. NativeError where the kernel refuses. */
  set(program: Program): boolean {
    const attachType = CGROUP_PROGRAMS[program.name];
    if (attachType === undefined) throw new RangeError(`${program.name} is no cgroup program`);
    const place = {
      name: PREFIX + program.name,
      target: this.#fd,
      attachType,
      flags: 0,
      holds: ({ cgroupId }: { readonly cgroupId: bigint }) => cgroupId === this.#id,
    };
    return this.#links.set(place, program);
  }

  /** Never detaches. */
  close(): void {
    this.#links.close();
    closeSync(this.#fd);
  }
}
