/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The random numbers that a test sets: a start and a step, so that they are known beforehand. */
#pragma once

#include "seams.h"

static __always_inline __u32 random_u32(void)
{
	volatile struct seams *seams = &test_seams;
	__u32 value = seams->random_next;

	seams->random_next = value + seams->random_step;
	return value;
}
