/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The beginning of a flow: the backend for a packet to a frontend, and the pair that it makes. */
#pragma once

#include "hook.h"
#include "pair.h"

/* An answer beside the drop reasons. */
#define NOT_OURS (-1)

/* The source and the turns of a request: who the backend sees, and how its reply comes back. */
static __always_inline bool plan(const enum family family, enum hook hook, const struct tuple *from,
				 const struct choice *choice, struct flow *flow)
{
	bool hairpin = address_equal(&choice->address, &from->source);

	flow->to.source = from->source;
	flow->turn = FLOW_TURN_FORWARD;
	flow->partner_turn = FLOW_TURN_FORWARD;
	if (hook == HOOK_NODE_EGRESS) {
		flow->turn = FLOW_TURN_REDIRECT;
		flow->partner_turn = FLOW_TURN_HOST;
		if (!is_local(family, &choice->address))
			return true;
		/* The host calls itself: it sees the frontend as its client. */
		flow->turn = FLOW_TURN_HOST;
		flow->to.source = from->destination;
		return false;
	}
	if (!hairpin && (hook != HOOK_NODE_INGRESS || choice->local))
		return true;
	flow->turn = FLOW_TURN_REDIRECT;
	flow->partner_turn = FLOW_TURN_REDIRECT;
	flow->to.source = settings_node(family);
	return false;
}

/* Makes the flow of a packet to a backend. DROP_NONE, or why there is none. */
static __always_inline enum drop_reason request_make_of(const enum family family, enum hook hook,
							const struct packet *packet,
							const struct choice *choice,
							struct flow *flow)
{
	const struct tuple *from = &packet->tuple;
	bool keep_port = plan(family, hook, from, choice, flow);

	if (address_is_zero(&flow->to.source))
		return DROP_SNAT_NO_ADDRESS;
	flow->to.destination = choice->address;
	flow->to.source_port = from->source_port;
	flow->to.destination_port = choice->port;
	flow->to.protocol = from->protocol;
	flow->state = choice->state;
	flow->owner = choice->owner;
	flow->backend = choice->backend;
	flow->generation = choice->generation;
	flow->kind = FLOW_REQUEST;
	flow->stamp = clock_ticks();
	switch (pair_make(family, from, flow, keep_port)) {
	case PAIR_MADE:
		if (flow->state)
			count_service(flow->state, flow->owner, 1, 0, 0);
		return DROP_NONE;
	case PAIR_JOINED:
		return DROP_NONE;
	case PAIR_NO_PORT:
		return DROP_SNAT_EXHAUSTED;
	default:
		return DROP_FLOW_TABLE;
	}
}

static __noinline enum drop_reason request_make(enum family family, enum hook hook,
						const struct packet *packet,
						const struct choice *choice, struct flow *flow)
{
	return family == FAMILY_4 ? request_make_of(FAMILY_4, hook, packet, choice, flow)
				  : request_make_of(FAMILY_6, hook, packet, choice, flow);
}

/*
 * The backend for a packet to a frontend. DROP_NONE, or why there is none; NOT_OURS where the
 * packet is to no frontend.
 */
static __always_inline int backend_for_of(const enum family family, enum hook hook,
					  const struct packet *packet, struct choice *choice)
{
	const enum scope scope = hook == HOOK_NODE_INGRESS ? SCOPE_EXTERNAL : SCOPE_INTERNAL;
	const struct tuple *tuple = &packet->tuple;
	struct frontend frontend = {};
	enum lookup found = frontend_find(family, &tuple->destination, tuple->destination_port,
					  tuple->protocol, &frontend);

	if (found == LOOKUP_NONE)
		return NOT_OURS;
	if (found == LOOKUP_RACE)
		return DROP_LOOKUP_RACE;
	if (packet->kind == PACKET_FIRST_FRAGMENT)
		return DROP_FRAGMENT;
	if (tuple->protocol == IPPROTO_SCTP)
		return DROP_PROTOCOL;
	if (tuple->protocol == IPPROTO_TCP && !packet_is_syn(packet))
		return DROP_TCP_NO_FLOW;
	switch (choose(family, &frontend, scope, choice)) {
	case CHOOSE_BACKEND:
		return DROP_NONE;
	case CHOOSE_REFUSE:
		return DROP_REFUSED;
	case CHOOSE_DROP:
		return DROP_NO_LOCAL_ENDPOINT;
	default:
		return DROP_LOOKUP_RACE;
	}
}

static __noinline int backend_for(enum family family, enum hook hook, const struct packet *packet,
				  struct choice *choice)
{
	return family == FAMILY_4 ? backend_for_of(FAMILY_4, hook, packet, choice)
				  : backend_for_of(FAMILY_6, hook, packet, choice);
}
