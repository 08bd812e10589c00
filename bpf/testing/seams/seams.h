/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a test sets in place of clock and randomness, in a section and so a map of its own. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct seams {
	/* Now, in ticks of 2^30 ns. */
	__u32 clock_ticks;
	/* The next random number, and what is added to it for the one after. */
	__u32 random_next;
	__u32 random_step;
};

struct seams test_seams SEC(".data.seams");
