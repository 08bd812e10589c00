/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The choice of a backend, the same for sockets, tc and tests: state -> extent -> slot -> cell.
 * A word that does not fit the one before it was changed in between: the reader begins again.
 */
#pragma once

#include <random.h>
#include "lookup.h"

#define CHOOSE_ATTEMPTS 8

/* Where a packet comes from, as the traffic policies see it. */
enum scope {
	/* A pod or a process of this node. */
	SCOPE_INTERNAL = 1,
	SCOPE_EXTERNAL = 2,
};

enum choose {
	CHOOSE_BACKEND = 1,
	/* No endpoint is usable, on whatever node: the client is to be refused. */
	CHOOSE_REFUSE = 2,
	/* A Local policy, and the endpoints are on other nodes: silence. */
	CHOOSE_DROP = 3,
	/* The tables changed at every attempt. */
	CHOOSE_RACE = 4,
};

struct choice {
	struct address address;
	__be16 port;
	/* The backend is on this node. */
	bool local;
	__u32 state;
	__u32 owner;
	__u32 backend;
	__u32 generation;
};

/* The lists of an extent, as its header tells them. */
struct extent {
	__u32 cluster_first;
	__u32 cluster_count;
	__u32 local_count;
	__u32 flags;
	__u32 owner;
};

/* A word of the slots table. False: it lies beyond the table. */
static __always_inline bool slot_read(__u32 index, __u64 *word)
{
	const __u64 *slot = bpf_map_lookup_elem(&slots_v1, &index);

	if (slot)
		*word = word_read(slot);
	return slot;
}

/* False: nothing is served, or the extent is another's by now. */
static __always_inline bool extent_read(__u32 state, struct extent *extent)
{
	const __u64 *word = bpf_map_lookup_elem(&states_v1, &state);
	__u32 base = word ? word_read(word) : 0;
	__u64 counts, policy, owner;

	if (!base || !slot_read(base + EXTENT_OWNER, &owner) || owner >> 32 != state ||
	    !slot_read(base + EXTENT_COUNTS, &counts) || !slot_read(base + EXTENT_POLICY, &policy))
		return false;
	extent->cluster_first = base + EXTENT_HEADER_WORDS;
	extent->cluster_count = counts;
	extent->local_count = counts >> 32;
	extent->flags = policy;
	extent->owner = owner;
	return true;
}

/*
 * SEMANTICS 3.3: a ClusterIP obeys the internal policy from wherever it is called; the external
 * policy binds only those outside, pods and processes of the node use the whole cluster's list.
 */
static __always_inline bool policy_is_local(const struct extent *extent, enum frontend_kind kind,
					    enum scope scope)
{
	if (kind == FRONTEND_CLUSTER_IP)
		return extent->flags & EXTENT_F_INTERNAL_LOCAL;
	return scope == SCOPE_EXTERNAL && extent->flags & EXTENT_F_EXTERNAL_LOCAL;
}

/* Reads a cell into the choice. False: it is not the slot's backend any more, or not usable. */
static __always_inline bool backend_read(const enum family family, __u64 slot,
					 struct choice *choice)
{
	__u32 id = slot;
	__u64 word;

	if (family == FAMILY_4) {
		const struct backend4 *cell = bpf_map_lookup_elem(&backends4_v1, &id);

		if (!cell)
			return false;
		word = word_read(&cell->word);
		choice->address = address_from4(cell->address);
		choice->port = cell->port;
	} else {
		const struct backend6 *cell = bpf_map_lookup_elem(&backends6_v1, &id);

		if (!cell)
			return false;
		word = word_read(&cell->word);
		choice->address = address_from6(cell->address);
		choice->port = cell->port;
	}
	choice->backend = id;
	choice->generation = word >> 32;
	choice->local = word & BACKEND_F_LOCAL;
	return word >> 32 == slot >> 32 && word & BACKEND_F_USABLE;
}

/* Whether a backend still is the one of that generation and takes packets of UDP flows. */
static __always_inline bool backend_is_current(const enum family family, __u32 id, __u32 generation)
{
	__u64 word = 0;

	if (family == FAMILY_4) {
		const struct backend4 *cell = bpf_map_lookup_elem(&backends4_v1, &id);

		if (cell)
			word = word_read(&cell->word);
	} else {
		const struct backend6 *cell = bpf_map_lookup_elem(&backends6_v1, &id);

		if (cell)
			word = word_read(&cell->word);
	}
	return word >> 32 == generation && word & BACKEND_F_USABLE;
}

static __always_inline enum choose choose(const enum family family, const struct frontend *frontend,
					  enum scope scope, struct choice *choice)
{
	struct extent extent;

	for (int attempt = 0; attempt < CHOOSE_ATTEMPTS; attempt++) {
		__u32 first, count, index;
		__u64 slot;
		bool local;

		if (!extent_read(frontend->state, &extent))
			continue;
		local = policy_is_local(&extent, frontend->kind, scope);
		first = extent.cluster_first + (local ? extent.cluster_count : 0);
		count = local ? extent.local_count : extent.cluster_count;
		if (!count) {
			bool elsewhere = local && extent.flags & EXTENT_F_HAS_ENDPOINTS;

			return elsewhere ? CHOOSE_DROP : CHOOSE_REFUSE;
		}
		index = (__u64)random_u32() * count >> 32;
		if (!slot_read(first + index, &slot) || !backend_read(family, slot, choice))
			continue;
		choice->state = frontend->state;
		choice->owner = extent.owner;
		return CHOOSE_BACKEND;
	}
	return CHOOSE_RACE;
}
