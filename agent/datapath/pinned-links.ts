/**
 * Links with a pin each: a link outlives the process, its pin names it, and setting it again
 * replaces its program in place. A link whose device or cgroup is gone, or that someone detached,
 * is made anew.
 */
import { readdirSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import {
  closeFd,
  isErrno,
  type LinkInfo,
  linkCreate,
  linkInfo,
  linkUpdate,
  objGet,
  objPin,
} from "../../native/index.ts";
import type { Program } from "./generation.ts";

export interface LinkPlace {
  /** The pin's name; no dots. */
  readonly name: string;
  /** ifindex, or the cgroup directory's descriptor. */
  readonly target: number;
  readonly attachType: number;
  /** For a new link. */
  readonly flags: number;
  /** Whether the link attaches where this place is. */
  readonly holds: (info: LinkInfo) => boolean;
}

export class PinnedLinks {
  readonly #directory: string;
  readonly #links = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Opens what is pinned under names that the predicate takes. */
  restore(isOwn: (name: string) => boolean): void {
    for (const name of readdirSync(this.#directory).filter(isOwn)) {
      if (!this.#links.has(name)) this.#links.set(name, objGet(join(this.#directory, name)));
    }
  }

  names(): string[] {
    return [...this.#links.keys()];
  }

  /** As the kernel tells it now; undefined where there is no such link. */
  info(name: string): LinkInfo | undefined {
    const fd = this.#links.get(name);
    return fd === undefined ? undefined : linkInfo(fd);
  }

  /**
   * Makes the program run at the place; false where it does already. NativeError as from
   * linkCreate.
   */
  set(place: LinkPlace, program: Program): boolean {
    const fd = this.#links.get(place.name);
    if (fd === undefined) {
      this.#create(place, program);
      return true;
    }
    const info = linkInfo(fd);
    if (!place.holds(info)) {
      this.#create(place, program);
      return true;
    }
    if (info.progId === program.id) return false;
    try {
      linkUpdate(fd, program.fd);
    } catch (error) {
      // The device or cgroup went between the two calls.
      if (!isErrno(error, "ENOLINK")) throw error;
      this.#create(place, program);
    }
    return true;
  }

  /** Unpins and so detaches; nothing where there is no such link. */
  remove(name: string): void {
    const fd = this.#links.get(name);
    if (fd === undefined) return;
    this.#links.delete(name);
    unlinkSync(join(this.#directory, name));
    closeFd(fd);
  }

  /** Lets go of the descriptors; the pins keep the links. */
  close(): void {
    for (const fd of this.#links.values()) closeFd(fd);
    this.#links.clear();
  }

  /** The new link's pin takes the place of a defunct one's by one rename. */
  #create(place: LinkPlace, program: Program): void {
    const { name, target, attachType, flags } = place;
    const fd = linkCreate({ progFd: program.fd, target, attachType, flags });
    const path = join(this.#directory, name);
    try {
      objPin(fd, `${path}-new`);
      renameSync(`${path}-new`, path);
    } catch (error) {
      closeFd(fd);
      throw error;
    }
    const defunct = this.#links.get(name);
    if (defunct !== undefined) closeFd(defunct);
    this.#links.set(name, fd);
  }

  /** Removes pins that a crash left between two steps. */
  sweep(): void {
    for (const name of readdirSync(this.#directory).filter((name) => name.endsWith("-new"))) {
      unlinkSync(join(this.#directory, name));
    }
  }
}
