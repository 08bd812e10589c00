/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Backends: a cell belongs to one service port; address and port do not change while a slot
 * names it.
 */
#pragma once

/* The word: generation 32 (bits 32..63) | backend_flags 32 (bits 0..31). */
enum backend_flags {
	/* New flows may begin, and UDP flows go on. */
	BACKEND_F_USABLE = 1,
	/* It is on this node: the client's address is kept. */
	BACKEND_F_LOCAL = 2,
};

struct backend4 {
	__be32 address;
	__be16 port;
	__u16 zero;
	__u64 word;
};

struct backend6 {
	__u8 address[16];
	__be16 port;
	__u16 zero[3];
	__u64 word;
};
