// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Stands for the product's socket programs: all let everything pass, and count in a word of their
 * generation's own.
 */
#include <linux/types.h>
#include "../../../../bpf/include/maps.h"
#include "../../../../bpf/abi/settings.h"

const volatile struct settings settings;

enum word {
	SOCKET_CALLS = 8,
	WORDS = 16,
};

#define HOOK(name)                                                     \
	SEC("cgroup/" #name)                                           \
	int name(struct bpf_sock_addr *ctx)                            \
	{                                                              \
		__u32 index = GENERATION * WORDS + SOCKET_CALLS;       \
		__u64 *calls = bpf_map_lookup_elem(&slots_v1, &index); \
                                                                       \
		if (calls)                                             \
			__sync_fetch_and_add(calls, 1);                \
		return 1;                                              \
	}

HOOK(connect4)
HOOK(connect6)
HOOK(sendmsg4)
HOOK(sendmsg6)
HOOK(recvmsg4)
HOOK(recvmsg6)
HOOK(getpeername4)
HOOK(getpeername6)

char _license[] SEC("license")
= "Dual BSD/GPL";
