/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a packet was dropped, or a socket's call refused: the index into drops. */
#pragma once

enum drop_reason {
	DROP_NONE = 0,
	/* The service has no usable endpoint anywhere: the client is to see a refusal. */
	DROP_REFUSED = 1,
	/* A Local policy, and no endpoint on this node. */
	DROP_NO_LOCAL_ENDPOINT = 2,
	/* The tables changed under every look-up that was made. */
	DROP_LOOKUP_RACE = 3,
	/* TCP to a frontend that begins nothing and belongs to no flow. */
	DROP_TCP_NO_FLOW = 4,
	/* To a reserved source port of the node, without a flow. */
	DROP_SNAT_NO_FLOW = 5,
	/* No free source port was found. */
	DROP_SNAT_EXHAUSTED = 6,
	/* The node has no address of the packet's family to translate to. */
	DROP_SNAT_NO_ADDRESS = 7,
	/* The flow table took no entry. */
	DROP_FLOW_TABLE = 8,
	/* The reply's key belongs to another flow. */
	DROP_FLOW_COLLISION = 9,
	/* A fragment of a packet to a frontend, or of a reply. */
	DROP_FRAGMENT = 10,
	/* A protocol that is not translated. */
	DROP_PROTOCOL = 11,
	/* The translated packet has no route or may not be forwarded. */
	DROP_UNROUTABLE = 12,
	/* It is larger than the device it would leave by takes. */
	DROP_TOO_BIG = 13,
	/* Its hop limit is used up. */
	DROP_HOP_LIMIT = 14,
	/* The kernel refused to change the packet. */
	DROP_REWRITE = 15,
	DROP_REASON_COUNT = 16,
};
