/**
 * A folder of manifests as a source. A file that is bad, too large or cannot be read is named with
 * line and reason, and its last good state stays; only a file that is gone (and stays gone for a
 * moment) takes its objects with it.
 */
import { basename, join } from "node:path";
import { errorText } from "../../../lib/errors.ts";
import type { ObjectEvent } from "../objects.ts";
import type { Source, SourceSink } from "../source.ts";
import { TimeSlice } from "../time-slice.ts";
import { Folder, type Stamp } from "./folder.ts";
import { LastGood } from "./last-good.ts";
import { ManifestSet } from "./manifest-set.ts";
import { type ParsedFile, parseFile } from "./parse-file.ts";
import type { Parsed, Remark } from "./parse-object.ts";
import { Saver } from "./saver.ts";

export interface ManifestSourceOptions {
  readonly folder: string;
  /** Where last good states are kept; undefined: only in memory. */
  readonly stateFolder: string | undefined;
  readonly rescanMs: number;
  /** Tells of each file that was read whether it is good. */
  readonly observer: ManifestObserver;
}

export interface ManifestObserver {
  read(isGood: boolean): void;
  /** Files as they stand now. */
  files(good: number, bad: number): void;
}

interface FileState {
  readonly stamp: Stamp;
  readonly isGood: boolean;
  readonly remarks: readonly string[];
  readonly pieces: ReadonlyMap<string, Parsed>;
}

/** A larger manifest is refused by name. */
const FILE_BYTES_MOST = 128 * 1024 * 1024;
/** A file that editors replace is gone for an instant: it is believed gone at a second look. */
const GONE_MS = 100;
/** Events handed over at once; what changed together goes together up to this many. */
const BATCH_MOST = 512;
/** No file's stamp, so that the file is read again at the next look. */
const UNREAD: Stamp = "";

export class ManifestSource implements Source {
  readonly #options: ManifestSourceOptions;
  readonly #folder: Folder;
  readonly #set = new ManifestSet();
  readonly #states = new Map<string, FileState>();
  /** Files that were not there at the last look. */
  readonly #missing = new Set<string>();
  readonly #lastGood: LastGood | undefined;
  readonly #saver: Saver | undefined;
  #sink: SourceSink | undefined;
  #isSynced = false;
  #isScanDue = false;
  #scanning: Promise<void> | undefined;

  constructor(options: ManifestSourceOptions) {
    this.#options = options;
    this.#folder = new Folder(options.folder, options.rescanMs, () => this.#scanSoon());
    if (options.stateFolder !== undefined) {
      this.#lastGood = new LastGood(join(options.stateFolder, "manifests"));
      this.#saver = new Saver(this.#lastGood, (reasons) =>
        this.#tell("last good manifests", reasons),
      );
    }
  }

  start(sink: SourceSink): void {
    this.#sink = sink;
    this.#folder.start();
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#folder.stop();
    await this.#scanning;
    await this.#saver?.stop();
  }

  pending(): readonly string[] {
    return this.#isSynced ? [] : [`manifests in ${this.#options.folder}`];
  }

  /** One scan at a time; what changes during it is found by the next. */
  #scanSoon(): void {
    this.#isScanDue = true;
    this.#scanning ??= this.#scanWhileDue().finally(() => {
      this.#scanning = undefined;
    });
  }

  async #scanWhileDue(): Promise<void> {
    while (this.#isScanDue && this.#sink !== undefined) {
      this.#isScanDue = false;
      await this.#scan();
    }
  }

  async #scan(): Promise<void> {
    const dirty = await this.#dirty();
    if (dirty === undefined) return;
    const events = new Map<string, ObjectEvent>();
    const touched = new Set<string>();
    for (const name of dirty.names) {
      for (const event of await this.#look(name, touched)) {
        events.set(`${event.kind} ${event.key}`, event);
      }
    }
    await this.#hand([...events.values()]);
    for (const file of touched) this.#tellFile(file);
    if (dirty.isAll) await this.#saver?.retain(dirty.names);
    this.#finish();
  }

  /**
   * The files to look at; undefined: the folder cannot be read, and nothing is known to be gone.
   */
  async #dirty(): Promise<{ names: readonly string[]; isAll: boolean } | undefined> {
    const thing = `folder ${this.#options.folder}`;
    const dirty = this.#folder.takeDirty();
    try {
      await this.#saver?.open();
      const isAll = dirty === "all" || !(await this.#folder.isWatched());
      const listed = isAll ? [...(await this.#folder.list()), ...this.#states.keys()] : dirty;
      this.#tell(thing, []);
      return { names: [...new Set(listed)].sort(), isAll };
    } catch (error) {
      this.#tell(thing, [`cannot be read: ${errorText(error)}; what was read before stays`]);
      return undefined;
    }
  }

  #finish(): void {
    const states = [...this.#states.values()];
    const good = states.filter(({ isGood }) => isGood).length;
    this.#options.observer.files(good, states.length - good);
    if (this.#isSynced || this.#sink === undefined) return;
    this.#isSynced = true;
    this.#sink.synced();
  }

  /** What a look at the file changes. */
  async #look(name: string, touched: Set<string>): Promise<ObjectEvent[]> {
    try {
      const stamp = await this.#folder.stamp(name);
      if (stamp === undefined) return this.#absent(name, touched);
      this.#missing.delete(name);
      if (this.#states.get(name)?.stamp === stamp) return [];
      return await this.#read(name, touched);
    } catch (error) {
      touched.add(name);
      return this.#bad(name, UNREAD, [`cannot be read: ${errorText(error)}`], touched);
    }
  }

  #absent(name: string, touched: Set<string>): ObjectEvent[] {
    if (!this.#states.has(name)) return [];
    if (!this.#missing.has(name)) {
      this.#missing.add(name);
      this.#folder.again(name, GONE_MS);
      return [];
    }
    this.#missing.delete(name);
    this.#states.delete(name);
    this.#saver?.forget(name);
    return this.#set.replace(name, undefined, touched);
  }

  async #read(name: string, touched: Set<string>): Promise<ObjectEvent[]> {
    const read = await this.#folder.read(name, FILE_BYTES_MOST);
    if (read === undefined) {
      this.#folder.again(name, GONE_MS);
      return [];
    }
    touched.add(name);
    if (read.bytes === undefined) {
      const limit = `${FILE_BYTES_MOST / 1024 / 1024} MiB`;
      return this.#bad(name, read.stamp, [`is larger than ${limit}: refused`], touched);
    }
    const parsed = await parseFile(name, read.bytes, this.#states.get(name)?.pieces);
    const remarks = [...parsed.faults, ...parsed.notes].map(remarkText);
    if (parsed.faults.length > 0) return this.#bad(name, read.stamp, remarks, touched);
    this.#options.observer.read(true);
    this.#remember(name, read.stamp, true, remarks, parsed);
    this.#saver?.save(name, read.bytes);
    return this.#set.replace(name, parsed.objects, touched);
  }

  /**
   * The file cannot be taken: what is known of it stays, or what an earlier process knew comes
   * back.
   */
  async #bad(
    name: string,
    stamp: Stamp,
    remarks: readonly string[],
    touched: Set<string>,
  ): Promise<ObjectEvent[]> {
    this.#options.observer.read(false);
    const isKnown = this.#set.files().includes(name);
    const restored = isKnown ? undefined : await this.#restore(name);
    const stays = isKnown || restored !== undefined;
    const fate = stays ? "its last good state stays" : "nothing of it is served";
    this.#remember(name, stamp, false, [...remarks, fate]);
    return restored === undefined ? [] : this.#set.replace(name, restored.objects, touched);
  }

  async #restore(name: string): Promise<ParsedFile | undefined> {
    try {
      const bytes = await this.#lastGood?.load(name);
      if (bytes === undefined) return undefined;
      const parsed = await parseFile(name, bytes);
      return parsed.faults.length === 0 ? parsed : undefined;
    } catch (error) {
      this.#tell(`last good state of ${name}`, [errorText(error)]);
      return undefined;
    }
  }

  #remember(
    name: string,
    stamp: Stamp,
    isGood: boolean,
    remarks: readonly string[],
    parsed?: ParsedFile,
  ): void {
    const pieces = parsed?.pieces ?? this.#states.get(name)?.pieces ?? new Map<string, Parsed>();
    this.#states.set(name, { stamp, isGood, remarks, pieces });
  }

  /**
   * Small changes go as one batch, so that agents see them at once; large ones let the event loop
   * turn.
   */
  async #hand(events: readonly ObjectEvent[]): Promise<void> {
    const slice = new TimeSlice();
    for (let start = 0; start < events.length; start += BATCH_MOST) {
      this.#sink?.events(events.slice(start, start + BATCH_MOST));
      await slice.rest();
    }
  }

  #tellFile(name: string): void {
    const remarks = this.#states.get(name)?.remarks ?? [];
    this.#tell(`manifest ${basename(name)}`, [...remarks, ...this.#set.shadows(name)]);
  }

  #tell(thing: string, reasons: readonly string[]): void {
    this.#sink?.problem(thing, reasons);
  }
}

function remarkText({ line, reason }: Remark): string {
  return `line ${line}: ${reason}`;
}
