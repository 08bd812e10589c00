/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The addresses of the node's own namespace: a key stands once, its value is one word. */
#pragma once

enum local_flags {
	/*
	 * Node ports are served on it; loopback, link-local and bridge addresses are local without
	 * it.
	 */
	LOCAL_F_NODE_PORT = 1,
};

struct local4_key {
	__be32 address;
};

struct local6_key {
	__u8 address[16];
};
