/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The peer that a connected socket asked for, kept with the socket, for getpeername. */
#pragma once

#include "socket.h"

static __always_inline void peer_keep(struct bpf_sock_addr *call, const enum family family,
				      const struct end *frontend, const struct end *backend)
{
	if (!call->sk)
		return;
	/* Without room the socket is served all the same, and shows its backend. */
	if (family == FAMILY_4) {
		struct peer4 *peer =
			bpf_sk_storage_get(&peers4_v1, call->sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

		if (!peer)
			return;
		peer->frontend = frontend->address.words[0];
		peer->backend = backend->address.words[0];
		peer->frontend_port = frontend->port;
		peer->backend_port = backend->port;
	} else {
		struct peer6 *peer =
			bpf_sk_storage_get(&peers6_v1, call->sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

		if (!peer)
			return;
		__builtin_memcpy(peer->frontend, &frontend->address, sizeof(peer->frontend));
		__builtin_memcpy(peer->backend, &backend->address, sizeof(peer->backend));
		peer->frontend_port = frontend->port;
		peer->backend_port = backend->port;
	}
}

/* False: the socket's peer is not one that it was turned to. */
static __always_inline bool peer_frontend(struct bpf_sock_addr *call, const enum family family,
					  const struct end *backend, struct end *frontend)
{
	if (!call->sk)
		return false;
	if (family == FAMILY_4) {
		const struct peer4 *peer = bpf_sk_storage_get(&peers4_v1, call->sk, NULL, 0);

		if (!peer || peer->backend != (__be32)backend->address.words[0] ||
		    peer->backend_port != backend->port)
			return false;
		frontend->address = address_from4(peer->frontend);
		frontend->port = peer->frontend_port;
		return true;
	}
	const struct peer6 *peer = bpf_sk_storage_get(&peers6_v1, call->sk, NULL, 0);
	struct address address;

	if (!peer)
		return false;
	address = address_from6(peer->backend);
	if (!address_equal(&address, &backend->address) || peer->backend_port != backend->port)
		return false;
	frontend->address = address_from6(peer->frontend);
	frontend->port = peer->frontend_port;
	return true;
}
