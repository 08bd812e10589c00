/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way that a packet goes on, found before a byte of it is changed: by the host's stack, into a
 * pod, to a neighbour, or up to a socket of the host.
 */
#pragma once

#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include "lookup.h"
#include "parse.h"

/* The kernel's own; its header is glibc's. */
#define AF_INET	 2
#define AF_INET6 10

enum way {
	WAY_STACK = 1,
	/* Straight into the pod's namespace. */
	WAY_POD = 2,
	/* Out of a device, whose neighbour the kernel resolves. */
	WAY_NEIGHBOUR = 3,
	/* Up from a device as if it had come in there. */
	WAY_HOST = 4,
};

struct route {
	enum way way;
	__u32 ifindex;
	struct bpf_redir_neigh neighbour;
	__u8 mac[6];
};

/* Asks the FIB about a tuple; the answer is one of BPF_FIB_LKUP_RET, or negative. */
static __always_inline long route_ask(struct __sk_buff *skb, const enum family family,
				      const struct tuple *tuple, struct bpf_fib_lookup *fib)
{
	fib->ifindex = skb->ifindex;
	fib->l4_protocol = tuple->protocol;
	fib->sport = tuple->source_port;
	fib->dport = tuple->destination_port;
	/* The kernel judges a packet that is yet to be cut by the device's MTU. */
	fib->tot_len = skb->gso_size ? 0 : skb->len - ETH_HLEN;
	if (family == FAMILY_4) {
		fib->family = AF_INET;
		fib->ipv4_src = tuple->source.words[0];
		fib->ipv4_dst = tuple->destination.words[0];
	} else {
		fib->family = AF_INET6;
		__builtin_memcpy(fib->ipv6_src, &tuple->source, sizeof(fib->ipv6_src));
		__builtin_memcpy(fib->ipv6_dst, &tuple->destination, sizeof(fib->ipv6_dst));
	}
	return bpf_fib_lookup(skb, fib, sizeof(*fib), 0);
}

static __always_inline bool route_answered(long answer)
{
	/* The kernel resolves the neighbour when it sends. */
	return answer == BPF_FIB_LKUP_RET_SUCCESS || answer == BPF_FIB_LKUP_RET_NO_NEIGH;
}

/* What is left to a packet that the FIB has no device for. */
static __always_inline enum drop_reason route_refused(long answer)
{
	return answer == BPF_FIB_LKUP_RET_FRAG_NEEDED ? DROP_TOO_BIG : DROP_UNROUTABLE;
}

/*
 * To where the FIB sends the tuple. DROP_NONE, or why it can not be sent: the stack may still be
 * able to (a destination of the node's own, a packet that must be cut).
 */
static __always_inline enum drop_reason route_find(struct __sk_buff *skb, const enum family family,
						   const struct tuple *tuple, bool ingress,
						   struct route *route)
{
	struct bpf_fib_lookup fib = {};
	const struct device *device;
	long answer = route_ask(skb, family, tuple, &fib);

	if (!route_answered(answer))
		return route_refused(answer);
	route->ifindex = fib.ifindex;
	device = bpf_map_lookup_elem(&devices_v1, &route->ifindex);
	/* Only a packet that came in can be put into a pod's namespace. */
	if (ingress && device && device->kind == DEVICE_POD) {
		route->way = WAY_POD;
		return DROP_NONE;
	}
	route->way = WAY_NEIGHBOUR;
	route->neighbour.nh_family = fib.family;
	if (fib.family == AF_INET)
		route->neighbour.ipv4_nh = fib.ipv4_dst;
	else
		__builtin_memcpy(route->neighbour.ipv6_nh, fib.ipv6_dst, sizeof(fib.ipv6_dst));
	return DROP_NONE;
}

/* Whether a way leads to this very address, and not to a router. */
static __always_inline bool route_is_neighbour(const enum family family, const struct route *route,
					       const struct address *address)
{
	struct address next = family == FAMILY_4 ? address_from4(route->neighbour.ipv4_nh)
						 : address_from6(route->neighbour.ipv6_nh);

	return route->way == WAY_NEIGHBOUR && address_equal(&next, address);
}

/*
 * Up to the host's sockets from the device that the tuple's source is reached by: from any other,
 * a strict rp_filter would not take it. A packet that came in there has only to go on.
 */
static __always_inline enum drop_reason route_up(struct __sk_buff *skb, const enum family family,
						 const struct tuple *tuple, bool ingress,
						 struct route *route)
{
	const struct tuple back = tuple_swapped(tuple);
	struct bpf_fib_lookup fib = {};
	const struct device *device;
	long answer = route_ask(skb, family, &back, &fib);

	if (!route_answered(answer))
		return route_refused(answer);
	route->ifindex = fib.ifindex;
	route->way = WAY_STACK;
	if (ingress && route->ifindex == skb->ifindex)
		return DROP_NONE;
	device = bpf_map_lookup_elem(&devices_v1, &route->ifindex);
	if (!device)
		return DROP_UNROUTABLE;
	route->way = WAY_HOST;
	__builtin_memcpy(route->mac, device->mac, sizeof(route->mac));
	return DROP_NONE;
}

/* Sends a packet its way. */
static __always_inline int route_take(struct __sk_buff *skb, struct route *route)
{
	switch (route->way) {
	case WAY_POD:
		/* A packet for a bridge's address is another host's to the port that it came by. */
		if (skb->pkt_type != PACKET_HOST)
			bpf_skb_change_type(skb, PACKET_HOST);
		return bpf_redirect_peer(route->ifindex, 0);
	case WAY_NEIGHBOUR:
		return bpf_redirect_neigh(route->ifindex, &route->neighbour,
					  sizeof(route->neighbour), 0);
	case WAY_HOST:
		if (bpf_skb_store_bytes(skb, 0, route->mac, sizeof(route->mac), 0))
			return TC_ACT_SHOT;
		return bpf_redirect(route->ifindex, BPF_F_INGRESS);
	default:
		return TC_ACT_UNSPEC;
	}
}
