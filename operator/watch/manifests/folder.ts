/**
 * A watched folder: which manifest files it has and which may have changed. Notices by inotify come
 * at once; a rescan finds what they miss (a folder replaced, a network file system). Files may be
 * symbolic links, as in a ConfigMap.
 */
import { type FSWatcher, type Stats, watch } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../../lib/errors.ts";

/** A change is looked at when it has been quiet for so long: files are written in several steps. */
const QUIET_MS = 30;
/** ... but no later than this after the first. */
const LATE_MS = 200;

function isManifestName(name: string): boolean {
  return /^[^.].*\.(ya?ml|json)$/.test(name);
}

/** What identifies a file's content without reading it. */
export type Stamp = string;

export interface ReadManifest {
  readonly stamp: Stamp;
  /** undefined: larger than allowed. */
  readonly bytes: Buffer | undefined;
}

export class Folder {
  readonly #path: string;
  readonly #rescanMs: number;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;
  #watched = "";
  #rescan: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #firstNotice = 0;
  #dirty = new Set<string>();
  #isAllDirty = true;

  constructor(path: string, rescanMs: number, onChange: () => void) {
    this.#path = path;
    this.#rescanMs = rescanMs;
    this.#onChange = onChange;
  }

  start(): void {
    this.#rescan = setInterval(() => this.#notice(undefined), this.#rescanMs);
    this.#notice(undefined);
  }

  stop(): void {
    clearInterval(this.#rescan);
    clearTimeout(this.#quiet);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Another look is due at this file, or at all. */
  again(name: string | undefined, afterMs: number): void {
    setTimeout(() => this.#notice(name), afterMs).unref();
  }

  /** The names that may have changed since the last call; "all": the whole folder must be read. */
  takeDirty(): ReadonlySet<string> | "all" {
    const dirty = this.#isAllDirty ? "all" : this.#dirty;
    this.#dirty = new Set();
    this.#isAllDirty = false;
    return dirty;
  }

  /** Whether the folder is the one that is watched; throws where there is none at its path. */
  async isWatched(): Promise<boolean> {
    return this.#watcher !== undefined && this.#watched === identity(await stat(this.#path));
  }

  /**
   * The names of the manifests in the folder, sorted; (re)places the watch first, so that no change
   * is missed.
   */
  async list(): Promise<string[]> {
    this.#watchFolder(identity(await stat(this.#path)));
    const names = await readdir(this.#path);
    return names.filter(isManifestName).sort();
  }

  /** undefined: there is no such file (any more). */
  async stamp(name: string): Promise<Stamp | undefined> {
    const own = await stat(join(this.#path, name)).catch(absent);
    return own?.isFile() ? stampOf(own) : undefined;
  }

  /** The content, if it did not change while it was read; undefined: it did, or is gone. */
  async read(name: string, bytesMost: number): Promise<ReadManifest | undefined> {
    const path = join(this.#path, name);
    const before = await stat(path).catch(absent);
    if (before === undefined) return undefined;
    if (before.size > bytesMost) return { stamp: stampOf(before), bytes: undefined };
    const bytes = await readFile(path).catch(absent);
    const after = await stat(path).catch(absent);
    if (bytes === undefined || after === undefined) return undefined;
    return stampOf(after) === stampOf(before) ? { stamp: stampOf(after), bytes } : undefined;
  }

  #watchFolder(own: string): void {
    if (this.#watcher !== undefined && this.#watched === own) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    const watcher = watch(this.#path, (_, name) => this.#notice(name ?? undefined));
    watcher.on("error", () => {
      watcher.close();
      this.#watcher = undefined;
    });
    this.#watcher = watcher;
    this.#watched = own;
  }

  /** A name that is no manifest's (a ConfigMap's ..data) may stand for all. */
  #notice(name: string | undefined): void {
    if (name !== undefined && isManifestName(name)) this.#dirty.add(name);
    else this.#isAllDirty = true;
    const now = performance.now();
    if (this.#quiet === undefined) this.#firstNotice = now;
    clearTimeout(this.#quiet);
    const waitMs = Math.min(QUIET_MS, Math.max(this.#firstNotice + LATE_MS - now, 0));
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.#onChange();
    }, waitMs);
  }
}

function identity(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

function stampOf(stats: Stats): Stamp {
  return [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(":");
}

function absent(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw error;
}
