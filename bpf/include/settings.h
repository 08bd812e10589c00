/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The settings of this generation of the programs, and what follows from them. */
#pragma once

#include "address.h"
#include "../abi/settings.h"

const volatile struct settings settings;

static __always_inline bool settings_direct(void)
{
	return settings.flags & SETTINGS_F_DIRECT;
}

/* The node's own address, the source of SNAT; zero where it has none of the family. */
static __always_inline struct address settings_node(const enum family family)
{
	const volatile __u64 *words = (const volatile __u64 *)settings.node6;

	if (family == FAMILY_4)
		return address_from4(settings.node4);
	return (struct address){.words = {words[0], words[1]}};
}

static __always_inline bool settings_is_snat_port(__be16 port)
{
	__u16 number = bpf_ntohs(port);

	return number && number >= settings.snat_port_first && number <= settings.snat_port_last;
}

static __always_inline bool settings_is_pod4(__u32 address)
{
	for (int i = 0; i < SETTINGS_POD_CIDRS; i++) {
		__u32 mask = settings.pods4[i].mask;

		if (mask && (address & mask) == settings.pods4[i].address)
			return true;
	}
	return false;
}

static __always_inline bool settings_is_pod6(const struct address *address)
{
	for (int i = 0; i < SETTINGS_POD_CIDRS; i++) {
		const volatile __u64 *cidr = (const volatile __u64 *)&settings.pods6[i];

		if (cidr[2] && (address->words[0] & cidr[2]) == cidr[0] &&
		    (address->words[1] & cidr[3]) == cidr[1])
			return true;
	}
	return false;
}

/* Whether it is a pod's, of whatever node. */
static __always_inline bool settings_is_pod(const enum family family, const struct address *address)
{
	return family == FAMILY_4 ? settings_is_pod4(address->words[0]) : settings_is_pod6(address);
}
