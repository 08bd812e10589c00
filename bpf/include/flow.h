/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The flow table: reading an element, making a pair, keeping it alive. A reader trusts an element
 * only if its seal bears out the key and what was read of the value.
 */
#pragma once

#include <clock.h>
#include <linux/in.h>
#include "choose.h"
#include "csum.h"

/* How often a reader looks again that read a torn or recycled element. */
#define FLOW_ATTEMPTS 3

/* The kernel's own head of an element of a hash. */
#define ELEMENT_HEAD 48

_Static_assert(ELEMENT_HEAD + sizeof(struct flow4_key) + sizeof(struct flow4) <= 128,
	       "an IPv4 flow takes two cache lines, its value the second");
_Static_assert(ELEMENT_HEAD + sizeof(struct flow6_key) + sizeof(struct flow6) <= 192,
	       "an IPv6 flow takes three cache lines");

/* Ticks for which a flow without packets is kept. */
enum flow_lifetime {
	FLOW_LIFE_UNANSWERED = 60,
	FLOW_LIFE_UDP = 180,
	FLOW_LIFE_ESTABLISHED = 86400,
	FLOW_LIFE_CLOSED = 60,
};

/* A flow as it was read, or is to be written. */
struct flow {
	/* The packet's tuple after the rewrite. */
	struct tuple to;
	struct flow_delta delta;
	__u32 state;
	__u32 owner;
	__u32 backend;
	__u32 generation;
	__u8 kind;
	__u8 turn;
	__u8 partner_turn;
	__u8 seen;
	__u32 stamp;
	/* Ticks since the stamp, when it was read. */
	__u32 age;
};

/* Keys and values as words, written and sealed whole. IPv4 uses the first 2 and 8 of them. */
struct flow_key {
	__u64 words[sizeof(struct flow6_key) / 8];
};

struct flow_value {
	__u64 words[sizeof(struct flow6) / 8];
};

/* Words of the value. The ends begin at FLOW_ENDS, the ports follow them. */
enum flow_word {
	FLOW_SERVICE = 0,
	FLOW_BACKEND = 1,
	/* seal 32 (low) | stamp 32 */
	FLOW_SEAL = 2,
	/* kind 8 | turn 8 | partner_turn 8 | seen 8 | next_hop 32, from the lowest bits on */
	FLOW_KIND = 3,
	FLOW_ENDS = 4,
};

/* The bits of FLOW_KIND that never change. */
#define FLOW_KIND_SEALED 0xffffff

static __always_inline int flow_end_words(const enum family family)
{
	return family == FAMILY_4 ? 1 : 4;
}

/* Both addresses of a tuple as words; `swapped`: of the tuple that answers it. */
static __always_inline void flow_ends(const enum family family, const struct tuple *tuple,
				      const bool swapped, __u64 *words)
{
	const struct address *source = swapped ? &tuple->destination : &tuple->source;
	const struct address *destination = swapped ? &tuple->source : &tuple->destination;

	if (family == FAMILY_4) {
		words[0] = source->words[0] | destination->words[0] << 32;
		return;
	}
	words[0] = source->words[0];
	words[1] = source->words[1];
	words[2] = destination->words[0];
	words[3] = destination->words[1];
}

static __always_inline __u32 flow_ports(const struct tuple *tuple, const bool swapped)
{
	__u32 low = swapped ? tuple->destination_port : tuple->source_port;
	__u32 high = swapped ? tuple->source_port : tuple->destination_port;

	return low | high << 16;
}

static __always_inline void flow_key(const enum family family, const struct tuple *tuple,
				     const bool swapped, struct flow_key *key)
{
	flow_ends(family, tuple, swapped, key->words);
	key->words[flow_end_words(family)] = flow_ports(tuple, swapped) | (__u64)tuple->protocol
										  << 32;
}

static __always_inline __u32 flow_seal(const enum family family, const struct flow_key *key,
				       const struct flow_value *value)
{
	const int ends = flow_end_words(family);
	const __u64 kind = value->words[FLOW_KIND] & FLOW_KIND_SEALED;
	__u64 sum = 0;

	sum = seal_add(sum, key->words, ends + 1, 0);
	sum = seal_add(sum, &value->words[FLOW_SERVICE], 2, ends + 1);
	sum = seal_add(sum, &kind, 1, ends + 3);
	sum = seal_add(sum, &value->words[FLOW_ENDS], ends + 1, ends + 4);
	return seal_of(sum);
}

static __always_inline __u64 *flow_get(const enum family family, const struct flow_key *key)
{
	return family == FAMILY_4 ? bpf_map_lookup_elem(&flows4_v1, key)
				  : bpf_map_lookup_elem(&flows6_v1, key);
}

static __always_inline int flow_insert(const enum family family, const struct flow_key *key,
				       const struct flow_value *value)
{
	return family == FAMILY_4 ? bpf_map_update_elem(&flows4_v1, key, value, BPF_NOEXIST)
				  : bpf_map_update_elem(&flows6_v1, key, value, BPF_NOEXIST);
}

static __always_inline void flow_remove(const enum family family, const struct flow_key *key)
{
	if (family == FAMILY_4)
		bpf_map_delete_elem(&flows4_v1, key);
	else
		bpf_map_delete_elem(&flows6_v1, key);
}

/* The element of a flow, but for its seal. */
static __always_inline void flow_pack(const enum family family, const struct flow *flow,
				      struct flow_value *value)
{
	const int ports = FLOW_ENDS + flow_end_words(family);
	__u64 *words = value->words;

	words[FLOW_SERVICE] = flow->state | (__u64)flow->owner << 32;
	words[FLOW_BACKEND] = flow->backend | (__u64)flow->generation << 32;
	words[FLOW_SEAL] = (__u64)flow->stamp << 32;
	words[FLOW_KIND] =
		flow->kind | flow->turn << 8 | flow->partner_turn << 16 | (__u64)flow->seen << 24;
	flow_ends(family, &flow->to, false, &words[FLOW_ENDS]);
	words[ports] = flow_ports(&flow->to, false) | (__u64)flow->delta.addresses << 32 |
		       (__u64)flow->delta.ports << 48;
}

/*
 * The element of the other of a pair, but for its seal: `flow` is what `from` is rewritten to, the
 * partner is what turns the answer to it back.
 */
static __always_inline void flow_pack_partner(const enum family family, const struct tuple *from,
					      const struct flow *flow, struct flow_value *value)
{
	const int ports = FLOW_ENDS + flow_end_words(family);
	const __u8 kind = flow->kind == FLOW_REQUEST ? FLOW_REPLY : FLOW_REQUEST;
	__u64 *words = value->words;

	flow_pack(family, flow, value);
	words[FLOW_KIND] =
		kind | flow->partner_turn << 8 | flow->turn << 16 | (__u64)flow->seen << 24;
	flow_ends(family, from, true, &words[FLOW_ENDS]);
	words[ports] = flow_ports(from, true) | (__u64)csum_negated(flow->delta.addresses) << 32 |
		       (__u64)csum_negated(flow->delta.ports) << 48;
}

static __always_inline void flow_unpack(const enum family family, const __u64 *words, __u8 protocol,
					struct flow *flow)
{
	const __u64 *ends = &words[FLOW_ENDS];
	const __u64 ports = ends[flow_end_words(family)];

	if (family == FAMILY_4) {
		flow->to.source = address_from4(ends[0]);
		flow->to.destination = address_from4(ends[0] >> 32);
	} else {
		flow->to.source = (struct address){.words = {ends[0], ends[1]}};
		flow->to.destination = (struct address){.words = {ends[2], ends[3]}};
	}
	flow->to.source_port = ports;
	flow->to.destination_port = ports >> 16;
	flow->to.protocol = protocol;
	flow->delta.addresses = ports >> 32;
	flow->delta.ports = ports >> 48;
	flow->state = words[FLOW_SERVICE];
	flow->owner = words[FLOW_SERVICE] >> 32;
	flow->backend = words[FLOW_BACKEND];
	flow->generation = words[FLOW_BACKEND] >> 32;
	flow->kind = words[FLOW_KIND];
	flow->turn = words[FLOW_KIND] >> 8;
	flow->partner_turn = words[FLOW_KIND] >> 16;
	flow->seen = words[FLOW_KIND] >> 24;
	flow->stamp = words[FLOW_SEAL] >> 32;
	flow->age = clock_ticks() - flow->stamp;
}

static __always_inline bool flow_is_closed(__u8 seen)
{
	const __u8 both = FLOW_SEEN_FIN_REQUEST | FLOW_SEEN_FIN_REPLY;

	return seen & FLOW_SEEN_RESET || (seen & both) == both;
}

static __always_inline bool flow_is_expired(__u8 seen, __u8 protocol, __u32 age)
{
	__u32 life = FLOW_LIFE_UNANSWERED;

	if (flow_is_closed(seen))
		life = FLOW_LIFE_CLOSED;
	else if (seen & FLOW_SEEN_ANSWER)
		life = protocol == IPPROTO_TCP ? FLOW_LIFE_ESTABLISHED : FLOW_LIFE_UDP;
	return age > life;
}

/*
 * Reads the flow of a tuple. Answers its element, or NULL where there is none, it has expired, or
 * it was recycled at every attempt. The element may be another's by the time it is written to: all
 * that is written in place (stamp, seen) does no more to a stranger than to shorten an idle life.
 */
static __always_inline struct flow_head *flow_read_of(const enum family family,
						      const struct tuple *tuple, struct flow *flow)
{
	const int count = FLOW_ENDS + flow_end_words(family) + 1;
	struct flow_key key = {};

	flow_key(family, tuple, false, &key);
	for (int attempt = 0; attempt < FLOW_ATTEMPTS; attempt++) {
		struct flow_value value = {};
		__u64 *element = flow_get(family, &key);

		if (!element)
			return NULL;
#pragma clang loop unroll(full)
		for (int i = 0; i < count; i++)
			value.words[i] = word_read(&element[i]);
		if (flow_seal(family, &key, &value) != (__u32)value.words[FLOW_SEAL])
			continue;
		flow_unpack(family, value.words, tuple->protocol, flow);
		return flow_is_expired(flow->seen, tuple->protocol, flow->age)
			       ? NULL
			       : (struct flow_head *)element;
	}
	return NULL;
}

/* A function of its own, as are others below, since the stack of a call chain is 512 bytes. */
static __noinline struct flow_head *flow_read(enum family family, const struct tuple *tuple,
					      struct flow *flow)
{
	return family == FAMILY_4 ? flow_read_of(FAMILY_4, tuple, flow)
				  : flow_read_of(FAMILY_6, tuple, flow);
}
