/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The clock of the data path. Tests put their own header in this one's place. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/*
 * Now, in ticks of 2^30 ns (1.07 s): a shift where seconds would need a division. The coarse clock
 * costs 2 ns, the exact one 25.
 */
static __always_inline __u32 clock_ticks(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}
