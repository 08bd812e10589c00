/** A whole list in pages, its items handed over one by one as they are read. */
import type { IncomingMessage } from "node:http";
import type { Fields } from "../shape.ts";
import type { Api, Query } from "./api.ts";
import { ApiError } from "./api-error.ts";
import { parseObject, readBody, textAt } from "./body.ts";
import type { Resource } from "./resources.ts";
import { Watchdog } from "./watchdog.ts";

export interface ListOptions {
  readonly api: Api;
  readonly resource: Resource;
  /** Items a page; 0: all in one (when pages expire before they are fetched). */
  readonly pageSize: number;
  /** A page that brings less than STALL_BYTES in this time is given up. */
  readonly stallMs: number;
  readonly take: (item: Fields) => void;
  /** After the items of each piece of a body. */
  readonly flush: () => void;
}

/** 16 KiB in 10 s: a tenth of a bad modem. */
export const STALL_BYTES = 16 * 1024;

/** The list's resourceVersion; throws an ApiError, after which some items may have been taken. */
export async function listPages(options: ListOptions, signal: AbortSignal): Promise<string> {
  const { resource, pageSize } = options;
  const query: Record<string, string> = {};
  if (resource.labelSelector !== "") query["labelSelector"] = resource.labelSelector;
  if (pageSize > 0) query["limit"] = String(pageSize);
  for (;;) {
    const list = await readPage(options, query, signal);
    const next = textAt(list, "metadata", "continue");
    if (next === "") return textAt(list, "metadata", "resourceVersion");
    query["continue"] = next;
  }
}

async function readPage(options: ListOptions, query: Query, signal: AbortSignal): Promise<Fields> {
  const { api, resource, stallMs } = options;
  const stalls = new AbortController();
  let watchdog: Watchdog | undefined;
  try {
    const either = AbortSignal.any([signal, stalls.signal]);
    const body = await api.get(resource.path, query, either);
    const stalled = new ApiError("stalled", `the list of ${resource.name} stalled`);
    const onQuiet = () => stalls.abort(stalled);
    watchdog = new Watchdog({ windowMs: stallMs, least: STALL_BYTES, onQuiet });
    return await readList(body, options, watchdog);
  } catch (error) {
    stalls.signal.throwIfAborted();
    throw error;
  } finally {
    watchdog?.stop();
    stalls.abort();
  }
}

async function readList(
  body: IncomingMessage,
  options: ListOptions,
  watchdog: Watchdog,
): Promise<Fields> {
  const { resource, take, flush } = options;
  let list: Fields | undefined;
  await readBody(body, {
    item: (text) => take(parseObject(text)),
    value: (text) => {
      list = parseObject(text);
    },
    piece: (bytes) => {
      watchdog.add(bytes);
      flush();
    },
  });
  if (list?.["kind"] === resource.listKind) return list;
  const kind = list === undefined ? "nothing" : JSON.stringify(list["kind"]);
  throw new ApiError("malformed", `asked for a ${resource.listKind}, the API server sent ${kind}`);
}
