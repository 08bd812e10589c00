/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads a packet's headers. One contract: nothing beyond `end` is read, nothing is changed, and
 * what is answered is true of the packet as it is; a header that contradicts itself or the packet's
 * length is PACKET_MALFORMED, whose judge is the host's stack.
 */
#pragma once

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "address.h"

/* Extension headers that are walked; a packet with more is none of ours. */
#define PARSE_EXTENSIONS 4

#define IPV4_MORE_FRAGMENTS 0x2000
#define IPV4_OFFSET	    0x1fff
#define IPV6_MORE_FRAGMENTS 0x0001
#define IPV6_OFFSET	    0xfff8

#define NEXT_HOP_BY_HOP	 0
#define NEXT_FRAGMENT	 44
#define NEXT_DESTINATION 60

#define SCTP_HEADER 12

enum packet_kind {
	/* The tuple is known and the packet is whole. */
	PACKET_WHOLE = 1,
	/* The tuple is known, and other fragments follow that do not tell it. */
	PACKET_FIRST_FRAGMENT = 2,
	/* IP without ports: the addresses and the protocol are known. */
	PACKET_OTHER = 3,
	PACKET_MALFORMED = 4,
};

struct packet {
	struct tuple tuple;
	enum packet_kind kind;
	/* From the start of the frame, in bytes. */
	__u16 transport;
	__u16 ip_checksum;
	__u8 hop_limit;
	/* Byte 13 of a TCP header. */
	__u8 tcp_flags;
};

enum tcp_flag {
	TCP_FLAG_BIT_FIN = 0x01,
	TCP_FLAG_BIT_SYN = 0x02,
	TCP_FLAG_BIT_RST = 0x04,
	TCP_FLAG_BIT_ACK = 0x10,
};

struct cursor {
	const void *data;
	const void *end;
	/* Bytes of the frame as its sender meant it: more than is linear, for a big packet. */
	__u32 length;
};

/* Ports and flags. `room` is what the IP header leaves for the transport, in bytes. */
static __always_inline bool parse_transport(const struct cursor *cursor, const void *header,
					    __u32 room, bool fragment, struct packet *packet)
{
	const struct udphdr *udp = header;
	__u8 protocol = packet->tuple.protocol;
	__u32 size;

	if (header + sizeof(*udp) > cursor->end)
		return false;
	packet->tuple.source_port = udp->source;
	packet->tuple.destination_port = udp->dest;
	if (protocol == IPPROTO_SCTP)
		return room >= SCTP_HEADER;
	if (protocol == IPPROTO_UDP) {
		size = bpf_ntohs(udp->len);
		return size >= sizeof(*udp) && (size <= room || fragment);
	}
	if (header + sizeof(struct tcphdr) > cursor->end)
		return false;
	packet->tcp_flags = ((const __u8 *)header)[13];
	size = ((const struct tcphdr *)header)->doff * 4;
	return size >= sizeof(struct tcphdr) && size <= room;
}

static __always_inline bool parse_has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static __always_inline enum packet_kind parse4(const struct cursor *cursor, struct packet *packet)
{
	const struct iphdr *ip = cursor->data + ETH_HLEN;
	__u32 header, total, fragment;

	if ((const void *)(ip + 1) > cursor->end || ip->version != 4)
		return PACKET_MALFORMED;
	header = ip->ihl * 4;
	total = bpf_ntohs(ip->tot_len);
	/* A packet of the kernel's own that is larger than the field can tell says 0. */
	if (!total && cursor->length - ETH_HLEN > 0xffff)
		total = cursor->length - ETH_HLEN;
	if (header < sizeof(*ip) || total < header || total > cursor->length - ETH_HLEN)
		return PACKET_MALFORMED;
	packet->tuple.source = address_from4(ip->saddr);
	packet->tuple.destination = address_from4(ip->daddr);
	packet->tuple.protocol = ip->protocol;
	packet->hop_limit = ip->ttl;
	packet->ip_checksum = ip->check;
	packet->transport = ETH_HLEN + header;
	fragment = bpf_ntohs(ip->frag_off) & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET);
	if (fragment & IPV4_OFFSET || !parse_has_ports(ip->protocol))
		return PACKET_OTHER;
	if (!parse_transport(cursor, (const void *)ip + header, total - header, fragment, packet))
		return PACKET_MALFORMED;
	return fragment ? PACKET_FIRST_FRAGMENT : PACKET_WHOLE;
}

/* The extension headers before the transport. */
struct chain {
	/* From the start of the frame, in bytes: where the next header begins, and what it is. */
	__u32 offset;
	__u8 next;
	bool first_fragment;
	/* A later fragment: what follows is payload. */
	bool later_fragment;
};

/* One extension header. False: there is none that is known here, or it is not all there. */
static __always_inline bool chain_step(const struct cursor *cursor, struct chain *chain)
{
	const __u8 *header = cursor->data + chain->offset;
	__u16 fragment;

	if (chain->next != NEXT_HOP_BY_HOP && chain->next != NEXT_DESTINATION &&
	    chain->next != NEXT_FRAGMENT)
		return false;
	if ((const void *)header + 8 > cursor->end)
		return false;
	if (chain->next == NEXT_FRAGMENT) {
		fragment = bpf_ntohs(*(const __be16 *)(header + 2));
		chain->later_fragment = fragment & IPV6_OFFSET;
		chain->first_fragment = fragment & IPV6_MORE_FRAGMENTS;
		chain->offset += 8;
	} else {
		chain->offset += 8 * (header[1] + 1);
	}
	chain->next = header[0];
	return !chain->later_fragment;
}

static __always_inline enum packet_kind parse6(const struct cursor *cursor, struct packet *packet)
{
	const struct ipv6hdr *ip = cursor->data + ETH_HLEN;
	struct chain chain = {.offset = ETH_HLEN + sizeof(*ip)};
	__u32 total;

	if ((const void *)(ip + 1) > cursor->end || ip->version != 6)
		return PACKET_MALFORMED;
	total = ETH_HLEN + sizeof(*ip) + bpf_ntohs(ip->payload_len);
	/* As above: a big packet of the kernel's own, with or without a jumbo option, says 0. */
	if (!ip->payload_len && cursor->length > 0xffff)
		total = cursor->length;
	if (total > cursor->length)
		return PACKET_MALFORMED;
	packet->tuple.source = address_from6(&ip->saddr);
	packet->tuple.destination = address_from6(&ip->daddr);
	packet->hop_limit = ip->hop_limit;
	packet->ip_checksum = 0;
	chain.next = ip->nexthdr;
	for (int i = 0; i < PARSE_EXTENSIONS; i++) {
		if (!chain_step(cursor, &chain))
			break;
	}
	packet->tuple.protocol = chain.next;
	packet->transport = chain.offset;
	if (chain.later_fragment || !parse_has_ports(chain.next))
		return PACKET_OTHER;
	if (chain.offset > total)
		return PACKET_MALFORMED;
	if (!parse_transport(cursor, cursor->data + chain.offset, total - chain.offset,
			     chain.first_fragment, packet))
		return PACKET_MALFORMED;
	return chain.first_fragment ? PACKET_FIRST_FRAGMENT : PACKET_WHOLE;
}

static __always_inline struct packet parse(const enum family family, const struct cursor *cursor)
{
	struct packet packet = {};

	packet.kind = family == FAMILY_4 ? parse4(cursor, &packet) : parse6(cursor, &packet);
	return packet;
}
