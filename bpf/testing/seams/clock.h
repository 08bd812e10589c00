/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The clock that a test sets. */
#pragma once

#include "seams.h"

static __always_inline __u32 clock_ticks(void)
{
	return *(volatile __u32 *)&test_seams.clock_ticks;
}
