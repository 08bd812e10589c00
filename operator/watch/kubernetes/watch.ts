/** One watch request, from its opening to its end: events and bookmarks as they come. */
import type { IncomingMessage } from "node:http";
import type { Fields } from "../shape.ts";
import type { Api, Query } from "./api.ts";
import { ApiError, statusError } from "./api-error.ts";
import { parseObject, readBody, textAt } from "./body.ts";
import { STALL_BYTES } from "./list.ts";
import type { Resource } from "./resources.ts";
import { Watchdog } from "./watchdog.ts";

export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED";

export interface WatchOptions {
  readonly api: Api;
  readonly resource: Resource;
  /** Events after this; undefined: first all objects as they are (a streamed list), then events. */
  readonly version: string | undefined;
  readonly timeoutSeconds: number;
  /** A streamed list that brings less than STALL_BYTES in this time is given up. */
  readonly stallMs: number;
  /** A watch without any event or bookmark for so long is given up. */
  readonly inactivityMs: number;
  readonly opened: () => void;
  readonly event: (type: WatchEventType, object: Fields) => void;
  /**
   * All up to this version has been sent; `endsList`: the objects of a streamed list are complete.
   */
  readonly bookmark: (version: string, endsList: boolean) => void;
  /** After the events of each piece of the body. */
  readonly flush: () => void;
}

const LIST_END = "k8s.io/initial-events-end";

/** Resolves when the server ends the watch; throws an ApiError else. */
export async function watchOnce(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const stalls = new AbortController();
  const either = AbortSignal.any([signal, stalls.signal]);
  let dogs: Dogs | undefined;
  try {
    const { api, resource } = options;
    const body = await api.get(resource.path, watchQuery(options), either);
    options.opened();
    dogs = new Dogs(options, (error) => stalls.abort(error));
    await readEvents(body, options, dogs);
  } catch (error) {
    stalls.signal.throwIfAborted();
    throw error;
  } finally {
    dogs?.stop();
    stalls.abort();
  }
}

function watchQuery({ resource, version, timeoutSeconds }: WatchOptions): Query {
  const start =
    version === undefined
      ? { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" }
      : { resourceVersion: version };
  const selector = resource.labelSelector === "" ? {} : { labelSelector: resource.labelSelector };
  return {
    watch: "true",
    allowWatchBookmarks: "true",
    timeoutSeconds: String(timeoutSeconds),
    ...selector,
    ...start,
  };
}

async function readEvents(body: IncomingMessage, options: WatchOptions, dogs: Dogs): Promise<void> {
  await readBody(body, {
    item: () => {
      throw new ApiError("malformed", "the API server sent a list where events were due");
    },
    value: (text) => takeEvent(parseObject(text), options, dogs),
    piece: (bytes) => {
      dogs.bytes(bytes);
      options.flush();
    },
  });
}

function takeEvent(event: Fields, options: WatchOptions, dogs: Dogs): void {
  const type = textAt(event, "type");
  const object = event["object"];
  if (typeof object !== "object" || object === null) {
    throw new ApiError("malformed", "the API server sent an event without an object");
  }
  const fields = object as Fields;
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      options.event(type, fields);
      break;
    case "BOOKMARK": {
      const endsList = textAt(fields, "metadata", "annotations", LIST_END) === "true";
      if (endsList) dogs.endList();
      options.bookmark(textAt(fields, "metadata", "resourceVersion"), endsList);
      break;
    }
    case "ERROR":
      throw statusError(Number(fields["code"] ?? 0), textAt(fields, "message"));
    default:
      throw new ApiError(
        "malformed",
        `the API server sent an event of type ${JSON.stringify(type)}`,
      );
  }
  dogs.event();
}

/** Two deadlines: while a list is streamed bytes count, afterwards whole events. */
class Dogs {
  readonly #options: WatchOptions;
  readonly #stalled: (error: ApiError) => void;
  #list: Watchdog | undefined;
  #events: Watchdog | undefined;

  constructor(options: WatchOptions, stalled: (error: ApiError) => void) {
    this.#options = options;
    this.#stalled = stalled;
    if (options.version === undefined) {
      const text = `the streamed list of ${options.resource.name} stalled`;
      this.#list = this.#dog(options.stallMs, STALL_BYTES, text);
    } else {
      this.endList();
    }
  }

  endList(): void {
    this.#list?.stop();
    this.#list = undefined;
    const { inactivityMs, resource } = this.#options;
    const text = `the watch of ${resource.name} was silent for ${inactivityMs} ms`;
    this.#events ??= this.#dog(inactivityMs, 1, text);
  }

  bytes(count: number): void {
    this.#list?.add(count);
  }

  event(): void {
    this.#events?.add(1);
  }

  stop(): void {
    this.#list?.stop();
    this.#events?.stop();
  }

  #dog(windowMs: number, least: number, text: string): Watchdog {
    const onQuiet = () => this.#stalled(new ApiError("stalled", text));
    return new Watchdog({ windowMs, least, onQuiet });
  }
}
