/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answers a packet to a frontend that no endpoint serves as a host would whose port is closed: TCP
 * by a reset, UDP by an ICMP error. The packet itself is made the answer and goes back by the
 * device that it came by. A datagram with options or extension headers is dropped in silence.
 */
#pragma once

#include "csum.h"
#include "hook.h"
#include "rewrite.h"

#define REFUSE_HOPS	   64
#define IPV4_DONT_FRAGMENT 0x4000

/* Port unreachable. */
#define ICMP4_TYPE 3
#define ICMP4_CODE 3
#define ICMP6_TYPE 1
#define ICMP6_CODE 4

/* Of either family; its own header is not for BPF. */
struct icmp_error {
	__u8 type;
	__u8 code;
	__sum16 checksum;
	__be32 unused;
};

struct refusal4 {
	struct iphdr ip;
	union {
		struct tcphdr tcp;
		struct icmp_error icmp;
	};
};

struct refusal6 {
	struct ipv6hdr ip;
	union {
		struct tcphdr tcp;
		struct icmp_error icmp;
	};
};

struct quote4 {
	struct iphdr ip;
	struct udphdr udp;
};

struct quote6 {
	struct ipv6hdr ip;
	struct udphdr udp;
};

static __always_inline __u32 sum_of(const void *bytes, __u32 size, __u32 seed)
{
	return bpf_csum_diff(NULL, 0, (__be32 *)bytes, size, seed);
}

/* The sum over the pseudo-header of an answer: the ends are the packet's, whichever way around. */
static __always_inline __u16 sum_pseudo(const struct tuple *tuple, __u8 protocol, __u16 length)
{
	return csum_fold((__u64)csum_of_addresses(tuple) + bpf_htons(length) + bpf_htons(protocol));
}

static __always_inline void refuse_ip4(const struct tuple *tuple, __u8 protocol, __u16 length,
				       struct iphdr *ip)
{
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = bpf_htons(length);
	ip->frag_off = bpf_htons(IPV4_DONT_FRAGMENT);
	ip->ttl = REFUSE_HOPS;
	ip->protocol = protocol;
	ip->saddr = tuple->destination.words[0];
	ip->daddr = tuple->source.words[0];
	ip->check = ~csum_fold(sum_of(ip, sizeof(*ip), 0));
}

static __always_inline void refuse_ip6(const struct tuple *tuple, __u8 protocol, __u16 length,
				       struct ipv6hdr *ip)
{
	ip->version = 6;
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = protocol;
	ip->hop_limit = REFUSE_HOPS;
	__builtin_memcpy(&ip->saddr, &tuple->destination, sizeof(ip->saddr));
	__builtin_memcpy(&ip->daddr, &tuple->source, sizeof(ip->daddr));
}

static __always_inline bool refuse_turn_macs(struct __sk_buff *skb)
{
	__u8 macs[2][ETH_ALEN], turned[2][ETH_ALEN];

	if (bpf_skb_load_bytes(skb, 0, macs, sizeof(macs)))
		return false;
	__builtin_memcpy(turned[0], macs[1], ETH_ALEN);
	__builtin_memcpy(turned[1], macs[0], ETH_ALEN);
	return !bpf_skb_store_bytes(skb, 0, turned, sizeof(turned), BPF_F_RECOMPUTE_CSUM);
}

/*
 * A reset's header, and the difference that completes its checksum. The field begins as the sum
 * over the pseudo-header, which is all that a packet carries whose device is to add the rest; to
 * such a packet the helper that adds the difference does nothing.
 */
static __always_inline __u16 refuse_tcp(struct __sk_buff *skb, const struct packet *packet,
					struct tcphdr *tcp)
{
	const __u16 pseudo = sum_pseudo(&packet->tuple, IPPROTO_TCP, sizeof(*tcp));
	__be32 sequence = 0;

	bpf_skb_load_bytes(skb, packet->transport + offsetof(struct tcphdr, seq), &sequence,
			   sizeof(sequence));
	tcp->source = packet->tuple.destination_port;
	tcp->dest = packet->tuple.source_port;
	tcp->ack_seq = bpf_htonl(bpf_ntohl(sequence) + 1);
	tcp->doff = sizeof(*tcp) / 4;
	tcp->rst = 1;
	tcp->ack = 1;
	tcp->check = pseudo;
	return csum_fold(sum_of(tcp, sizeof(*tcp), pseudo));
}

/*
 * Whether a device is to complete the datagram's checksum: only then the helper leaves the field
 * alone. The field is as it was afterwards.
 */
static __always_inline bool refuse_is_partial(struct __sk_buff *skb, __u32 at, __sum16 *field)
{
	__sum16 after = 0;

	if (bpf_skb_load_bytes(skb, at, field, sizeof(*field)) ||
	    bpf_l4_csum_replace(skb, at, 0, 1, 0) ||
	    bpf_skb_load_bytes(skb, at, &after, sizeof(after)))
		return false;
	if (after == *field)
		return true;
	bpf_l4_csum_replace(skb, at, 0, csum_negated(1), 0);
	bpf_skb_store_bytes(skb, at, field, sizeof(*field), 0);
	return false;
}

/*
 * The sum over the datagram's header as it will be: completing the checksum makes the sum over all
 * that it covers the negative of what the field began with.
 */
static __always_inline __u16 refuse_sum_udp(struct __sk_buff *skb, const struct packet *packet,
					    const struct udphdr *udp)
{
	__sum16 field = 0;

	if (refuse_is_partial(skb, rewrite_checksum_at(packet), &field))
		return ~field;
	return csum_fold(sum_of(udp, sizeof(*udp), 0));
}

static __always_inline bool refuse_reset4(struct __sk_buff *skb, const struct packet *packet)
{
	struct refusal4 refusal = {};
	__u16 rest = refuse_tcp(skb, packet, &refusal.tcp);

	refuse_ip4(&packet->tuple, IPPROTO_TCP, sizeof(refusal), &refusal.ip);
	return !bpf_skb_change_tail(skb, ETH_HLEN + sizeof(refusal), 0) &&
	       !bpf_skb_store_bytes(skb, ETH_HLEN, &refusal, sizeof(refusal),
				    BPF_F_RECOMPUTE_CSUM) &&
	       !bpf_l4_csum_replace(skb, ETH_HLEN + offsetof(struct refusal4, tcp.check), 0, rest,
				    0);
}

static __always_inline bool refuse_reset6(struct __sk_buff *skb, const struct packet *packet)
{
	struct refusal6 refusal = {};
	__u16 rest = refuse_tcp(skb, packet, &refusal.tcp);

	refuse_ip6(&packet->tuple, IPPROTO_TCP, sizeof(refusal.tcp), &refusal.ip);
	return !bpf_skb_change_tail(skb, ETH_HLEN + sizeof(refusal), 0) &&
	       !bpf_skb_store_bytes(skb, ETH_HLEN, &refusal, sizeof(refusal),
				    BPF_F_RECOMPUTE_CSUM) &&
	       !bpf_l4_csum_replace(skb, ETH_HLEN + offsetof(struct refusal6, tcp.check), 0, rest,
				    0);
}

/*
 * Cuts the packet down to what is quoted of it, and makes room for the error before that. Answers
 * the sum over the datagram's header as well, which must be taken while it is where it was.
 */
static __always_inline bool refuse_make_room(struct __sk_buff *skb, const struct packet *packet,
					     __u32 quote, __u32 room, __u32 *sum)
{
	struct udphdr udp;

	if (bpf_skb_load_bytes(skb, packet->transport, &udp, sizeof(udp)))
		return false;
	*sum = refuse_sum_udp(skb, packet, &udp);
	return !bpf_skb_change_tail(skb, ETH_HLEN + quote, 0) &&
	       !bpf_skb_adjust_room(skb, room, BPF_ADJ_ROOM_MAC, 0);
}

static __always_inline bool refuse_icmp4(struct __sk_buff *skb, const struct packet *packet)
{
	const __u32 size = sizeof(struct iphdr) + sizeof(struct icmp_error);
	struct refusal4 error = {.icmp.type = ICMP4_TYPE, .icmp.code = ICMP4_CODE};
	struct quote4 quote;
	__u32 sum;

	if (packet->transport != ETH_HLEN + sizeof(quote.ip) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, &quote, sizeof(quote)) ||
	    !refuse_make_room(skb, packet, sizeof(quote), size, &sum))
		return false;
	sum = sum_of(&quote.ip, sizeof(quote.ip), sum);
	error.icmp.checksum = ~csum_fold((__u64)sum_of(&error.icmp, sizeof(error.icmp), 0) + sum);
	refuse_ip4(&packet->tuple, IPPROTO_ICMP, size + sizeof(quote), &error.ip);
	return !bpf_skb_store_bytes(skb, ETH_HLEN, &error, size, BPF_F_RECOMPUTE_CSUM);
}

static __always_inline bool refuse_icmp6(struct __sk_buff *skb, const struct packet *packet)
{
	const __u32 size = sizeof(struct ipv6hdr) + sizeof(struct icmp_error);
	const __u16 length = sizeof(struct icmp_error) + sizeof(struct quote6);
	struct refusal6 error = {.icmp.type = ICMP6_TYPE, .icmp.code = ICMP6_CODE};
	struct quote6 quote;
	__u32 sum;

	if (packet->transport != ETH_HLEN + sizeof(quote.ip) ||
	    bpf_skb_load_bytes(skb, ETH_HLEN, &quote, sizeof(quote)) ||
	    !refuse_make_room(skb, packet, sizeof(quote), size, &sum))
		return false;
	sum = sum_of(&quote.ip, sizeof(quote.ip), sum);
	error.icmp.checksum = ~csum_fold((__u64)sum_of(&error.icmp, sizeof(error.icmp), 0) + sum +
					 sum_pseudo(&packet->tuple, IPPROTO_ICMPV6, length));
	refuse_ip6(&packet->tuple, IPPROTO_ICMPV6, length, &error.ip);
	return !bpf_skb_store_bytes(skb, ETH_HLEN, &error, size, BPF_F_RECOMPUTE_CSUM);
}

/* Back by the device that the packet came by; from egress, up as if it had come in there. */
static __always_inline int refuse_send(struct __sk_buff *skb, enum hook hook)
{
	if (!refuse_turn_macs(skb))
		return TC_ACT_SHOT;
	return bpf_redirect(skb->ifindex, hook_is_ingress(hook) ? 0 : BPF_F_INGRESS);
}

static __noinline int refuse4(struct __sk_buff *skb, enum hook hook, const struct packet *packet)
{
	bool made = packet->tuple.protocol == IPPROTO_TCP ? refuse_reset4(skb, packet)
							  : refuse_icmp4(skb, packet);

	return made ? refuse_send(skb, hook) : TC_ACT_SHOT;
}

static __noinline int refuse6(struct __sk_buff *skb, enum hook hook, const struct packet *packet)
{
	bool made = packet->tuple.protocol == IPPROTO_TCP ? refuse_reset6(skb, packet)
							  : refuse_icmp6(skb, packet);

	return made ? refuse_send(skb, hook) : TC_ACT_SHOT;
}

/* Counts the packet as refused, and answers it where its sender can be told. */
static __always_inline int refuse(struct __sk_buff *skb, const enum family family, enum hook hook,
				  const struct packet *packet)
{
	count_drop(DROP_REFUSED);
	if (!address_is_unicast(family, &packet->tuple.source))
		return TC_ACT_SHOT;
	return family == FAMILY_4 ? refuse4(skb, hook, packet) : refuse6(skb, hook, packet);
}
