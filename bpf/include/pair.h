/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pairs of flows. The reply is made first: its key is what can be taken already, by another
 * service's flow to the same backend, and then the request is given another source port, as
 * netfilter would. Either may be evicted alone; whoever sees a packet first makes it again.
 */
#pragma once

#include <linux/errno.h>
#include "flow.h"
#include "settings.h"

/* Source ports that are tried for a flow. */
#define PAIR_PROBES 32

/* How often an element is tried to be put where another CPU puts one, too. */
#define HALF_ATTEMPTS 2

enum pair {
	PAIR_MADE = 1,
	/* Another CPU was faster: the flow is now what it made. */
	PAIR_JOINED = 2,
	PAIR_NO_PORT = 3,
	/* The table took no element. */
	PAIR_NO_ROOM = 4,
};

enum half {
	HALF_MADE = 1,
	/* The very same element was there. */
	HALF_THERE = 2,
	/* An element with the same rewrite is there, of another backend or service. */
	HALF_OUTDATED = 3,
	/* Another's element is there. */
	HALF_TAKEN = 4,
	HALF_NO_ROOM = 5,
};

/* An element of the table beside what would be written in its place. */
static __always_inline enum half half_compare(const enum family family, const __u64 *there,
					      const struct flow_value *value)
{
	const __u64 *mine = value->words;
	__u64 other = (word_read(&there[FLOW_KIND]) ^ mine[FLOW_KIND]) & FLOW_KIND_SEALED;
	__u64 differs = other & 0xff;

	for (int i = FLOW_ENDS; i <= FLOW_ENDS + flow_end_words(family); i++)
		differs |= word_read(&there[i]) ^ mine[i];
	if (differs)
		return HALF_TAKEN;
	other |= word_read(&there[FLOW_SERVICE]) ^ mine[FLOW_SERVICE];
	other |= word_read(&there[FLOW_BACKEND]) ^ mine[FLOW_BACKEND];
	return other ? HALF_OUTDATED : HALF_THERE;
}

/* Whether an element is nobody's any more: expired, or not what its seal bears out. */
static __always_inline bool half_is_void(const enum family family, const struct flow_key *key,
					 const struct flow_head *there, __u8 protocol)
{
	__u32 age = clock_ticks() - word_read(&there->stamp);

	return flow_is_expired(word_read(&there->seen), protocol, age) ||
	       flow_seal(family, key, (const struct flow_value *)there) != word_read(&there->seal);
}

/*
 * Makes an element, or renews the very same; else says what stands in its place. What is void
 * gives way. So does an outdated reply, whose request is about to stand for what is now; an
 * outdated request stays, since it is only met by one that was slower, or by a reply.
 */
static __always_inline enum half half_make(const enum family family, const struct flow_key *key,
					   struct flow_value *value, __u8 protocol)
{
	const bool reply = (__u8)value->words[FLOW_KIND] == FLOW_REPLY;

	value->words[FLOW_SEAL] |= flow_seal(family, key, value);
	for (int attempt = 0; attempt < HALF_ATTEMPTS; attempt++) {
		struct flow_head *there = (struct flow_head *)flow_get(family, key);
		long answer;

		if (there) {
			enum half half = half_compare(family, (__u64 *)there, value);

			if (half == HALF_THERE) {
				word_write(&there->stamp, value->words[FLOW_SEAL] >> 32);
				word_write(&there->seen, value->words[FLOW_KIND] >> 24);
				return half;
			}
			if (!(half == HALF_OUTDATED && reply) &&
			    !half_is_void(family, key, there, protocol))
				return half;
			flow_remove(family, key);
		}
		answer = flow_insert(family, key, value);
		if (answer != -EEXIST)
			return answer ? HALF_NO_ROOM : HALF_MADE;
	}
	return HALF_TAKEN;
}

/* Makes the element of a flow. */
static __always_inline enum half flow_make_of(const enum family family, const struct tuple *from,
					      const struct flow *flow)
{
	struct flow_value value = {};
	struct flow_key key = {};

	flow_key(family, from, false, &key);
	flow_pack(family, flow, &value);
	return half_make(family, &key, &value, from->protocol);
}

static __noinline enum half flow_make(enum family family, const struct tuple *from,
				      const struct flow *flow)
{
	return family == FAMILY_4 ? flow_make_of(FAMILY_4, from, flow)
				  : flow_make_of(FAMILY_6, from, flow);
}

/* Makes the element of the other of its pair. */
static __always_inline enum half partner_make_of(const enum family family, const struct tuple *from,
						 const struct flow *flow)
{
	struct flow_value value = {};
	struct flow_key key = {};

	flow_key(family, &flow->to, true, &key);
	flow_pack_partner(family, from, flow, &value);
	return half_make(family, &key, &value, from->protocol);
}

/* Not static: the verifier looks once at a global function, and not at each of the probes. */
__noinline enum half partner_make(enum family family, const struct tuple *from,
				  const struct flow *flow)
{
	if (!from || !flow)
		return HALF_TAKEN;
	return family == FAMILY_4 ? partner_make_of(FAMILY_4, from, flow)
				  : partner_make_of(FAMILY_6, from, flow);
}

static __always_inline void flow_delete_of(const enum family family, const struct tuple *tuple,
					   const bool swapped)
{
	struct flow_key key = {};

	flow_key(family, tuple, swapped, &key);
	flow_remove(family, &key);
}

static __noinline void flow_delete(enum family family, const struct tuple *tuple)
{
	if (family == FAMILY_4)
		flow_delete_of(FAMILY_4, tuple, false);
	else
		flow_delete_of(FAMILY_6, tuple, false);
}

static __noinline void partner_delete(enum family family, const struct flow *flow)
{
	if (family == FAMILY_4)
		flow_delete_of(FAMILY_4, &flow->to, true);
	else
		flow_delete_of(FAMILY_6, &flow->to, true);
}

static __always_inline __be16 pair_port(__u32 random, __u32 probe)
{
	__u32 count = settings.snat_port_last - settings.snat_port_first + 1;
	__u32 offset = ((__u64)random * count >> 32) + probe;

	return bpf_htons(settings.snat_port_first + offset % count);
}

/* Finds the request a source port whose replies are its own, and makes the reply. */
static __always_inline enum half pair_reply(const enum family family, const struct tuple *from,
					    struct flow *request, bool keep_port)
{
	const __u32 random = random_u32();
	const __u16 ports = csum_of_ports(from);
	const int probes = settings.snat_port_first ? PAIR_PROBES : keep_port;

	request->delta.addresses =
		csum_difference(csum_of_addresses(from), csum_of_addresses(&request->to));
	for (int probe = 0; probe < probes; probe++) {
		enum half half;

		if (probe || !keep_port)
			request->to.source_port = pair_port(random, probe);
		request->delta.ports = csum_difference(ports, csum_of_ports(&request->to));
		half = partner_make(family, from, request);
		if (half != HALF_TAKEN)
			return half;
	}
	return HALF_TAKEN;
}

/*
 * Makes the pair of a new request; `request->to` is complete but for the source port, which is the
 * packet's own if `keep_port` and free, else one of the reserved range.
 */
static __always_inline enum pair pair_make(const enum family family, const struct tuple *from,
					   struct flow *request, bool keep_port)
{
	enum half half = pair_reply(family, from, request, keep_port);

	if (half == HALF_TAKEN)
		return PAIR_NO_PORT;
	if (half == HALF_NO_ROOM)
		return PAIR_NO_ROOM;
	half = flow_make(family, from, request);
	if (half == HALF_MADE)
		return PAIR_MADE;
	if (half == HALF_THERE || half == HALF_OUTDATED)
		return PAIR_JOINED;
	/* Another CPU made the request, with a backend or port of its own choice. */
	partner_delete(family, request);
	if (half == HALF_NO_ROOM)
		return PAIR_NO_ROOM;
	return flow_read(family, from, request) ? PAIR_JOINED : PAIR_NO_ROOM;
}

/*
 * Writes stamp and `seen` of both halves and makes the other again where it is gone. A reply whose
 * request has gone on to another backend is left to expire. False: the reply's key is another's, so
 * that what the backend answers would go astray.
 */
static __always_inline bool pair_keep(const enum family family, const struct tuple *from,
				      struct flow *flow, struct flow_head *head)
{
	flow->stamp += flow->age;
	flow->age = 0;
	if (partner_make(family, from, flow) == HALF_TAKEN)
		return flow->kind == FLOW_REPLY;
	word_write(&head->stamp, flow->stamp);
	word_write(&head->seen, flow->seen);
	return true;
}
