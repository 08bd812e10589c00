/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finds the frontend that an address, port and protocol are, and what is local to the node. */
#pragma once

#include "address.h"
#include "maps.h"
#include "tag.h"
#include "word.h"

/* How often a reader looks again that was handed a recycled element. */
#define LOOKUP_ATTEMPTS 4

enum lookup {
	LOOKUP_NONE = 1,
	LOOKUP_FOUND = 2,
	/* Every element that was handed out carried a foreign tag. */
	LOOKUP_RACE = 3,
};

struct frontend {
	__u32 state;
	enum frontend_kind kind;
};

/* A key of services4 or services6 as words: the kernel reads them as they were written, whole. */
struct frontend_key {
	__u64 words[3];
};

static __always_inline int frontend_key_words(const enum family family)
{
	return family == FAMILY_4 ? 1 : 3;
}

static __always_inline struct frontend_key
frontend_key(const enum family family, const struct address *address, __be16 port, __u8 protocol)
{
	__u64 end = port | (__u64)protocol << 16;

	if (family == FAMILY_4)
		return (struct frontend_key){.words = {address->words[0] | end << 32}};
	return (struct frontend_key){.words = {address->words[0], address->words[1], end}};
}

static __always_inline enum lookup
frontend_get(const enum family family, const struct frontend_key *key, struct frontend *found)
{
	for (int attempt = 0; attempt < LOOKUP_ATTEMPTS; attempt++) {
		const __u64 *element = family == FAMILY_4 ? bpf_map_lookup_elem(&services4_v1, key)
							  : bpf_map_lookup_elem(&services6_v1, key);
		__u64 word;

		if (!element)
			return LOOKUP_NONE;
		word = word_read(element);
		if (word >> (SERVICE_STATE_BITS + SERVICE_KIND_BITS) !=
		    tag_of(key->words, frontend_key_words(family)))
			continue;
		found->state = word;
		found->kind = (__u8)(word >> SERVICE_STATE_BITS);
		return LOOKUP_FOUND;
	}
	return LOOKUP_RACE;
}

/* The local_flags of an address; -1 where it is not the node's. */
static __always_inline int local_flags(const enum family family, const struct address *address)
{
	const enum local_flags *flags = family == FAMILY_4
						? bpf_map_lookup_elem(&locals4_v1, address)
						: bpf_map_lookup_elem(&locals6_v1, address);

	return flags ? (int)*flags : -1;
}

static __always_inline bool is_local(const enum family family, const struct address *address)
{
	return local_flags(family, address) >= 0;
}

/*
 * The frontend of an address and port: by the address itself, else as a node port of an address of
 * this node that serves them.
 */
static __always_inline enum lookup frontend_find(const enum family family,
						 const struct address *address, __be16 port,
						 __u8 protocol, struct frontend *found)
{
	const struct address any = {};
	struct frontend_key key = frontend_key(family, address, port, protocol);
	enum lookup answer = frontend_get(family, &key, found);
	int flags;

	if (answer != LOOKUP_NONE)
		return answer;
	flags = local_flags(family, address);
	if (flags < 0 || !(flags & LOCAL_F_NODE_PORT))
		return LOOKUP_NONE;
	key = frontend_key(family, &any, port, protocol);
	return frontend_get(family, &key, found);
}
