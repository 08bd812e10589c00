/**
 * The generations of the node's programs: which is in use, and how the next takes its place. The
 * next is loaded wholly beside the one in use, on the same maps, and tried on maps of its own; only
 * then the hooks are swapped. Whatever fails before leaves the one in use as it is.
 */
import { closeFd } from "../../native/index.ts";
import type { Attachments } from "./attachments.ts";
import type { PinDirectories } from "./bpffs.ts";
import {
  closeGeneration,
  type Generation,
  makeGeneration,
  nextNumber,
  openCurrent,
  pinGeneration,
  publishGeneration,
  sweepGenerations,
} from "./generation.ts";
import { ALL_PROGRAMS } from "./hooks.ts";
import { generationDigest, loadOnPins } from "./load.ts";
import type { PinnedMaps } from "./maps.ts";
import type { selfTest } from "./self-test.ts";

export interface ProgramsOptions {
  /** Directory of the objects. */
  readonly objects: string;
  readonly directories: PinDirectories;
  readonly maps: PinnedMaps;
  /** Rejects where the programs may not serve. */
  readonly rehearse: typeof selfTest;
}

export class Programs {
  readonly #options: ProgramsOptions;
  #current: Generation | undefined;
  /** Digest of what was tried last: the same need not be tried again. */
  #rehearsed = "";

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** undefined before the first has been put in place. */
  get current(): Generation | undefined {
    return this.#current;
  }

  /**
   * Takes back the generation that an earlier process left, and sweeps away what it left half done.
   */
  restore(): void {
    sweepGenerations(this.#options.directories);
    this.#current = openCurrent(this.#options.directories);
  }

  /** Whether the generation in use is made from these objects and settings, and whole. */
  isWanted(settings: Uint8Array): boolean {
    const { objects } = this.#options;
    const current = this.#current;
    if (current === undefined || current.digest !== generationDigest(objects, settings)) {
      return false;
    }
    return ALL_PROGRAMS.every((name) => current.programs.has(name));
  }

  /**
   * Puts a new generation in place; `attachments` is asked for once it is loaded. DatapathError
   * "load-failed", "self-test-failed" or "attach-failed": the one before serves on.
   */
  async replace(
    settings: Uint8Array,
    attachments: (next: Generation) => Attachments,
  ): Promise<Generation> {
    const { objects, directories, maps, rehearse } = this.#options;
    const digest = generationDigest(objects, settings);
    if (this.#rehearsed !== digest) await rehearse(objects, settings);
    this.#rehearsed = digest;
    const loaded = await loadOnPins(objects, settings, maps);
    for (const fd of loaded.maps.values()) closeFd(fd);
    const next = makeGeneration(nextNumber(directories), digest, loaded.programs);
    try {
      pinGeneration(directories, next);
      attachments(next).swap(next, this.#current);
    } catch (error) {
      sweepGenerations(directories);
      closeGeneration(next);
      throw error;
    }
    publishGeneration(directories, next);
    if (this.#current !== undefined) closeGeneration(this.#current);
    this.#current = next;
    return next;
  }

  /** Lets go of the descriptors; pins and hooks keep the programs. */
  close(): void {
    if (this.#current !== undefined) closeGeneration(this.#current);
    this.#current = undefined;
  }
}
