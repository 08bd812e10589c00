/** The kernel's numbers (linux/bpf.h) that callers of the addon name. */

export const MAP_TYPE = {
  HASH: 1,
  ARRAY: 2,
  PERCPU_HASH: 5,
  PERCPU_ARRAY: 6,
  LRU_HASH: 9,
  LPM_TRIE: 11,
  ARRAY_OF_MAPS: 12,
  HASH_OF_MAPS: 13,
  SK_STORAGE: 24,
  RINGBUF: 27,
} as const;

export const MAP_FLAG = { NO_PREALLOC: 1, MMAPABLE: 1024 } as const;

/** ANY: insert or replace; NOEXIST: EEXIST if there; EXIST: ENOENT if not. */
export const UPDATE_FLAG = { ANY: 0, NOEXIST: 1, EXIST: 2 } as const;

export const ATTACH_TYPE = {
  CGROUP_INET4_CONNECT: 10,
  CGROUP_INET6_CONNECT: 11,
  CGROUP_UDP4_SENDMSG: 14,
  CGROUP_UDP6_SENDMSG: 15,
  CGROUP_UDP4_RECVMSG: 19,
  CGROUP_UDP6_RECVMSG: 20,
  CGROUP_INET4_GETPEERNAME: 29,
  CGROUP_INET6_GETPEERNAME: 30,
  CGROUP_INET_SOCK_RELEASE: 34,
  XDP: 37,
  /** Since Linux 6.6. */
  TCX_INGRESS: 46,
  /** Since Linux 6.6. */
  TCX_EGRESS: 47,
} as const;

/** BEFORE and AFTER without another program: first and last of all. */
export const LINK_FLAG = { BEFORE: 8, AFTER: 16, XDP_SKB_MODE: 2, XDP_DRV_MODE: 4 } as const;

export const LINK_TYPE = { CGROUP: 3, XDP: 6, TCX: 11 } as const;

export const TEST_RUN_FLAG = { XDP_LIVE_FRAMES: 2 } as const;

export const PROG_TYPE = { SCHED_CLS: 3, XDP: 6, CGROUP_SOCK_ADDR: 18 } as const;

/** statfs(2)'s f_type of a BPF file system, and of cgroup v2. */
export const BPF_FS_MAGIC = 0xcafe4a11;
export const CGROUP2_MAGIC = 0x63677270;
