/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rewrites a packet of a flow and sends it its way: found first, so that a drop changes nothing. */
#pragma once

#include "flow.h"
#include "hook.h"
#include "rewrite.h"
#include "route.h"
#include "settings.h"

/* The way of a rewritten packet. DROP_NONE, or why it may not go any way. */
static __always_inline enum drop_reason way_of(struct __sk_buff *skb, const enum family family,
					       enum hook hook, const struct packet *packet,
					       const struct flow *flow, struct route *route)
{
	bool ingress = hook_is_ingress(hook);
	enum drop_reason reason;

	route->way = WAY_STACK;
	if (flow->turn == FLOW_TURN_HOST)
		return route_up(skb, family, &flow->to, ingress, route);
	if (flow->turn == FLOW_TURN_FORWARD && !(ingress && settings_direct()))
		return DROP_NONE;
	reason = route_find(skb, family, &flow->to, ingress, route);
	if (!reason && ingress && packet->hop_limit <= 1)
		reason = DROP_HOP_LIMIT;
	return reason;
}

/*
 * Rewrites a packet of a flow and sends it its way. Where Leat can not send it but the stack may
 * (it answers with what ICMP has for the case), a request is left to the stack rewritten, and a
 * reply as it is: it is rewritten where it leaves.
 */
static __always_inline int send_of(struct __sk_buff *skb, const enum family family, enum hook hook,
				   const struct packet *packet, const struct flow *flow)
{
	struct route route = {};
	enum drop_reason reason = way_of(skb, family, hook, packet, flow, &route);
	bool hops;

	if (reason && flow->turn != FLOW_TURN_FORWARD)
		return drop(reason);
	if (reason && flow->kind == FLOW_REPLY)
		return TC_ACT_UNSPEC;
	if (reason)
		route.way = WAY_STACK;
	hops = hook_is_ingress(hook) && (route.way == WAY_POD || route.way == WAY_NEIGHBOUR);
	if (!rewrite(skb, family, packet, &flow->to, &flow->delta, hops))
		return drop(DROP_REWRITE);
	if (flow->state)
		count_service(flow->state, flow->owner, 0, skb->gso_segs ? skb->gso_segs : 1,
			      skb->len);
	return route_take(skb, &route);
}

static __noinline int send4(struct __sk_buff *skb, enum hook hook, const struct packet *packet,
			    const struct flow *flow)
{
	return send_of(skb, FAMILY_4, hook, packet, flow);
}

static __noinline int send6(struct __sk_buff *skb, enum hook hook, const struct packet *packet,
			    const struct flow *flow)
{
	return send_of(skb, FAMILY_6, hook, packet, flow);
}

static __always_inline int send(struct __sk_buff *skb, const enum family family, enum hook hook,
				const struct packet *packet, const struct flow *flow)
{
	return family == FAMILY_4 ? send4(skb, hook, packet, flow) : send6(skb, hook, packet, flow);
}
