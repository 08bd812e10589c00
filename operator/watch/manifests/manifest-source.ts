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
import type { ManifestObject, Parsed, Remark } from "./parse-object.ts";
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

/** What one scan changes. */
interface Round {
  readonly events: Map<string, ObjectEvent>;
  /** Files of which there may be something new to tell. */
  readonly touched: Set<string>;
}

/** Enough to hide the disk's latency. */
const FILES_AT_ONCE = 16;
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
    const round: Round = { events: new Map(), touched: new Set() };
    for (let start = 0; start < dirty.names.length; start += FILES_AT_ONCE) {
      const names = dirty.names.slice(start, start + FILES_AT_ONCE);
      await Promise.all(names.map((name) => this.#look(name, round)));
    }
    await this.#hand([...round.events.values()]);
    for (const file of round.touched) this.#tellFile(file);
    if (dirty.isAll) this.#saver?.retain(dirty.names);
    this.#finish();
  }

  /**
   * The files to look at; undefined: the folder cannot be read, and nothing is known to be gone.
   */
  async #dirty(): Promise<{ names: readonly string[]; isAll: boolean } | undefined> {
    const thing = `folder ${this.#options.folder}`;
    const dirty = this.#folder.takeDirty();
    try {
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

  /** Adds to the round what the file changes. */
  async #look(name: string, round: Round): Promise<void> {
    try {
      const stamp = await this.#folder.stamp(name);
      if (stamp === undefined) {
        this.#absent(name, round);
        return;
      }
      this.#missing.delete(name);
      if (this.#states.get(name)?.stamp !== stamp) await this.#read(name, round);
    } catch (error) {
      await this.#bad(name, UNREAD, [`cannot be read: ${errorText(error)}`], round);
    }
  }

  #absent(name: string, round: Round): void {
    if (!this.#states.has(name)) return;
    if (!this.#missing.has(name)) {
      this.#missing.add(name);
      this.#folder.again(name, GONE_MS);
      return;
    }
    this.#missing.delete(name);
    this.#states.delete(name);
    this.#saver?.forget(name);
    this.#replace(name, undefined, round);
  }

  async #read(name: string, round: Round): Promise<void> {
    const read = await this.#folder.read(name, FILE_BYTES_MOST);
    if (read === undefined) {
      this.#folder.again(name, GONE_MS);
      return;
    }
    if (read.bytes === undefined) {
      const limit = `${FILE_BYTES_MOST / 1024 / 1024} MiB`;
      await this.#bad(name, read.stamp, [`is larger than ${limit}: refused`], round);
      return;
    }
    const parsed = await parseFile(name, read.bytes, this.#states.get(name)?.pieces);
    const remarks = [...parsed.faults, ...parsed.notes].map(remarkText);
    if (parsed.faults.length > 0) {
      await this.#bad(name, read.stamp, remarks, round);
      return;
    }
    this.#options.observer.read(true);
    this.#remember(name, read.stamp, true, remarks, parsed);
    this.#saver?.save(name, read.bytes);
    this.#replace(name, parsed.objects, round);
  }

  /** The file cannot be taken: what is known of it stays, or what an earlier process knew. */
  async #bad(name: string, stamp: Stamp, remarks: readonly string[], round: Round): Promise<void> {
    this.#options.observer.read(false);
    round.touched.add(name);
    const isKnown = this.#set.has(name);
    const restored = isKnown ? undefined : await this.#restore(name);
    const stays = isKnown || restored !== undefined;
    const fate = stays ? "its last good state stays" : "nothing of it is served";
    this.#remember(name, stamp, false, [...remarks, fate]);
    if (restored !== undefined) this.#replace(name, restored.objects, round);
  }

  /** Events are kept in the order in which the set changed: the last one of a key counts. */
  #replace(name: string, objects: readonly ManifestObject[] | undefined, round: Round): void {
    for (const event of this.#set.replace(name, objects, round.touched)) {
      round.events.set(`${event.kind} ${event.key}`, event);
    }
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
