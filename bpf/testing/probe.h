/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a test asks of the choice of a backend, and what it is answered. */
#pragma once

#include <linux/types.h>

/* Stands in the packet, PROBE_OFFSET bytes from its start. */
struct probe {
	/* Asked. */
	__u8 address[16];
	__be16 port;
	__u8 protocol;
	/* 4 or 6 */
	__u8 family;
	/* enum scope */
	__u32 scope;
	/* Answered: enum lookup; where that is found, enum choose, and what was chosen. */
	__u32 lookup;
	__u32 verdict;
	__u8 backend_address[16];
	__be16 backend_port;
	__u16 local;
	__u32 state;
	__u32 owner;
	__u32 backend;
	__u32 generation;
};

enum {
	PROBE_OFFSET = 14,
};
