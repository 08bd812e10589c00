/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What becomes of a packet at a hook of tc. It belongs to a flow (carry), or begins one (begin), or
 * is none of Leat's (not_ours). Whatever can go wrong is found before a byte is changed.
 */
#pragma once

#include "count.h"
#include "pair.h"
#include "parse.h"
#include "rewrite.h"
#include "route.h"

enum hook {
	HOOK_POD_INGRESS = 1,
	HOOK_POD_EGRESS = 2,
	HOOK_NODE_INGRESS = 3,
	HOOK_NODE_EGRESS = 4,
};

/* An answer beside the drop reasons. */
#define NOT_OURS (-1)

/* Bytes that hold the headers of a packet: Ethernet, IPv6, some extensions, TCP. */
#define SERVE_HEADERS 160

/* Not an answer of tc: the flow is no longer good, the packet is to begin another. */
#define SERVE_BEGIN 1000

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

/* Whether this hook rewrites a packet of the flow. */
static __always_inline bool turns_here(enum hook hook, const struct flow *flow)
{
	if (hook_is_ingress(hook))
		return flow->kind == FLOW_REQUEST || flow->turn != FLOW_TURN_FORWARD ||
		       settings_direct();
	if (flow->kind == FLOW_REQUEST)
		return hook == HOOK_NODE_EGRESS;
	return flow->turn == FLOW_TURN_FORWARD || hook == HOOK_NODE_EGRESS;
}

/*
 * A request goes to another backend when UDP's is not usable any more, and when a connection begins
 * on a tuple whose earlier one has ended or can not be answered.
 */
static __always_inline bool must_begin_anew(const enum family family, const struct packet *packet,
					    const struct flow *flow)
{
	bool udp = packet->tuple.protocol == IPPROTO_UDP;

	if (flow->kind != FLOW_REQUEST || (!udp && !packet_is_syn(packet)))
		return false;
	if (!udp && flow_is_closed(flow->seen))
		return true;
	return flow->state && !backend_is_current(family, flow->backend, flow->generation);
}

/* What this packet tells of the flow's life. */
static __always_inline __u8 seen_now(const struct packet *packet, const struct flow *flow)
{
	__u8 seen = flow->seen;

	if (flow->kind == FLOW_REPLY)
		seen |= FLOW_SEEN_ANSWER;
	if (packet->tcp_flags & TCP_FLAG_BIT_RST)
		seen |= FLOW_SEEN_RESET;
	if (packet->tcp_flags & TCP_FLAG_BIT_FIN)
		seen |= flow->kind == FLOW_REQUEST ? FLOW_SEEN_FIN_REQUEST : FLOW_SEEN_FIN_REPLY;
	return seen;
}

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

/* A packet of a flow that is there. */
static __always_inline int carry(struct __sk_buff *skb, const enum family family, enum hook hook,
				 const struct packet *packet, struct flow_head *head,
				 struct flow *flow)
{
	__u8 seen;

	if (!turns_here(hook, flow))
		return TC_ACT_UNSPEC;
	if (packet->kind == PACKET_FIRST_FRAGMENT)
		return drop(DROP_FRAGMENT);
	if (must_begin_anew(family, packet, flow)) {
		flow_delete(family, &packet->tuple);
		return SERVE_BEGIN;
	}
	seen = seen_now(packet, flow);
	if (flow->age || seen != flow->seen) {
		flow->seen = seen;
		if (!pair_keep(family, &packet->tuple, flow, head)) {
			flow_delete(family, &packet->tuple);
			return drop(DROP_FLOW_COLLISION);
		}
	}
	return send(skb, family, hook, packet, flow);
}

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
 * Direct delivery takes packets between pods past the stack as well, whose FORWARD chain may be
 * DROP. What Leat can not send is the stack's.
 */
static __always_inline int route_plain_of(struct __sk_buff *skb, const enum family family,
					  enum hook hook, const struct packet *packet)
{
	/* Neighbour discovery is between neighbours, and says so by the highest hop limit. */
	const __u8 most_hops = packet->tuple.protocol == IPPROTO_ICMPV6 ? 254 : 255;
	struct route route = {};

	if (!settings_direct() || !hook_is_ingress(hook) ||
	    !settings_is_pod(family, &packet->tuple.destination))
		return TC_ACT_UNSPEC;
	if (packet->hop_limit <= 1 || packet->hop_limit > most_hops ||
	    route_find(skb, family, &packet->tuple, true, &route))
		return TC_ACT_UNSPEC;
	if (hook == HOOK_NODE_INGRESS && route.way != WAY_POD)
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

/* A packet of no flow: it begins one, or is none of Leat's. */
static __always_inline int begin(struct __sk_buff *skb, const enum family family, enum hook hook,
				 const struct packet *packet, struct flow *flow)
{
	struct choice choice = {};
	int reason = backend_for(family, hook, packet, &choice);

	if (reason == NOT_OURS) {
		if (!is_ambiguous(family, hook, packet))
			return not_ours(skb, family, hook, packet);
		choice.address = packet->tuple.destination;
		choice.port = packet->tuple.destination_port;
		choice.local = true;
		reason = DROP_NONE;
	}
	if (!reason)
		reason = request_make(family, hook, packet, &choice, flow);
	return reason ? drop(reason) : send(skb, family, hook, packet, flow);
}

/* Where the headers are not all linear, they are made so: a packet is looked at once. */
static __always_inline struct cursor serve_cursor(struct __sk_buff *skb)
{
	__u32 linear = skb->data_end - skb->data;

	if (linear < SERVE_HEADERS && linear < skb->len)
		bpf_skb_pull_data(skb, skb->len < SERVE_HEADERS ? skb->len : SERVE_HEADERS);
	return (struct cursor){
		.data = (void *)(long)skb->data,
		.end = (void *)(long)skb->data_end,
		.length = skb->len,
	};
}

static __always_inline int serve(struct __sk_buff *skb, const enum family family, enum hook hook)
{
	struct cursor cursor = serve_cursor(skb);
	struct packet packet = parse(family, &cursor);
	struct flow_head *head;
	struct flow flow = {};
	int answer = SERVE_BEGIN;

	if (packet.kind == PACKET_MALFORMED)
		return TC_ACT_UNSPEC;
	if (packet.kind == PACKET_OTHER)
		return route_plain(skb, family, hook, &packet);
	head = flow_read(family, &packet.tuple, &flow);
	if (head)
		answer = carry(skb, family, hook, &packet, head, &flow);
	if (answer != SERVE_BEGIN)
		return answer;
	/* What goes to a pod has passed the hook that would have begun its flow. */
	if (hook == HOOK_POD_EGRESS)
		return TC_ACT_UNSPEC;
	flow = (struct flow){};
	return begin(skb, family, hook, &packet, &flow);
}
