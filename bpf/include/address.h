/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Addresses and tuples of either family. All bodies are written once over these types and take the
 * family as a constant: what belongs to the other family is folded away when they are inlined.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum family {
	FAMILY_4 = 4,
	FAMILY_6 = 6,
};

/* In network order. An IPv4 address stands in the first four bytes, the rest is zero. */
struct address {
	__u64 words[2];
};

struct tuple {
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
};

static __always_inline struct address address_from4(__be32 address)
{
	return (struct address){.words = {address, 0}};
}

static __always_inline struct address address_from6(const void *bytes)
{
	struct address address;

	__builtin_memcpy(&address, bytes, sizeof(address));
	return address;
}

static __always_inline bool address_equal(const struct address *a, const struct address *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}

static __always_inline bool address_is_zero(const struct address *address)
{
	return !(address->words[0] | address->words[1]);
}

/* Neither zero, nor multicast, nor (IPv4) broadcast. */
static __always_inline bool address_is_unicast(const enum family family,
					       const struct address *address)
{
	const __u8 first = address->words[0];

	return !address_is_zero(address) && (family == FAMILY_4 ? first < 224 : first != 0xff);
}

static __always_inline bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	return address_equal(&a->source, &b->source) &&
	       address_equal(&a->destination, &b->destination) &&
	       a->source_port == b->source_port && a->destination_port == b->destination_port &&
	       a->protocol == b->protocol;
}

/* The tuple of a packet that answers this one. */
static __always_inline struct tuple tuple_swapped(const struct tuple *tuple)
{
	return (struct tuple){
		.source = tuple->destination,
		.destination = tuple->source,
		.source_port = tuple->destination_port,
		.destination_port = tuple->source_port,
		.protocol = tuple->protocol,
	};
}
