/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counters, all per CPU: a plain addition each. */
#pragma once

#include "maps.h"

static __always_inline void count_drop(enum drop_reason reason)
{
	const __u32 index = reason;
	__u64 *drops = bpf_map_lookup_elem(&drops_v1, &index);

	if (drops)
		++*drops;
}

/* What a service port carried. An owner that has given the state id away counts nothing. */
static __always_inline void count_service(__u32 state, __u32 owner, __u64 flows, __u64 packets,
					  __u64 bytes)
{
	struct service_counters *counters = bpf_map_lookup_elem(&counters_v1, &state);

	if (!counters || counters->owner != owner)
		return;
	counters->flows += flows;
	counters->packets += packets;
	counters->bytes += bytes;
}
