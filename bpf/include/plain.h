/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is neither a frontend's nor a flow's: it passes, unless it would be in the way of a flow. */
#pragma once

#include "flow.h"
#include "hook.h"
#include "rewrite.h"
#include "route.h"
#include "settings.h"

/*
 * A packet that goes to a backend's own address, while replies of that tuple belong to a service's
 * flow: it is given another source port, so that what answers it is not taken for the service's.
 * The element's kind is read without its seal: taken for the wrong one, it costs a flow in vain.
 */
static __always_inline bool is_ambiguous_of(const enum family family, enum hook hook,
					    const struct packet *packet)
{
	const struct flow_head *reply;
	struct flow_key key = {};

	if (!hook_is_ingress(hook) || packet->kind != PACKET_WHOLE ||
	    (packet->tuple.protocol != IPPROTO_UDP && !packet_is_syn(packet)))
		return false;
	flow_key(family, &packet->tuple, true, &key);
	reply = (const struct flow_head *)flow_get(family, &key);
	return reply && reply->kind == FLOW_REPLY && reply->turn == FLOW_TURN_FORWARD;
}

static __noinline bool is_ambiguous(enum family family, enum hook hook, const struct packet *packet)
{
	return family == FAMILY_4 ? is_ambiguous_of(FAMILY_4, hook, packet)
				  : is_ambiguous_of(FAMILY_6, hook, packet);
}

/*
 * Under direct delivery what a pod answers to whoever is no pod must not meet the FORWARD chain
 * either, while what a pod begins is left to the stack, which may masquerade it. A flow that
 * changes nothing tells the one from the other.
 */
static __always_inline bool wants_way_back_of(struct __sk_buff *skb, const enum family family,
					      enum hook hook, const struct packet *packet)
{
	const struct tuple *tuple = &packet->tuple;
	struct route route = {};

	if (!settings_direct() || hook != HOOK_NODE_INGRESS || packet->kind != PACKET_WHOLE ||
	    tuple->protocol == IPPROTO_SCTP || packet->tcp_flags & TCP_FLAG_BIT_RST)
		return false;
	return settings_is_pod(family, &tuple->destination) &&
	       !settings_is_pod(family, &tuple->source) &&
	       !route_find(skb, family, tuple, true, &route) && route.way == WAY_POD;
}

static __noinline bool wants_way_back(struct __sk_buff *skb, enum family family, enum hook hook,
				      const struct packet *packet)
{
	return family == FAMILY_4 ? wants_way_back_of(skb, FAMILY_4, hook, packet)
				  : wants_way_back_of(skb, FAMILY_6, hook, packet);
}

/* Whether the destination's port is that of a node port, of this node or of any other. */
static __always_inline bool is_node_port(const enum family family, const struct packet *packet)
{
	const struct address any = {};
	struct frontend frontend;
	struct frontend_key key =
		frontend_key(family, &any, packet->tuple.destination_port, packet->tuple.protocol);

	return packet->kind == PACKET_WHOLE &&
	       frontend_get(family, &key, &frontend) == LOOKUP_FOUND;
}

/*
 * Direct delivery takes packets between pods past the stack as well, whose FORWARD chain may be
 * DROP; so, too, what a pod sends to a node port of a neighbouring node. What Leat can not send is
 * the stack's.
 */
static __always_inline int route_plain_of(struct __sk_buff *skb, const enum family family,
					  enum hook hook, const struct packet *packet)
{
	/* Neighbour discovery is between neighbours, and says so by the highest hop limit. */
	const __u8 most_hops = packet->tuple.protocol == IPPROTO_ICMPV6 ? 254 : 255;
	const struct address *to = &packet->tuple.destination;
	struct route route = {};
	bool to_pod;

	if (!settings_direct() || !hook_is_ingress(hook))
		return TC_ACT_UNSPEC;
	to_pod = settings_is_pod(family, to);
	if (!to_pod && (hook != HOOK_POD_INGRESS || !is_node_port(family, packet)))
		return TC_ACT_UNSPEC;
	if (packet->hop_limit <= 1 || packet->hop_limit > most_hops ||
	    route_find(skb, family, &packet->tuple, true, &route))
		return TC_ACT_UNSPEC;
	if (to_pod ? hook == HOOK_NODE_INGRESS && route.way != WAY_POD
		   : !route_is_neighbour(family, &route, to))
		return TC_ACT_UNSPEC;
	if (rewrite_hops(skb, family, packet))
		return drop(DROP_REWRITE);
	return route_take(skb, &route);
}

static __noinline int route_plain(struct __sk_buff *skb, enum family family, enum hook hook,
				  const struct packet *packet)
{
	return family == FAMILY_4 ? route_plain_of(skb, FAMILY_4, hook, packet)
				  : route_plain_of(skb, FAMILY_6, hook, packet);
}

/* A packet that is neither a flow's nor a frontend's. */
static __always_inline int not_ours(struct __sk_buff *skb, const enum family family, enum hook hook,
				    const struct packet *packet)
{
	const struct address node = settings_node(family);
	const struct tuple *tuple = &packet->tuple;

	/* The host's stack would answer it with a reset, to the backend of a flow that is gone. */
	if (hook_is_ingress(hook) && address_equal(&tuple->destination, &node) &&
	    settings_is_snat_port(tuple->destination_port))
		return drop(DROP_SNAT_NO_FLOW);
	return route_plain(skb, family, hook, packet);
}
