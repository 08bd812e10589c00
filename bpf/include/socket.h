/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The frontends of sockets: what the cgroup programs do, over the shape of the call's address. A v6
 * hook also sees IPv4 addresses mapped into IPv6: UDP of such a socket sends through sendmsg4 and
 * receives through recvmsg6.
 */
#pragma once

#include <linux/errno.h>
#include <linux/in.h>
#include "choose.h"
#include "count.h"
#include "settings.h"

/* What the kernel takes as the answer of a cgroup program. */
#define SOCKET_REFUSE 0
#define SOCKET_GO_ON  1

/* How an address stands in struct bpf_sock_addr. */
enum shape {
	SHAPE_4 = 1,
	SHAPE_6 = 2,
	/* ::ffff:a.b.c.d */
	SHAPE_MAPPED = 3,
};

/* An address and port, in network order. */
struct end {
	struct address address;
	__be16 port;
};

static __always_inline enum family shape_family(const enum shape shape)
{
	return shape == SHAPE_6 ? FAMILY_6 : FAMILY_4;
}

static __always_inline bool is_mapped(const struct bpf_sock_addr *call)
{
	return !call->user_ip6[0] && !call->user_ip6[1] && call->user_ip6[2] == bpf_htonl(0xffff);
}

static __always_inline struct end call_end(const struct bpf_sock_addr *call, const enum shape shape)
{
	struct end end = {.port = call->user_port};

	if (shape == SHAPE_4)
		end.address = address_from4(call->user_ip4);
	else if (shape == SHAPE_MAPPED)
		end.address = address_from4(call->user_ip6[3]);
	else
		end.address =
			(struct address){.words = {
						 call->user_ip6[0] | (__u64)call->user_ip6[1] << 32,
						 call->user_ip6[2] | (__u64)call->user_ip6[3] << 32,
					 }};
	return end;
}

static __always_inline void call_set_end(struct bpf_sock_addr *call, const enum shape shape,
					 const struct end *end)
{
	call->user_port = end->port;
	if (shape == SHAPE_4) {
		call->user_ip4 = end->address.words[0];
	} else if (shape == SHAPE_MAPPED) {
		call->user_ip6[3] = end->address.words[0];
	} else {
		call->user_ip6[0] = end->address.words[0];
		call->user_ip6[1] = end->address.words[0] >> 32;
		call->user_ip6[2] = end->address.words[1];
		call->user_ip6[3] = end->address.words[1] >> 32;
	}
}

static __always_inline bool is_host_socket(struct bpf_sock_addr *call)
{
	return bpf_get_netns_cookie(call) == settings.host_netns_cookie;
}

/*
 * Ends a call with an error. What a packet would be dropped for in silence is told at once: nothing
 * will be sent that could time out.
 */
static __always_inline int socket_refuse(enum choose verdict)
{
	if (verdict == CHOOSE_REFUSE) {
		count_drop(DROP_REFUSED);
		bpf_set_retval(-ECONNREFUSED);
		return SOCKET_REFUSE;
	}
	count_drop(verdict == CHOOSE_DROP ? DROP_NO_LOCAL_ENDPOINT : DROP_LOOKUP_RACE);
	bpf_set_retval(-EHOSTUNREACH);
	return SOCKET_REFUSE;
}

enum turn_to {
	/* It is no frontend's address. */
	TURN_NONE = 1,
	TURN_BACKEND = 2,
	/* The call has to end; its error is set. */
	TURN_REFUSED = 3,
};

/* The backend that a frontend is for a socket's call. */
static __always_inline enum turn_to socket_choose(const enum family family, const struct end *to,
						  __u8 protocol, struct choice *choice)
{
	struct frontend frontend = {};
	enum choose verdict = CHOOSE_RACE;
	enum lookup found = frontend_find(family, &to->address, to->port, protocol, &frontend);

	if (found == LOOKUP_NONE)
		return TURN_NONE;
	if (found == LOOKUP_FOUND)
		verdict = choose(family, &frontend, SCOPE_INTERNAL, choice);
	if (verdict == CHOOSE_BACKEND)
		return TURN_BACKEND;
	socket_refuse(verdict);
	return TURN_REFUSED;
}
