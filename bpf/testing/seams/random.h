/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The randomness that a test sets: a start and a step, so that a sequence is known beforehand. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 test_random_next;
__u32 test_random_step;

static __always_inline __u32 random_u32(void)
{
	volatile __u32 *next = &test_random_next;
	__u32 value = *next;

	*next = value + *(volatile __u32 *)&test_random_step;
	return value;
}
