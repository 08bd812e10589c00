/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One's-complement sums. A difference is what turns the sum over the old bytes into that over the
 * new ones: new less old, folded to 16 bits, in the order of the bytes in the packet.
 */
#pragma once

#include "address.h"
#include "../abi/flow.h"

static __always_inline __u16 csum_fold(__u64 sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (sum >> 16) + sum;
}

static __always_inline __u16 csum_of_address(const struct address *address)
{
	__u64 low = (address->words[0] >> 32) + (address->words[0] & 0xffffffff);
	__u64 high = (address->words[1] >> 32) + (address->words[1] & 0xffffffff);

	return csum_fold(low + high);
}

/*
 * Sums are numbers modulo 0xffff: a difference is kept below it, since 0xffff, which is another 0,
 * turns a checksum of 0xffff into 0. Without a branch, for the verifier's sake.
 */
static __always_inline __u16 csum_difference(__u16 old, __u16 new)
{
	return ((__u32) new + 0xffff - old) % 0xffff;
}

/* The difference that undoes this one. */
static __always_inline __u16 csum_negated(__u16 difference)
{
	return csum_difference(difference, 0);
}

static __always_inline __u16 csum_of_addresses(const struct tuple *tuple)
{
	return csum_fold((__u32)csum_of_address(&tuple->source) +
			 csum_of_address(&tuple->destination));
}

static __always_inline __u16 csum_of_ports(const struct tuple *tuple)
{
	return csum_fold((__u32)tuple->source_port + tuple->destination_port);
}

/* A checksum field after the bytes that it covers changed by the difference. */
static __always_inline __u16 csum_changed(__u16 checksum, __u16 difference)
{
	return ~csum_fold((__u32)(__u16)~checksum + difference);
}
