// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of sockets, on the node's cgroup: TCP of every process is pointed at its backend
 * when it connects, and so is UDP of the host's own processes. UDP of pods is tc's.
 */
#include <linux/types.h>
#include "include/dialog.h"
#include "include/peer.h"

static __always_inline enum turn_to connect_tcp(const enum family family, struct end *end)
{
	struct choice choice = {};
	enum turn_to turn = socket_choose(family, end, IPPROTO_TCP, &choice);

	if (turn != TURN_BACKEND)
		return turn;
	count_service(choice.state, choice.owner, 1, 0, 0);
	end->address = choice.address;
	end->port = choice.port;
	return TURN_BACKEND;
}

static __always_inline int connect(struct bpf_sock_addr *call, const enum shape shape)
{
	const enum family family = shape_family(shape);
	const struct end frontend = call_end(call, shape);
	struct end end = frontend;
	enum turn_to turn = TURN_NONE;

	if (call->protocol == IPPROTO_TCP)
		turn = connect_tcp(family, &end);
	else if (call->protocol == IPPROTO_UDP && is_host_socket(call))
		turn = dialog_send(call, family, &end);
	if (turn != TURN_BACKEND)
		return turn == TURN_NONE ? SOCKET_GO_ON : SOCKET_REFUSE;
	peer_keep(call, family, &frontend, &end);
	call_set_end(call, shape, &end);
	return SOCKET_GO_ON;
}

static __always_inline int sendmsg(struct bpf_sock_addr *call, const enum shape shape)
{
	struct end end = call_end(call, shape);
	enum turn_to turn;

	if (!is_host_socket(call))
		return SOCKET_GO_ON;
	turn = dialog_send(call, shape_family(shape), &end);
	if (turn == TURN_REFUSED)
		return SOCKET_REFUSE;
	if (turn == TURN_BACKEND)
		call_set_end(call, shape, &end);
	return SOCKET_GO_ON;
}

static __always_inline int recvmsg(struct bpf_sock_addr *call, const enum shape shape)
{
	struct end end = call_end(call, shape);

	if (is_host_socket(call) && dialog_receive(call, shape_family(shape), &end))
		call_set_end(call, shape, &end);
	return SOCKET_GO_ON;
}

static __always_inline int getpeername(struct bpf_sock_addr *call, const enum shape shape)
{
	const struct end backend = call_end(call, shape);
	struct end frontend;

	if (peer_frontend(call, shape_family(shape), &backend, &frontend))
		call_set_end(call, shape, &frontend);
	return SOCKET_GO_ON;
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *call)
{
	return connect(call, SHAPE_4);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *call)
{
	return is_mapped(call) ? connect(call, SHAPE_MAPPED) : connect(call, SHAPE_6);
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *call)
{
	return sendmsg(call, SHAPE_4);
}

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *call)
{
	return sendmsg(call, SHAPE_6);
}

SEC("cgroup/recvmsg4")
int recvmsg4(struct bpf_sock_addr *call)
{
	return recvmsg(call, SHAPE_4);
}

SEC("cgroup/recvmsg6")
int recvmsg6(struct bpf_sock_addr *call)
{
	return is_mapped(call) ? recvmsg(call, SHAPE_MAPPED) : recvmsg(call, SHAPE_6);
}

SEC("cgroup/getpeername4")
int getpeername4(struct bpf_sock_addr *call)
{
	return getpeername(call, SHAPE_4);
}

SEC("cgroup/getpeername6")
int getpeername6(struct bpf_sock_addr *call)
{
	return is_mapped(call) ? getpeername(call, SHAPE_MAPPED) : getpeername(call, SHAPE_6);
}

char _license[] SEC("license")
= "Dual BSD/GPL";
