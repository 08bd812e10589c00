/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is not BPF: one rtnetlink exchange, membarrier, and small questions about sockets and file
 * systems.
 */
#include "addon.h"

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include <linux/membarrier.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace leat
{
namespace
{

/* The kernel fills at most 32 KiB a read of a dump. */
constexpr size_t read_size = 1 << 16;
constexpr time_t answer_timeout_seconds = 10;

struct Socket {
	int fd;
	explicit Socket(int fd) : fd(fd)
	{
	}
	Socket(const Socket &) = delete;
	Socket &operator=(const Socket &) = delete;
	~Socket()
	{
		if (fd >= 0)
			close(fd);
	}
};

/* Appends the messages of one read. True once the exchange is over, with its errno in `err`. */
bool take_messages(const uint8_t *data, size_t size, std::vector<uint8_t> *out, int *err)
{
	size_t at = 0;
	while (size - at >= sizeof(nlmsghdr)) {
		nlmsghdr head;
		memcpy(&head, data + at, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > size - at) {
			*err = -EBADMSG;
			return true;
		}
		if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) {
			int32_t code = 0;
			if (head.nlmsg_len >= sizeof(head) + sizeof(code))
				memcpy(&code, data + at + sizeof(head), sizeof(code));
			*err = code != 0 ? code : *err;
			return true;
		}
		if (head.nlmsg_flags & NLM_F_DUMP_INTR)
			*err = -EINTR;
		out->insert(out->end(), data + at, data + at + head.nlmsg_len);
		at += std::min<size_t>(NLMSG_ALIGN(head.nlmsg_len), size - at);
	}
	return false;
}

int ask_kernel(const Span &request, std::vector<uint8_t> *out)
{
	Socket socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
	timeval timeout = {answer_timeout_seconds, 0};
	int on = 1;
	if (socket.fd < 0)
		return -errno;
	setsockopt(socket.fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) ||
	    send(socket.fd, request.data, request.size, 0) < 0)
		return -errno;
	std::unique_ptr<uint8_t[]> buffer(new (std::nothrow) uint8_t[read_size]);
	int err = 0;
	for (bool over = !buffer; !over;) {
		sockaddr_nl sender = {};
		socklen_t sender_size = sizeof(sender);
		ssize_t size = recvfrom(socket.fd, buffer.get(), read_size, MSG_TRUNC,
					reinterpret_cast<sockaddr *>(&sender), &sender_size);
		if (size < 0)
			return -errno;
		if (static_cast<size_t>(size) > read_size || out->size() > max_bytes)
			return -EMSGSIZE;
		if (sender.nl_pid == 0)
			over = take_messages(buffer.get(), static_cast<size_t>(size), out, &err);
	}
	return buffer ? err : -ENOMEM;
}

/* The request asks for an acknowledgement unless it is a dump, so that its end is known. */
Napi::Value netlink_request(const Napi::CallbackInfo &args)
{
	Span request;
	nlmsghdr head;
	std::vector<uint8_t> out;
	if (!get_span(args[0], &request) || request.size < sizeof(head))
		return answer(args.Env(), -EINVAL);
	memcpy(&head, request.data, sizeof(head));
	if (head.nlmsg_len != request.size || !(head.nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP)))
		return answer(args.Env(), -EINVAL);
	int err = ask_kernel(request, &out);
	return err ? answer(args.Env(), err) : copy_bytes(args.Env(), out.data(), out.size());
}

class MembarrierWorker final : public Napi::AsyncWorker
{
public:
	explicit MembarrierWorker(Napi::Env env) : AsyncWorker(env), deferred(env)
	{
	}
	void Execute() override
	{
		long rc = syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		err = result(static_cast<int>(rc));
	}
	void OnOK() override
	{
		deferred.Resolve(answer(Env(), err));
	}

	Napi::Promise::Deferred deferred;

private:
	int err = 0;
};

Napi::Value membarrier_global(const Napi::CallbackInfo &args)
{
	auto *worker = new MembarrierWorker(args.Env());
	worker->Queue();
	return worker->deferred.Promise();
}

Napi::Value netns_cookie(const Napi::CallbackInfo &args)
{
#ifndef SO_NETNS_COOKIE
	constexpr int SO_NETNS_COOKIE = 71;
#endif
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);
	Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	if (socket.fd < 0 || getsockopt(socket.fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size))
		return answer(args.Env(), -errno);
	return Napi::BigInt::New(args.Env(), cookie);
}

Napi::Value statfs_type(const Napi::CallbackInfo &args)
{
	std::string path;
	struct statfs info = {};
	if (!get_string(args[0], &path))
		return answer(args.Env(), -EINVAL);
	if (statfs(path.c_str(), &info))
		return answer(args.Env(), -errno);
	return answer(args.Env(), static_cast<uint32_t>(info.f_type));
}

Napi::Value peer_credentials(const Napi::CallbackInfo &args)
{
	int fd;
	ucred peer = {};
	socklen_t size = sizeof(peer);
	if (!get_int(args[0], &fd))
		return answer(args.Env(), -EINVAL);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return answer(args.Env(), -errno);
	Napi::Object out = Napi::Object::New(args.Env());
	out["pid"] = peer.pid;
	out["uid"] = peer.uid;
	out["gid"] = peer.gid;
	return out;
}

Napi::Value close_fd(const Napi::CallbackInfo &args)
{
	int fd;
	if (!get_int(args[0], &fd) || fd < 3)
		return answer(args.Env(), -EINVAL);
	return answer(args.Env(), result(close(fd)));
}

} // namespace

void register_process(Napi::Env env, Napi::Object exports)
{
	exports["netlinkRequest"] = Napi::Function::New(env, netlink_request);
	exports["membarrierGlobal"] = Napi::Function::New(env, membarrier_global);
	exports["netnsCookie"] = Napi::Function::New(env, netns_cookie);
	exports["statfsType"] = Napi::Function::New(env, statfs_type);
	exports["peerCredentials"] = Napi::Function::New(env, peer_credentials);
	exports["closeFd"] = Napi::Function::New(env, close_fd);
}

} // namespace leat
