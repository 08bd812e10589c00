/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * UDP of the host's own sockets: a socket stays with its backend for a frontend as long as that is
 * usable, and what the backend answers comes from the frontend. Two elements a dialog, one for each
 * direction; either may be evicted alone, and is made again when the socket sends.
 */
#pragma once

#include "socket.h"

/* Keys and values as words: IPv4 uses the first 2 and 3 of them. */
struct dialog_key {
	__u64 words[sizeof(struct dialog6_key) / 8];
};

struct dialog {
	struct end end;
	__u32 backend;
	__u32 generation;
};

static __always_inline struct dialog_key dialog_key(const enum family family, __u64 cookie,
						    const struct end *end, enum dialog_side side)
{
	const __u64 port = end->port | (__u64)side << 16;

	if (family == FAMILY_4)
		return (struct dialog_key){.words = {cookie, end->address.words[0] | port << 32}};
	return (struct dialog_key){
		.words = {cookie, end->address.words[0], end->address.words[1], port}};
}

static __always_inline __u32 dialog_seal(const enum family family, const struct dialog_key *key,
					 const struct dialog *dialog)
{
	const int count = family == FAMILY_4 ? 2 : 4;
	const __u64 words[] = {
		dialog->end.address.words[0],
		dialog->end.address.words[1],
		dialog->end.port,
		dialog->backend | (__u64)dialog->generation << 32,
	};

	return seal_of(seal_add(seal_add(0, key->words, count, 0), words, 4, count));
}

static __always_inline bool dialog_read(const enum family family, const struct dialog_key *key,
					struct dialog *dialog)
{
	__u32 seal;

	if (family == FAMILY_4) {
		const struct dialog4 *element = bpf_map_lookup_elem(&dialogs4_v1, key);

		if (!element)
			return false;
		dialog->end.address = address_from4(word_read(&element->address));
		dialog->end.port = word_read(&element->port);
		dialog->backend = word_read(&element->backend);
		dialog->generation = word_read(&element->generation);
		seal = word_read(&element->seal);
	} else {
		const struct dialog6 *element = bpf_map_lookup_elem(&dialogs6_v1, key);

		if (!element)
			return false;
		dialog->end.address = address_from6(element->address);
		dialog->end.port = word_read(&element->port);
		dialog->backend = word_read(&element->backend);
		dialog->generation = word_read(&element->generation);
		seal = word_read(&element->seal);
	}
	reads_end();
	return seal == dialog_seal(family, key, dialog);
}

static __always_inline void dialog_write(const enum family family, const struct dialog_key *key,
					 const struct dialog *dialog)
{
	const __u32 seal = dialog_seal(family, key, dialog);

	if (family == FAMILY_4) {
		const struct dialog4 element = {
			.address = dialog->end.address.words[0],
			.port = dialog->end.port,
			.backend = dialog->backend,
			.generation = dialog->generation,
			.seal = seal,
		};

		bpf_map_update_elem(&dialogs4_v1, key, &element, BPF_ANY);
	} else {
		struct dialog6 element = {
			.port = dialog->end.port,
			.backend = dialog->backend,
			.generation = dialog->generation,
			.seal = seal,
		};

		__builtin_memcpy(element.address, &dialog->end.address, sizeof(element.address));
		bpf_map_update_elem(&dialogs6_v1, key, &element, BPF_ANY);
	}
}

/* The way back, so that recvmsg tells the frontend. */
static __always_inline void dialog_answer(const enum family family, __u64 cookie,
					  const struct end *frontend, const struct dialog *send)
{
	const struct dialog_key key = dialog_key(family, cookie, &send->end, DIALOG_RECEIVE);
	struct dialog there, receive = *send;

	receive.end = *frontend;
	if (dialog_read(family, &key, &there) &&
	    address_equal(&there.end.address, &frontend->address) &&
	    there.end.port == frontend->port)
		return;
	dialog_write(family, &key, &receive);
}

/* Turns a frontend into the socket's backend for it. */
static __always_inline enum turn_to dialog_send(struct bpf_sock_addr *call,
						const enum family family, struct end *end)
{
	const __u64 cookie = bpf_get_socket_cookie(call);
	const struct end frontend = *end;
	const struct dialog_key key = dialog_key(family, cookie, &frontend, DIALOG_SEND);
	struct choice choice = {};
	struct dialog send = {};
	enum turn_to turn;

	if (!dialog_read(family, &key, &send) ||
	    !backend_is_current(family, send.backend, send.generation)) {
		turn = socket_choose(family, &frontend, IPPROTO_UDP, &choice);
		if (turn != TURN_BACKEND)
			return turn;
		send.end.address = choice.address;
		send.end.port = choice.port;
		send.backend = choice.backend;
		send.generation = choice.generation;
		dialog_write(family, &key, &send);
		count_service(choice.state, choice.owner, 1, 0, 0);
	}
	dialog_answer(family, cookie, &frontend, &send);
	*end = send.end;
	return TURN_BACKEND;
}

/* Turns a backend that answers into the frontend that the socket sent to. */
static __always_inline bool dialog_receive(struct bpf_sock_addr *call, const enum family family,
					   struct end *end)
{
	const __u64 cookie = bpf_get_socket_cookie(call);
	const struct dialog_key key = dialog_key(family, cookie, end, DIALOG_RECEIVE);
	struct dialog receive = {};

	if (!dialog_read(family, &key, &receive))
		return false;
	*end = receive.end;
	return true;
}
