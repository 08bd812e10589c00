/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What becomes of a packet at a hook of tc. It belongs to a flow (carry), or begins one (begin), or
 * is none of Leat's (plain.h).
 */
#pragma once

#include "plain.h"
#include "refuse.h"
#include "request.h"
#include "send.h"

/* Bytes that hold the headers of a packet: Ethernet, IPv6, some extensions, TCP. */
#define SERVE_HEADERS 160

/* Not an answer of tc: the flow is no longer good, the packet is to begin another. */
#define SERVE_BEGIN 1000

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

/* A packet of no flow: it begins one, or is none of Leat's. */
static __always_inline int begin(struct __sk_buff *skb, const enum family family, enum hook hook,
				 const struct packet *packet, struct flow *flow)
{
	struct choice choice = {};
	int reason = backend_for(family, hook, packet, &choice);

	if (reason == NOT_OURS) {
		if (!is_ambiguous(family, hook, packet) &&
		    !wants_way_back(skb, family, hook, packet))
			return not_ours(skb, family, hook, packet);
		choice.address = packet->tuple.destination;
		choice.port = packet->tuple.destination_port;
		choice.local = true;
		reason = DROP_NONE;
	}
	if (!reason)
		reason = request_make(family, hook, packet, &choice, flow);
	if (reason == DROP_REFUSED)
		return refuse(skb, family, hook, packet);
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
