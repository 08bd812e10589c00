// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Test entries to the look-up and the choice that all hooks share. `choose_one` answers a probe in
 * the packet. `choose_many` looks up a set of frontends again and again while a writer changes the
 * tables, and judges each answer: an address tells whose backend it is and of which version.
 */
#include <linux/in.h>
#include <linux/pkt_cls.h>
#include "../include/choose.h"
#include "probe.h"

/* Backends are 10.S.V.n, or fd00::S:V:n, port 1024 + V: service S in its version V. */
enum many_limits {
	MANY_SERVICES = 256,
	MANY_PORT_BASE = 1024,
	/* Newer versions are ahead by less than half of the numbers. */
	MANY_VERSION_MASK = 0xff,
	MANY_VERSION_HALF = 0x80,
};

/* Set by the test: services 0 to `stable` - 1 are always there, the others come and go. */
struct many_plan {
	__u32 family;
	__u32 services;
	__u32 stable;
	/* Look-ups in one run. */
	__u32 lookups;
};

/* What was seen, added up over all runs. */
struct many_seen {
	__u64 lookups;
	__u64 found;
	/* A service that comes and goes was not there. */
	__u64 absent;
	/* A stable service was not found, or had no backend. */
	__u64 false_misses;
	/* All attempts met a change. */
	__u64 races;
	/* Another service's backend. */
	__u64 strangers;
	/* Address and port of two versions. */
	__u64 torn;
	/* An older version after a newer one. */
	__u64 backward;
};

struct many_plan many_plan SEC(".data.plan");
struct many_seen many_seen SEC(".data.seen");

/*
 * The version last seen of each service, by family: each family has a state of its own, and a
 * packet is of one.
 */
__u32 many_versions[2][MANY_SERVICES];

static __always_inline struct address many_address(__u32 family, __u32 service)
{
	struct address address = {};
	__u8 *bytes = (__u8 *)&address;

	if (family == FAMILY_4)
		return address_from4(bpf_htonl(0x0a600000 | service));
	bytes[0] = 0xfd;
	bytes[1] = 0x96;
	bytes[15] = service;
	return address;
}

static __always_inline void many_judge(__u32 family, __u32 service, const struct choice *choice)
{
	const __u8 *bytes = (const __u8 *)&choice->address;
	__u32 owner = family == FAMILY_4 ? bytes[1] : bytes[11];
	__u32 version = family == FAMILY_4 ? bytes[2] : bytes[13];
	__u32 *last = &many_versions[family == FAMILY_6][service & (MANY_SERVICES - 1)];

	many_seen.found++;
	if (owner != service)
		many_seen.strangers++;
	else if (bpf_ntohs(choice->port) != MANY_PORT_BASE + version)
		many_seen.torn++;
	else if (((version - *last) & MANY_VERSION_MASK) >= MANY_VERSION_HALF)
		many_seen.backward++;
	else
		*last = version;
}

static __always_inline void many_step(const enum family family, __u32 service)
{
	const struct address address = many_address(family, service);
	struct frontend frontend = {};
	struct choice choice = {};
	enum choose verdict;
	enum lookup lookup = frontend_find(family, &address, bpf_htons(80), IPPROTO_TCP, &frontend);

	many_seen.lookups++;
	if (lookup == LOOKUP_RACE) {
		many_seen.races++;
		return;
	}
	if (lookup == LOOKUP_NONE) {
		if (service < many_plan.stable)
			many_seen.false_misses++;
		else
			many_seen.absent++;
		return;
	}
	verdict = choose(family, &frontend, SCOPE_INTERNAL, &choice);
	if (verdict == CHOOSE_BACKEND)
		many_judge(family, service, &choice);
	else if (verdict == CHOOSE_RACE)
		many_seen.races++;
	else
		many_seen.false_misses++;
}

static long many_loop(__u32 index, void *unused)
{
	(void)unused;
	__u32 services = many_plan.services ? many_plan.services : 1;

	if (many_plan.family == FAMILY_4)
		many_step(FAMILY_4, index % services);
	else
		many_step(FAMILY_6, index % services);
	return 0;
}

SEC("tc")
int choose_many(struct __sk_buff *skb)
{
	(void)skb;
	bpf_loop(many_plan.lookups, many_loop, NULL, 0);
	return TC_ACT_OK;
}

static __always_inline void probe_answer(const enum family family, struct probe *probe)
{
	const struct address address = family == FAMILY_4 ? address_from4(*(__be32 *)probe->address)
							  : address_from6(probe->address);
	struct frontend frontend = {};
	struct choice choice = {};

	probe->lookup = frontend_find(family, &address, probe->port, probe->protocol, &frontend);
	if (probe->lookup != LOOKUP_FOUND)
		return;
	probe->verdict = choose(family, &frontend, probe->scope, &choice);
	__builtin_memcpy(probe->backend_address, &choice.address, sizeof(choice.address));
	probe->backend_port = choice.port;
	probe->local = choice.local;
	probe->state = choice.state;
	probe->owner = choice.owner;
	probe->backend = choice.backend;
	probe->generation = choice.generation;
}

SEC("tc")
int choose_one(struct __sk_buff *skb)
{
	struct probe probe;

	if (bpf_skb_load_bytes(skb, PROBE_OFFSET, &probe, sizeof(probe)))
		return TC_ACT_SHOT;
	if (probe.family == FAMILY_4)
		probe_answer(FAMILY_4, &probe);
	else
		probe_answer(FAMILY_6, &probe);
	return bpf_skb_store_bytes(skb, PROBE_OFFSET, &probe, sizeof(probe), 0) ? TC_ACT_SHOT
										: TC_ACT_OK;
}

char _license[] SEC("license")
= "Dual BSD/GPL";
