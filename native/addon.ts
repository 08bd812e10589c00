/**
 * The shapes that cross into C++ and back. Descriptors are plain numbers owned by the caller
 * (closeFd); bytes are Uint8Array in the kernel's own layout; 64-bit numbers are bigint; a negative
 * number answered is -errno. Lengths are checked in C++ against the kernel's own figures before it
 * copies memory.
 */

export interface MapOptions {
  /** MAP_TYPE of constants.ts. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** MAP_FLAG of constants.ts; default 0. */
  readonly flags?: number;
  /** At most 15 characters. */
  readonly name?: string;
  /** The inner map's shape, for maps of maps. */
  readonly innerFd?: number;
}

export interface MapInfo {
  readonly id: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** Cut by the kernel at 15 characters. */
  readonly name: string;
}

/**
 * How far a batch came: `done` elements were handled; errno is 0 (all) or what stopped it at
 * element `done`.
 */
export interface BatchResult {
  readonly done: number;
  readonly errno: number;
}

export interface BatchLookup {
  /**
   * Packed one after another, `count` of each. A per-CPU value is its slots packed, each a multiple
   * of 8 bytes.
   */
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly count: number;
  /** To be given to the next call; undefined: that was the last. */
  readonly cursor: Uint8Array | undefined;
}

export interface LoadOptions {
  /**
   * Every map of the object (its data sections apart) is taken from, or created and pinned at,
   * pinDir/NAME.
   */
  readonly pinDir?: string;
  /**
   * Map name -> descriptor of an existing map to use; beats pinDir. The caller keeps the
   * descriptor.
   */
  readonly reuse?: Readonly<Record<string, number>>;
  /** Map name -> its elements at most; names that the object has not are ignored. */
  readonly maxEntries?: Readonly<Record<string, number>>;
  /**
   * Variable of .rodata, .data or .bss -> its bytes, exactly as long as it (else EINVAL; ENOENT if
   * unknown).
   */
  readonly globals?: Readonly<Record<string, Uint8Array>>;
  /** Program name -> expected_attach_type, where SEC() does not tell it. */
  readonly attachTypes?: Readonly<Record<string, number>>;
  /** Programs to load; default all. []: only the maps are made. */
  readonly programs?: readonly string[];
  /** 0 (default): the verifier's log only of a refusal; 1, 2: always; 4: its figures. */
  readonly logLevel?: number;
  /** Bytes kept of the log; default 1 MiB. */
  readonly logSize?: number;
}

export interface LoadedObject {
  /** Function name -> descriptor; the caller closes all of them. */
  readonly programs: Readonly<Record<string, number>>;
  /**
   * Map name -> descriptor of the caller's own, reused maps included; data sections are named
   * ".rodata", ".bss", ...
   */
  readonly maps: Readonly<Record<string, number>>;
  /** Empty unless logLevel asked for it. */
  readonly log: Uint8Array;
}

export interface ProgInfo {
  readonly id: number;
  readonly type: number;
  /** 16 hexadecimal digits, over the instructions. */
  readonly tag: string;
  /** Cut by the kernel at 15 characters. */
  readonly name: string;
  /** Nanoseconds since boot. */
  readonly loadedAt: bigint;
  readonly mapIds: readonly number[];
  readonly instructions: number;
  /** Both 0 unless kernel.bpf_stats_enabled. */
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
}

export interface TestRun {
  readonly progFd: number;
  /** The packet, from the MAC header on; 14 bytes at least. undefined for programs without one. */
  readonly data?: Uint8Array;
  /** struct __sk_buff or xdp_md as the program finds it. */
  readonly ctx?: Uint8Array;
  /** Runs; default 1. The whole call holds RCU (but for live frames). */
  readonly repeat?: number;
  /** TEST_RUN_FLAG of constants.ts. */
  readonly flags?: number;
  readonly cpu?: number;
  /** Frames a batch, with live frames only. */
  readonly batchSize?: number;
  /** Room for the packet that comes out; default data + 512 bytes (0 with live frames). */
  readonly dataOutSize?: number;
}

export interface TestRunResult {
  /** What the program returned in its last run. */
  readonly retval: number;
  readonly data: Uint8Array;
  readonly ctx: Uint8Array;
  /** Mean of one run. */
  readonly durationNs: number;
}

export interface LinkOptions {
  readonly progFd: number;
  /** An ifindex of this namespace (tcx, XDP) or the descriptor of a cgroup's directory. */
  readonly target: number;
  /** ATTACH_TYPE of constants.ts. */
  readonly attachType: number;
  /** LINK_FLAG of constants.ts: BEFORE or AFTER for tcx; XDP's mode. */
  readonly flags?: number;
  /** tcx: the program to stand before or after. */
  readonly relativeProgFd?: number;
}

export interface LinkInfo {
  readonly id: number;
  /** LINK_TYPE of constants.ts. */
  readonly type: number;
  readonly progId: number;
  /** 0 for XDP. */
  readonly attachType: number;
  /** 0 for a cgroup's link, and once the device is gone or the link detached. */
  readonly ifindex: number;
  /** 0 for a device's link, and once the cgroup is gone or the link detached. */
  readonly cgroupId: bigint;
}

export interface HookQuery {
  /** In the order in which they run. */
  readonly progIds: readonly number[];
  /** 0 where a program is attached without a link; empty for cgroups. */
  readonly linkIds: readonly number[];
  readonly revision: bigint;
}

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** A subscription; close() ends it and frees the descriptor, and may be called again. */
export interface Subscription {
  close(): void;
}

/** What the C++ side offers; index.ts turns its numbers into errors. */
export interface Addon {
  mapCreate(
    type: number,
    keySize: number,
    valueSize: number,
    maxEntries: number,
    flags: number,
    name: string,
    innerFd: number,
  ): number;
  mapInfo(mapFd: number): MapInfo | number;
  mapLookup(mapFd: number, key: Uint8Array): Uint8Array | number;
  mapUpdate(mapFd: number, key: Uint8Array, value: Uint8Array, flags: number): number;
  mapUpdateAsync(mapFd: number, key: Uint8Array, value: Uint8Array): Promise<number>;
  mapDelete(mapFd: number, key: Uint8Array): number;
  mapNextKey(mapFd: number, key: Uint8Array | undefined): Uint8Array | number;
  mapLookupBatch(
    mapFd: number,
    cursor: Uint8Array | undefined,
    count: number,
  ): BatchLookup | number;
  mapUpdateBatch(
    mapFd: number,
    keys: Uint8Array,
    values: Uint8Array,
    flags: number,
  ): BatchResult | number;
  mapDeleteBatch(mapFd: number, keys: Uint8Array): BatchResult | number;
  mapMmap(mapFd: number, writable: boolean): ArrayBuffer | number;
  loadObject(
    path: string,
    options: LoadOptions,
  ): Promise<LoadedObject | number | { errno: number; log: Uint8Array; warnings: string }>;
  progInfo(progFd: number): ProgInfo | number;
  progTestRun(
    progFd: number,
    data: Uint8Array | undefined,
    ctx: Uint8Array | undefined,
    repeat: number,
    flags: number,
    cpu: number,
    batchSize: number,
    dataOutSize: number,
  ): TestRunResult | number;
  progQuery(target: number, attachType: number): HookQuery | number;
  linkCreate(
    progFd: number,
    target: number,
    attachType: number,
    flags: number,
    relativeFd: number,
  ): number;
  linkUpdate(linkFd: number, progFd: number, oldProgFd: number): number;
  linkDetach(linkFd: number): number;
  linkInfo(linkFd: number): LinkInfo | number;
  objPin(fd: number, path: string): number;
  objGet(path: string): number;
  ringbufOpen(mapFd: number, onRecord: (record: Uint8Array) => void): Subscription | number;
  netlinkRequest(message: Uint8Array): Uint8Array | number;
  netlinkListen(
    groups: number,
    onMessages: (messages: Uint8Array | number) => void,
  ): Subscription | number;
  membarrierGlobal(): Promise<number>;
  netnsCookie(): bigint | number;
  statfsType(path: string): number;
  peerCredentials(socketFd: number): PeerCredentials | number;
  closeFd(fd: number): number;
}
