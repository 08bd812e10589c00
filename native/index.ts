/**
 * The only file that loads the addon (out/native/leat.node). One function a system call, named
 * after it: C++ answers -errno, and here it becomes a NativeError with the operation, the errno and
 * its name. No rule lives here: ENOENT of a look-up is undefined, all else is told as the kernel
 * told it.
 */
import { createRequire } from "node:module";
import type {
  Addon,
  BatchLookup,
  BatchResult,
  HookQuery,
  LinkInfo,
  LinkOptions,
  LoadedObject,
  LoadOptions,
  MapInfo,
  MapOptions,
  PeerCredentials,
  ProgInfo,
  Subscription,
  TestRun,
  TestRunResult,
} from "./addon.ts";
import { LoadError, NativeError } from "./error.ts";

export type * from "./addon.ts";
export * from "./constants.ts";
export { errnoName, isErrno, LoadError, NativeError } from "./error.ts";

const addon = createRequire(import.meta.url)("../out/native/leat.node") as Addon;

const ENOENT = 2;
const DATA_OUT_ROOM = 512;

/**
 * The answer, or a NativeError where it is -errno. Numbers of 0 and more are answers (descriptors,
 * counts).
 */
function check<T>(operation: string, answer: T | number, detail = ""): T {
  if (typeof answer === "number" && answer < 0) throw new NativeError(operation, -answer, detail);
  return answer as T;
}

/**
 * Creates a map; answers its descriptor. EPERM without CAP_BPF, EINVAL for a shape the kernel
 * refuses.
 */
export function mapCreate(map: MapOptions): number {
  const { type, keySize, valueSize, maxEntries, flags = 0, name = "", innerFd = 0 } = map;
  return check(
    "mapCreate",
    addon.mapCreate(type, keySize, valueSize, maxEntries, flags, name, innerFd),
    name,
  );
}

/** A map's shape as the kernel holds it. EINVAL: the descriptor is of something else. */
export function mapInfo(mapFd: number): MapInfo {
  return check("mapInfo", addon.mapInfo(mapFd));
}

/**
 * The value; undefined where there is none. Per-CPU maps: every CPU's slot, each a multiple of 8
 * bytes.
 */
export function mapLookup(mapFd: number, key: Uint8Array): Uint8Array | undefined {
  const answer = addon.mapLookup(mapFd, key);
  return answer === -ENOENT ? undefined : check<Uint8Array>("mapLookup", answer);
}

/** Writes one element; flags of UPDATE_FLAG. E2BIG: the map is full; EEXIST: see NOEXIST. */
export function mapUpdate(mapFd: number, key: Uint8Array, value: Uint8Array, flags = 0): void {
  check("mapUpdate", addon.mapUpdate(mapFd, key, value, flags));
}

/**
 * mapUpdate on a worker thread: an update of a map of maps waits for the programs that run (RCU).
 */
export async function mapUpdateAsync(
  mapFd: number,
  key: Uint8Array,
  value: Uint8Array,
): Promise<void> {
  check("mapUpdate", await addon.mapUpdateAsync(mapFd, key, value));
}

/** Deletes one element; false where there was none. */
export function mapDelete(mapFd: number, key: Uint8Array): boolean {
  const answer = addon.mapDelete(mapFd, key);
  if (answer === -ENOENT) return false;
  check("mapDelete", answer);
  return true;
}

/** The key after this one (the first for undefined); undefined after the last. */
export function mapNextKey(mapFd: number, key: Uint8Array | undefined): Uint8Array | undefined {
  const answer = addon.mapNextKey(mapFd, key);
  return answer === -ENOENT ? undefined : check<Uint8Array>("mapNextKey", answer);
}

/**
 * Up to `count` elements from the cursor on. ENOSPC: a hash bucket holds more than count, ask for
 * more. Since 5.6.
 */
export function mapLookupBatch(
  mapFd: number,
  cursor: Uint8Array | undefined,
  count: number,
): BatchLookup {
  return check("mapLookupBatch", addon.mapLookupBatch(mapFd, cursor, count));
}

/**
 * Writes packed elements in order until one is refused: the answer tells which and why. Since 5.6.
 */
export function mapUpdateBatch(
  mapFd: number,
  keys: Uint8Array,
  values: Uint8Array,
  flags = 0,
): BatchResult {
  return check("mapUpdateBatch", addon.mapUpdateBatch(mapFd, keys, values, flags));
}

/** Deletes packed keys in order until one is refused (ENOENT: absent). Since 5.6. */
export function mapDeleteBatch(mapFd: number, keys: Uint8Array): BatchResult {
  return check("mapDeleteBatch", addon.mapDeleteBatch(mapFd, keys));
}

/**
 * An array's memory (it must be MMAPABLE), unmapped when the ArrayBuffer is collected. Since 5.5.
 */
export function mapMmap(mapFd: number, { writable = true } = {}): ArrayBuffer {
  return check("mapMmap", addon.mapMmap(mapFd, writable));
}

/**
 * Loads an object with libbpf on a worker thread. A refusal is a LoadError with the verifier's log.
 */
export async function loadObject(path: string, options: LoadOptions = {}): Promise<LoadedObject> {
  const answer = await addon.loadObject(path, options);
  if (typeof answer === "number") throw new NativeError("loadObject", -answer, path);
  if ("errno" in answer) throw new LoadError(path, answer.errno, answer.log, answer.warnings);
  return answer;
}

/** A program's description. */
export function progInfo(progFd: number): ProgInfo {
  return check("progInfo", addon.progInfo(progFd));
}

/** BPF_PROG_TEST_RUN: runs a tc or XDP program on a packet. ENOTSUPP for cgroup programs. */
export function progTestRun(run: TestRun): TestRunResult {
  const { progFd, data, ctx, repeat = 1, flags = 0, cpu = 0, batchSize = 0 } = run;
  const room = run.dataOutSize ?? (flags === 0 && data ? data.length + DATA_OUT_ROOM : 0);
  return check(
    "progTestRun",
    addon.progTestRun(progFd, data, ctx, repeat, flags, cpu, batchSize, room),
  );
}

/**
 * The programs of a hook in the order in which they run (an ifindex, or a cgroup's descriptor).
 * tcx: since 6.6.
 */
export function progQuery(target: number, attachType: number): HookQuery {
  return check("progQuery", addon.progQuery(target, attachType));
}

/** Attaches a program by a link, whose descriptor is answered: closed unpinned, it detaches. */
export function linkCreate(link: LinkOptions): number {
  const { progFd, target, attachType, flags = 0, relativeProgFd = 0 } = link;
  return check("linkCreate", addon.linkCreate(progFd, target, attachType, flags, relativeProgFd));
}

/**
 * Replaces a link's program in place. ENOLINK: its device or cgroup is gone; EPERM: oldProgFd is
 * not its program.
 */
export function linkUpdate(linkFd: number, progFd: number, oldProgFd = 0): void {
  check("linkUpdate", addon.linkUpdate(linkFd, progFd, oldProgFd));
}

/** Detaches for good, pinned or not. Since 5.9. */
export function linkDetach(linkFd: number): void {
  check("linkDetach", addon.linkDetach(linkFd));
}

/** What a link attaches, and where. */
export function linkInfo(linkFd: number): LinkInfo {
  return check("linkInfo", addon.linkInfo(linkFd));
}

/**
 * Pins a map, program or link at a path of a BPF file system; names with a dot are refused (EPERM).
 */
export function objPin(fd: number, path: string): void {
  check("objPin", addon.objPin(fd, path), path);
}

/** A descriptor of what is pinned at the path. */
export function objGet(path: string): number {
  return check("objGet", addon.objGet(path), path);
}

/**
 * Calls back with a copy of each record of a ring buffer; at most 1,024 a turn of the event loop.
 * Since 5.8.
 */
export function ringbufOpen(mapFd: number, onRecord: (record: Uint8Array) => void): Subscription {
  return check("ringbufOpen", addon.ringbufOpen(mapFd, onRecord));
}

/**
 * Sends one rtnetlink message; answers all messages of its answer, the final ACK or DONE left out.
 */
export function netlinkRequest(message: Uint8Array): Uint8Array {
  return check("netlinkRequest", addon.netlinkRequest(message));
}

/**
 * Joins rtnetlink groups (a mask); "resync": messages were lost (ENOBUFS), all must be asked for
 * again.
 */
export function netlinkListen(
  groups: number,
  onMessages: (messages: Uint8Array | "resync") => void,
): Subscription {
  const onAnswer = (answer: Uint8Array | number): void =>
    onMessages(typeof answer === "number" ? "resync" : answer);
  return check("netlinkListen", addon.netlinkListen(groups, onAnswer));
}

/**
 * Waits on a worker thread until no program that ran at the call still runs. Some kernels refuse
 * (EINVAL, EPERM).
 */
export async function membarrierGlobal(): Promise<void> {
  check("membarrier", await addon.membarrierGlobal());
}

/** The cookie of this thread's network namespace. Since 5.14. */
export function netnsCookie(): bigint {
  return check<bigint>("netnsCookie", addon.netnsCookie());
}

/** statfs(2)'s f_type of a path. */
export function statfsType(path: string): number {
  return check("statfs", addon.statfsType(path), path);
}

/** Who connected a unix socket (SO_PEERCRED). */
export function peerCredentials(socketFd: number): PeerCredentials {
  return check("peerCredentials", addon.peerCredentials(socketFd));
}

/** Closes a descriptor. */
export function closeFd(fd: number): void {
  check("close", addon.closeFd(fd));
}
