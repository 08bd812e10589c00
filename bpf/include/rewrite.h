/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Changes a packet's ends in tc. The transport's checksum goes through the kernel's helper, since a
 * packet of a local socket carries only the sum over the pseudo-header, and its device the rest.
 */
#pragma once

#include <linux/pkt_cls.h>
#include <stddef.h>
#include "csum.h"
#include "parse.h"

/* What changes of an IPv4 header lies together: bytes 8 to 19. */
struct ip4_tail {
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
};

/* What changes of an IPv6 header, bytes 7 to 39, after a byte that stays. */
struct ip6_tail {
	__u8 next_header;
	__u8 hop_limit;
	__u8 ends[32];
};

/* The offset of the transport's checksum, from the start of the frame. */
static __always_inline __u32 rewrite_checksum_at(const struct packet *packet)
{
	return packet->transport + (packet->tuple.protocol == IPPROTO_TCP
					    ? offsetof(struct tcphdr, check)
					    : offsetof(struct udphdr, check));
}

/* One hop less, or none, in the checksum of an IPv4 header. */
static __always_inline __u16 rewrite_hops4(__u16 checksum, __u8 hops)
{
	return hops ? csum_changed(checksum, (__u16)~bpf_htons((__u16)hops << 8)) : checksum;
}

static __always_inline long rewrite_ip4(struct __sk_buff *skb, const struct packet *packet,
					const struct tuple *to, __u16 difference, __u8 hops)
{
	struct ip4_tail tail = {
		.ttl = packet->hop_limit - hops,
		.protocol = packet->tuple.protocol,
		.checksum = csum_changed(rewrite_hops4(packet->ip_checksum, hops), difference),
		.source = to->source.words[0],
		.destination = to->destination.words[0],
	};

	return bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct iphdr, ttl), &tail, sizeof(tail),
				   0);
}

/*
 * IPv6 has no sum of its own that would make up for the addresses in a sum that the device made
 * over all of the packet, and the helper for the transport's checksum takes it for IPv4's: told to
 * recompute, this store corrects what that one will change.
 */
static __always_inline long rewrite_ip6(struct __sk_buff *skb, const struct packet *packet,
					const struct tuple *to, __u8 hops)
{
	struct ip6_tail tail = {.hop_limit = packet->hop_limit - hops};

	__builtin_memcpy(&tail.ends[0], &to->source, sizeof(to->source));
	__builtin_memcpy(&tail.ends[16], &to->destination, sizeof(to->destination));
	return bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, hop_limit),
				   &tail.hop_limit, sizeof(tail) - 1, BPF_F_RECOMPUTE_CSUM);
}

/* Lowers the hop limit of a packet that is routed as it is. */
static __always_inline long rewrite_hops(struct __sk_buff *skb, const enum family family,
					 const struct packet *packet)
{
	return family == FAMILY_4 ? rewrite_ip4(skb, packet, &packet->tuple, 0, 1)
				  : rewrite_ip6(skb, packet, &packet->tuple, 1);
}

/* Gives the packet the ends `to` and `hops` hops less. False: it is spoilt. */
static __always_inline bool rewrite(struct __sk_buff *skb, const enum family family,
				    const struct packet *packet, const struct tuple *to,
				    const struct flow_delta *delta, __u8 hops)
{
	const __u64 keep_zero = packet->tuple.protocol == IPPROTO_UDP ? BPF_F_MARK_MANGLED_0 : 0;
	const __u32 checksum_at = rewrite_checksum_at(packet);
	const __be16 ports[2] = {to->source_port, to->destination_port};
	long failed = family == FAMILY_4 ? rewrite_ip4(skb, packet, to, delta->addresses, hops)
					 : rewrite_ip6(skb, packet, to, hops);

	if (!failed && delta->addresses)
		failed = bpf_l4_csum_replace(skb, checksum_at, 0, delta->addresses,
					     keep_zero | BPF_F_PSEUDO_HDR);
	if (!failed && delta->ports)
		failed = bpf_l4_csum_replace(skb, checksum_at, 0, delta->ports, keep_zero);
	if (!failed && (to->source_port != packet->tuple.source_port ||
			to->destination_port != packet->tuple.destination_port))
		failed = bpf_skb_store_bytes(skb, packet->transport, ports, sizeof(ports), 0);
	return !failed;
}
