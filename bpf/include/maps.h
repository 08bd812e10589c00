/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map, once. All are pinned under their own name, which carries the version of the layout and
 * stays within the 15 characters that the kernel keeps. The loader sets the sizes; those here are
 * the least that loads.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "../abi/backend.h"
#include "../abi/device.h"
#include "../abi/flow.h"
#include "../abi/locals.h"
#include "../abi/reason.h"
#include "../abi/service.h"
#include "../abi/socket.h"

#define MAP(name, kind, key_type, value_type, entries, how) \
	struct {                                            \
		__uint(type, kind);                         \
		__uint(max_entries, entries);               \
		__uint(map_flags, how);                     \
		__type(key, key_type);                      \
		__type(value, value_type);                  \
	} name SEC(".maps")

#define HASH	     BPF_MAP_TYPE_HASH
#define LRU	     BPF_MAP_TYPE_LRU_HASH
#define ARRAY	     BPF_MAP_TYPE_ARRAY
#define PERCPU_ARRAY BPF_MAP_TYPE_PERCPU_ARRAY
#define SK_STORAGE   BPF_MAP_TYPE_SK_STORAGE

/* Frontends: address, port and protocol that clients use, to the word of enum service_word. */
MAP(services4_v1, HASH, struct service4_key, __u64, 1024, 0);
MAP(services6_v1, HASH, struct service6_key, __u64, 1024, 0);

/* What each service port does now: the word that flips. */
MAP(states_v1, ARRAY, __u32, __u64, 1024, BPF_F_MMAPABLE);

/* Extents: a header and the lists of slots. */
MAP(slots_v1, ARRAY, __u32, __u64, 16384, BPF_F_MMAPABLE);

/* Backends by cell. */
MAP(backends4_v1, ARRAY, __u32, struct backend4, 4096, BPF_F_MMAPABLE);
MAP(backends6_v1, ARRAY, __u32, struct backend6, 4096, BPF_F_MMAPABLE);

/* Flows, packets and bytes of each service port, by state. */
MAP(counters_v1, PERCPU_ARRAY, __u32, struct service_counters, 1024, 0);

/* Packets dropped and calls refused, by enum drop_reason. */
MAP(drops_v1, PERCPU_ARRAY, __u32, __u64, DROP_REASON_COUNT, 0);

/* What was decided for a 5-tuple. */
MAP(flows4_v1, LRU, struct flow4_key, struct flow4, 16384, 0);
MAP(flows6_v1, LRU, struct flow6_key, struct flow6, 16384, 0);

/* The node's own addresses. */
MAP(locals4_v1, HASH, struct local4_key, enum local_flags, 256, 0);
MAP(locals6_v1, HASH, struct local6_key, enum local_flags, 256, 0);

/* Devices that carry the programs, by ifindex. */
MAP(devices_v1, HASH, __u32, struct device, 1024, 0);

/* The frontend that a connected socket asked for. */
MAP(peers4_v1, SK_STORAGE, int, struct peer4, 0, BPF_F_NO_PREALLOC);
MAP(peers6_v1, SK_STORAGE, int, struct peer6, 0, BPF_F_NO_PREALLOC);

/* UDP of the host's own sockets: which backend a frontend is for a socket, and back. */
MAP(dialogs4_v1, LRU, struct dialog4_key, struct dialog4, 4096, 0);
MAP(dialogs6_v1, LRU, struct dialog6_key, struct dialog6, 4096, 0);
