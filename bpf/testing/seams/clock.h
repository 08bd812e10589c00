/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The clock that a test sets. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Now, in ticks of 2^30 ns. */
__u32 test_clock_ticks;

static __always_inline __u32 clock_ticks(void)
{
	return *(volatile __u32 *)&test_clock_ticks;
}
