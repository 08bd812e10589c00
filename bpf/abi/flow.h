/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Flows: what was decided for a 5-tuple, as the finished rewrite. A request and its reply are two
 * elements that are made together; each names the other, since a request's key is its reply's
 * rewrite with the ends swapped. An element is inserted once; only stamp, seen and next_hop are
 * written in place.
 */
#pragma once

/* The tuple as it is in the packet. */
struct flow4_key {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 zero[3];
};

struct flow6_key {
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 zero[3];
};

enum flow_kind {
	/* From a client to a frontend. */
	FLOW_REQUEST = 1,
	/* From a backend to a client. */
	FLOW_REPLY = 2,
};

/* How the rewritten packet goes on. */
enum flow_turn {
	/*
	 * It may be forwarded by the host's stack. A request is rewritten where it came in; a reply
	 * at the egress of the device it leaves by, since its new source may be a martian to the
	 * stack. Under direct delivery both are rewritten where they came in, and redirected.
	 */
	FLOW_TURN_FORWARD = 1,
	/* It must be redirected at once: its source is the node's own. */
	FLOW_TURN_REDIRECT = 2,
	/*
	 * It is for a socket of the host: it goes up from the device that the frontend is reached
	 * by.
	 */
	FLOW_TURN_HOST = 3,
};

/* What was seen of the flow's life. */
enum flow_seen {
	/* The backend has answered. */
	FLOW_SEEN_ANSWER = 1,
	FLOW_SEEN_FIN_REQUEST = 2,
	FLOW_SEEN_FIN_REPLY = 4,
	FLOW_SEEN_RESET = 8,
};

/* The head of every flow, whatever its family. */
struct flow_head {
	/* state 0: no service's, a direct flow that was given another source port. */
	__u32 state;
	__u32 owner;
	__u32 backend;
	/* Of the backend's word when it was chosen. */
	__u32 generation;
	/* Over the key and all that is never changed: a recycled element does not bear it out. */
	__u32 seal;
	/* When it was last used, in ticks of the coarse clock: 2^30 ns. */
	__u32 stamp;
	/* enum flow_kind */
	__u8 kind;
	/* enum flow_turn */
	__u8 turn;
	/* enum flow_turn of the other of the pair, for when it has to be made again. */
	__u8 partner_turn;
	/* enum flow_seen */
	__u8 seen;
	__u32 next_hop;
};

/* One's-complement differences, new less old, folded: of the addresses and of the ports. */
struct flow_delta {
	__u16 addresses;
	__u16 ports;
};

struct flow4 {
	struct flow_head head;
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	struct flow_delta delta;
	__u32 zero[4];
};

struct flow6 {
	struct flow_head head;
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
	struct flow_delta delta;
};
