/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the socket programs remember: the peer that a connected socket asked for, and the host's
 * UDP dialogs.
 */
#pragma once

/* In socket storage: getpeername answers the frontend as long as the peer is this backend. */
struct peer4 {
	__be32 frontend;
	__be32 backend;
	__be16 frontend_port;
	__be16 backend_port;
};

struct peer6 {
	__u8 frontend[16];
	__u8 backend[16];
	__be16 frontend_port;
	__be16 backend_port;
};

enum dialog_side {
	/* The key's address is the frontend that is sent to, the value's its backend. */
	DIALOG_SEND = 1,
	/*
	 * The key's address is the backend that answers, the value's the frontend it answers for.
	 */
	DIALOG_RECEIVE = 2,
};

struct dialog4_key {
	__u64 cookie;
	__be32 address;
	__be16 port;
	/* enum dialog_side */
	__u16 side;
};

struct dialog6_key {
	__u64 cookie;
	__u8 address[16];
	__be16 port;
	/* enum dialog_side */
	__u16 side;
	__u32 zero;
};

struct dialog4 {
	__be32 address;
	__be16 port;
	__u16 zero;
	__u32 backend;
	__u32 generation;
	/* Over the key and the rest, as in a flow. */
	__u32 seal;
};

struct dialog6 {
	__u8 address[16];
	__be16 port;
	__u16 zero;
	__u32 backend;
	__u32 generation;
	__u32 seal;
};
