/**
 * The process inside the bench's network namespace: loads objects, runs programs on packets, and
 * reads and writes their maps, as its parent (bench.ts) asks over the channel of fork(2). A failure
 * is answered as text.
 */
import {
  closeFd,
  type LoadedObject,
  loadObject,
  mapDelete,
  mapLookup,
  mapNextKey,
  mapUpdate,
  progTestRun,
} from "../../native/index.ts";
import type { Answer, Ask, Element, Run, RunAnswer } from "./bench-words.ts";

let loaded: LoadedObject | undefined;

function map(name: string): number {
  const fd = loaded?.maps[name];
  if (fd === undefined) throw new Error(`no map ${name}`);
  return fd;
}

async function load(ask: Extract<Ask, { word: "load" }>): Promise<void> {
  const earlier = loaded;
  loaded = undefined;
  if (earlier) {
    for (const fd of Object.values(earlier.programs)) closeFd(fd);
    for (const fd of Object.values(earlier.maps)) closeFd(fd);
  }
  loaded = await loadObject(ask.object, { globals: ask.globals, maxEntries: ask.maxEntries });
}

function runOnce({ program, data, context, repeat = 1 }: Run): RunAnswer {
  const progFd = loaded?.programs[program];
  if (progFd === undefined) throw new Error(`no program ${program}`);
  const result = progTestRun({ progFd, data, ctx: context, repeat });
  return { verdict: result.retval | 0, data: result.data, durationNs: result.durationNs };
}

function dump(name: string): Element[] {
  const fd = map(name);
  const elements: Element[] = [];
  for (let key = mapNextKey(fd, undefined); key; key = mapNextKey(fd, key)) {
    const value = mapLookup(fd, key);
    if (value) elements.push({ key, value });
  }
  return elements;
}

function clear(name: string): void {
  const fd = map(name);
  for (let key = mapNextKey(fd, undefined); key; key = mapNextKey(fd, undefined)) {
    mapDelete(fd, key);
  }
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.word) {
    case "load":
      return load(ask);
    case "run":
      return ask.runs.map(runOnce);
    case "update":
      return mapUpdate(map(ask.map), ask.key, ask.value);
    case "lookup":
      return mapLookup(map(ask.map), ask.key);
    case "delete":
      return mapDelete(map(ask.map), ask.key);
    case "dump":
      return dump(ask.map);
    case "clear":
      return clear(ask.map);
  }
}

process.on("message", (ask: Ask) => {
  const reply = (body: Omit<Answer, "id">): void => {
    process.send?.({ id: ask.id, ...body });
  };
  answer(ask).then(
    (value) => reply({ value }),
    (error: unknown) => reply({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
