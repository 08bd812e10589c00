/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tags and seals. An element of a hash is recycled while a reader still holds it; what it carries
 * of its own key tells the reader that it was handed another's.
 */
#pragma once

#include <linux/types.h>
#include "../abi/service.h"

#define TAG_MULTIPLIER 0x9E3779B97F4A7C15ULL

/* The tag of a frontend's key; agent/desired/tag.ts is the same function. Never 0. */
static __always_inline __u32 tag_of(const __u64 *words, const int count)
{
	__u64 hash = 0;
	__u32 tag;

	for (int i = 0; i < count; i++) {
		hash = (hash ^ words[i]) * TAG_MULTIPLIER;
		hash ^= hash >> 32;
	}
	tag = hash >> (64 - SERVICE_TAG_BITS);
	return tag ? tag : 1;
}

/*
 * A seal is made of key and value, so that a reader also notices a value of which it saw only a
 * part, in whatever order it was written. The products do not wait for one another: a seal of six
 * words costs some 3 ns. The multipliers are odd and have no meaning.
 */
#define SEAL_MULTIPLIERS                                                             \
	{                                                                            \
		0x9E3779B97F4A7C15ULL, 0xBF58476D1CE4E5B9ULL, 0x94D049BB133111EBULL, \
		0xD6E8FEB86659FD93ULL, 0xA0761D6478BD642FULL, 0xE7037ED1A0B428DBULL, \
		0x8EBC6AF09C88C6E3ULL, 0x589965CC75374CC3ULL, 0x1D8E4E27C47D124FULL, \
		0xEB44ACCAB455D165ULL, 0xC2B2AE3D27D4EB4FULL, 0x165667B19E3779F9ULL, \
		0x27D4EB2F165667C5ULL,                                               \
	}

/* Adds words to a seal's sum; `first` says how many were added before. */
static __always_inline __u64 seal_add(__u64 sum, const __u64 *words, const int count,
				      const int first)
{
	static const __u64 multipliers[] = SEAL_MULTIPLIERS;

#pragma clang loop unroll(full)
	for (int i = 0; i < count; i++)
		sum += (words[i] + first + i + 1) * multipliers[first + i];
	return sum;
}

static __always_inline __u32 seal_of(__u64 sum)
{
	return sum >> 32;
}
