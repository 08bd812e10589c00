/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The places where tc runs the programs, and what all that is done there shares. */
#pragma once

#include <linux/pkt_cls.h>
#include "count.h"
#include "parse.h"

enum hook {
	HOOK_POD_INGRESS = 1,
	HOOK_POD_EGRESS = 2,
	HOOK_NODE_INGRESS = 3,
	HOOK_NODE_EGRESS = 4,
};

static __always_inline bool hook_is_ingress(enum hook hook)
{
	return hook == HOOK_POD_INGRESS || hook == HOOK_NODE_INGRESS;
}

static __always_inline int drop(enum drop_reason reason)
{
	count_drop(reason);
	return TC_ACT_SHOT;
}

static __always_inline bool packet_is_syn(const struct packet *packet)
{
	return (packet->tcp_flags & (TCP_FLAG_BIT_SYN | TCP_FLAG_BIT_ACK)) == TCP_FLAG_BIT_SYN;
}
