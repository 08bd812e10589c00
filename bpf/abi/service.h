/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Services as the programs read them: frontend -> state -> extent of slots -> backend.
 * A frontend is inserted once and never updated; the state's word is the only thing that flips.
 */
#pragma once

enum frontend_kind {
	FRONTEND_CLUSTER_IP = 1,
	FRONTEND_NODE_PORT = 2,
	FRONTEND_LOAD_BALANCER = 3,
	FRONTEND_EXTERNAL_IP = 4,
};

/* A node port's key has address 0: it is looked up once the address was found to be local. */
struct service4_key {
	__be32 address;
	__be16 port;
	__u8 protocol;
	__u8 zero;
};

struct service6_key {
	__u8 address[16];
	__be16 port;
	__u8 protocol;
	__u8 zero[5];
};

/*
 * The value of services4 and services6 is one word:
 *   tag 24 (bits 40..63) | kind 8 (bits 32..39) | state 32 (bits 0..31)
 * The tag is of the element's own key: a reader handed a recycled element sees a foreign tag and
 * looks again.
 */
enum service_word {
	SERVICE_STATE_BITS = 32,
	SERVICE_KIND_BITS = 8,
	SERVICE_TAG_BITS = 24,
};

/*
 * states: generation 32 (bits 32..63) | extent base 32 (bits 0..31); base 0: nothing is served.
 * slots, from the base on: the header's words, then cluster_count, local_count, kept_count slots.
 *   word 0: local_count 32 | cluster_count 32 (low)
 *   word 1: affinity seconds 32 | extent_flags 32 (low)
 *   word 2: state id 32 | owner 32 (low); the owner is the service port's serial number, never
 *           used twice
 *   word 3: source-range set 32 | algorithm 32 (low); both 0 as yet
 *   word 4: zero 32 | kept_count 32 (low)
 *   slot:   backend generation 32 | backend id 32 (low)
 * After both lists stand the slots of backends that are in neither list but still serve those whose
 * flows they have: programs never choose from them; they tell a restarted agent whose cells these
 * are.
 */
enum extent_layout {
	EXTENT_COUNTS = 0,
	EXTENT_POLICY = 1,
	EXTENT_OWNER = 2,
	EXTENT_OPTIONS = 3,
	EXTENT_KEPT = 4,
	EXTENT_HEADER_WORDS = 5,
};

enum extent_flags {
	EXTENT_F_INTERNAL_LOCAL = 1,
	EXTENT_F_EXTERNAL_LOCAL = 2,
	/*
	 * Some endpoint of the cluster is ready, or serves while it terminates; without it a client
	 * is refused at once.
	 */
	EXTENT_F_HAS_ENDPOINTS = 4,
};

/* Indexed by state; a flow of an earlier owner of the id must not count. */
struct service_counters {
	__u32 owner;
	__u32 zero;
	__u64 flows;
	__u64 packets;
	__u64 bytes;
};
