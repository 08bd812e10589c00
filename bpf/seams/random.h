/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The randomness of the data path. Tests put their own header in this one's place. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __always_inline __u32 random_u32(void)
{
	return bpf_get_prandom_u32();
}
