/**
 * Keeps the sink equal to one resource of the API server: list, watch, and again for ever, whatever
 * the server does.
 *
 * A failure only ever means waiting: what has been handed over stays until an event, or a complete
 * new list, says that it is gone. Versions that go backwards are not believed: the event is dropped
 * and the list made anew.
 */
import { Backoff } from "../../../lib/backoff.ts";
import { goneEvent, type ObjectEvent, objectKey, presentEvent } from "../objects.ts";
import { project } from "../project.ts";
import { type Fields, pathText, ShapeError } from "../shape.ts";
import { ApiError } from "./api-error.ts";
import { textAt } from "./body.ts";
import { Held } from "./held.ts";
import { listPages } from "./list.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import { compareVersions } from "./versions.ts";
import { type WatchEventType, watchOnce } from "./watch.ts";

const RETRY_MS_FIRST = 250;
/** A watch that lives so long has proved that the server is well. */
const SETTLED_MS = 1000;
/** timeoutSeconds of a watch: 5 to 10 minutes, spread so that watches do not end together. */
const WATCH_SECONDS_LEAST = 300;
const WATCH_SECONDS_SPREAD = 300;
/** Refused watches in a row after which a new list is tried. */
const REFUSALS_MOST = 3;

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #held: Held;
  readonly #backoff: Backoff;
  /** Up to where the sink knows all; undefined: a list is due. */
  #version: string | undefined;
  #isListing = false;
  #hasListed = false;
  #lists: "streamed" | "paged" | "paged-once" = "streamed";
  #pagesExpired = false;
  #refusals = 0;
  #isTroubled = false;
  /** When a held mass deletion is due for its second list. */
  #confirmAt: number | undefined;
  #batch: ObjectEvent[] = [];

  constructor(options: ReflectorOptions) {
    const { settings, random } = options;
    this.#options = options;
    this.#held = new Held({ holdMs: settings.holdMs });
    this.#backoff = new Backoff({ firstMs: RETRY_MS_FIRST, mostMs: settings.retryMsMost, random });
  }

  /** Resolves once the signal is aborted; rejects only on a fault of our own. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#cycle(signal);
      } catch (error) {
        if (signal.aborted) return;
        const waitMs = this.#failed(error);
        await this.#options.delay(waitMs, signal).catch(() => {});
      }
    }
  }

  /** One list, if one is due, and one watch. */
  async #cycle(signal: AbortSignal): Promise<void> {
    if (this.#version === undefined) this.#beginList();
    if (this.#version === undefined && this.#lists !== "streamed") await this.#listPaged(signal);
    await this.#watch(signal);
  }

  #beginList(): void {
    this.#isListing = true;
    this.#held.beginList();
  }

  async #listPaged(signal: AbortSignal): Promise<void> {
    const { api, resource, settings } = this.#options;
    const version = await listPages(
      {
        api,
        resource,
        pageSize: this.#pagesExpired ? 0 : settings.pageSize,
        stallMs: settings.stallMs,
        take: (item) => this.#present(item),
        flush: () => this.#flush(),
      },
      signal,
    );
    this.#endList(version, "paged");
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const confirm = new AbortController();
    const timers = this.#isListing ? [] : [this.#confirmTimer(confirm)];
    const { api, resource, settings, random, now } = this.#options;
    const began = now();
    try {
      await watchOnce(
        {
          api,
          resource,
          version: this.#version,
          timeoutSeconds: WATCH_SECONDS_LEAST + Math.floor(random() * WATCH_SECONDS_SPREAD),
          stallMs: settings.stallMs,
          inactivityMs: settings.inactivityMs,
          opened: () => timers.push(setTimeout(() => this.#settled(), SETTLED_MS)),
          event: (type, object) => this.#event(type, object),
          bookmark: (version, endsList) => {
            this.#bookmark(version, endsList);
            if (endsList) timers.push(this.#confirmTimer(confirm));
          },
          flush: () => this.#flush(),
        },
        AbortSignal.any([signal, confirm.signal]),
      );
    } catch (error) {
      if (!confirm.signal.aborted || signal.aborted) throw error;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.#flush();
    }
    if (confirm.signal.aborted) this.#version = undefined;
    else if (now() - began < SETTLED_MS)
      throw new ApiError("unreachable", "the watch ended at once");
  }

  /** Ends the watch when the second list after a mass deletion is due. */
  #confirmTimer(confirm: AbortController): NodeJS.Timeout | undefined {
    if (this.#confirmAt === undefined) return undefined;
    const waitMs = Math.max(this.#confirmAt - this.#options.now(), 0);
    return setTimeout(() => confirm.abort(), waitMs);
  }

  #event(type: WatchEventType, object: Fields): void {
    this.#options.observer.event(this.#options.resource.name, type);
    if (!this.#isListing && !this.#isNews(textAt(object, "metadata", "resourceVersion"))) return;
    if (type === "DELETED") this.#gone(object);
    else this.#present(object);
    if (!this.#isListing) this.#progress();
  }

  #bookmark(version: string, endsList: boolean): void {
    this.#options.observer.event(this.#options.resource.name, "BOOKMARK");
    if (endsList && this.#isListing) {
      this.#endList(version, "streamed");
    } else if (!this.#isListing) {
      this.#isNews(version);
      this.#progress();
    }
  }

  /**
   * Whether the version is beyond all that came before; a repetition is not, an older one ends the
   * watch.
   */
  #isNews(version: string): boolean {
    const known = this.#version ?? "";
    const order = compareVersions(version, known);
    if (order < 0) {
      const text = `resourceVersion ${version} came after ${known}`;
      throw new ApiError("backwards", text);
    }
    if (version === "") return true;
    this.#version = version;
    return version !== known;
  }

  #present(value: Fields): void {
    const { resource, sink } = this.#options;
    try {
      const object = project(resource.kind, value);
      this.#held.present(objectKey(object));
      this.#batch.push(presentEvent(resource.kind, object));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      // It cannot be read, but it is there: what is known of it stays.
      const key = this.#key(value);
      this.#held.present(key);
      sink.problem(`${resource.kind} ${key}`, [`${pathText(error.path)} ${error.message}`]);
    }
  }

  #gone(value: Fields): void {
    const key = this.#key(value);
    if (this.#held.gone(key)) this.#batch.push(goneEvent(this.#options.resource.kind, key));
  }

  #key(value: Fields): string {
    const name = textAt(value, "metadata", "name");
    if (this.#options.resource.kind === "Node") return name;
    return objectKey({ namespace: textAt(value, "metadata", "namespace"), name });
  }

  #endList(version: string, how: "streamed" | "paged"): void {
    const { resource, sink, observer, now } = this.#options;
    const verdict = this.#held.endList(now());
    for (const key of verdict.gone) this.#batch.push(goneEvent(resource.kind, key));
    this.#confirmAt = verdict.until;
    this.#isListing = false;
    this.#pagesExpired = false;
    if (this.#lists === "paged-once") this.#lists = "streamed";
    this.#version = version;
    this.#flush();
    observer.listed(resource.name, how);
    observer.massDeletionHeld(resource.name, verdict.held);
    const share = `${verdict.held} of ${this.#held.size}`;
    const reason = `a list lacks ${share}: kept until another list agrees`;
    sink.problem(`deletion of ${resource.name}`, verdict.held > 0 ? [reason] : []);
    this.#progress();
    if (this.#hasListed) return;
    this.#hasListed = true;
    sink.listed();
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#options.sink.events(batch);
  }

  /** A watch has been open for a while. */
  #settled(): void {
    if (!this.#isListing) this.#progress();
  }

  /** The server does what it should. */
  #progress(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#backoff.reset();
    this.#refusals = 0;
    this.#options.sink.problem(`watch of ${this.#options.resource.name}`, []);
  }

  /** How long to wait, in milliseconds; throws what is no failure of the server's. */
  #failed(error: unknown): number {
    if (!(error instanceof ApiError)) throw error;
    const { resource, sink, observer } = this.#options;
    observer.failed(resource.name, error.code);
    this.#isTroubled = true;
    if (this.#isListing) this.#listFailed(error);
    else this.#watchFailed(error);
    sink.problem(`watch of ${resource.name}`, [error.message]);
    return this.#backoff.next(error.retryAfterMs);
  }

  /** Where a streamed list fails for any reason but the network's, the next one is paged. */
  #listFailed({ code }: ApiError): void {
    if (this.#lists !== "streamed") this.#pagesExpired = code === "expired";
    else if (code === "unsupported") this.#lists = "paged";
    else if (code === "stalled" || code === "malformed") this.#lists = "paged-once";
  }

  #watchFailed(error: ApiError): void {
    const isStale = error.code === "expired" || error.code === "backwards";
    const isRefused = error.code === "unsupported" || error.code === "status";
    if (isRefused) this.#refusals++;
    if (isStale || this.#refusals >= REFUSALS_MOST) this.#version = undefined;
  }
}
