/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors watched by the event loop: an rtnetlink socket joined to groups, and a ring buffer.
 */
#include "addon.h"

#include <memory>
#include <new>

#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <bpf/libbpf.h>

namespace leat
{
namespace
{

constexpr size_t read_size = 1 << 16;
/* A turn of the event loop handles so many and comes back for the rest. */
constexpr int max_reads_a_turn = 64;
constexpr int max_records_a_turn = 1024;
constexpr int event_buffer_bytes = 4 << 20;

/*
 * Calls into JavaScript from the event loop; lives from start() until close() or the end of the
 * environment.
 */
class Poller
{
public:
	Poller(Napi::Env env, const Napi::Function &callback)
		: env(env), callback(Napi::Persistent(callback)), context(env, "leat")
	{
	}
	Poller(const Poller &) = delete;
	Poller &operator=(const Poller &) = delete;
	/* The environment does not end before its last hook is removed. */
	virtual ~Poller()
	{
		if (hook != nullptr)
			napi_remove_async_cleanup_hook(hook);
	}

	virtual void on_readable() = 0;

	int start(int fd)
	{
		uv_loop_t *loop = nullptr;
		if (napi_get_uv_event_loop(env, &loop) != napi_ok)
			return -EIO;
		int err = uv_poll_init(loop, &handle, fd);
		if (err)
			return err;
		handle.data = this;
		started = true;
		napi_add_async_cleanup_hook(env, on_exit, this, &hook);
		return uv_poll_start(&handle, UV_READABLE, [](uv_poll_t *poll, int, int) {
			auto *self = static_cast<Poller *>(poll->data);
			Napi::HandleScope scope(self->env);
			self->on_readable();
		});
	}

	/* Deletes this, at once or when the loop has let go of the handle. */
	void finish()
	{
		if (!started) {
			delete this;
			return;
		}
		callback.Reset();
		uv_close(reinterpret_cast<uv_handle_t *>(&handle),
			 [](uv_handle_t *closed) { delete static_cast<Poller *>(closed->data); });
	}

	/* Set once the object that JavaScript holds has been closed, or the environment ends. */
	std::shared_ptr<Poller *> reference = std::make_shared<Poller *>(this);

protected:
	void call(const Napi::Value &value)
	{
		if (callback.IsEmpty())
			return;
		callback.MakeCallback(env.Global(), {value}, context);
		if (env.IsExceptionPending())
			napi_fatal_exception(env, env.GetAndClearPendingException().Value());
	}

	Napi::Env env;

private:
	static void on_exit(napi_async_cleanup_hook_handle, void *self)
	{
		auto *poller = static_cast<Poller *>(self);
		*poller->reference = nullptr;
		poller->finish();
	}

	Napi::FunctionReference callback;
	Napi::AsyncContext context;
	napi_async_cleanup_hook_handle hook = nullptr;
	uv_poll_t handle = {};
	bool started = false;
};

/* The object with close() that JavaScript holds, or -errno after the poller has been deleted. */
Napi::Value subscribe(Napi::Env env, Poller *poller, int fd)
{
	int err = poller->start(fd);
	if (err) {
		poller->finish();
		return answer(env, err);
	}
	std::shared_ptr<Poller *> reference = poller->reference;
	Napi::Object out = Napi::Object::New(env);
	out["close"] = Napi::Function::New(env, [reference](const Napi::CallbackInfo &) {
		Poller *open = *reference;
		*reference = nullptr;
		if (open != nullptr)
			open->finish();
	});
	return out;
}

class NetlinkPoller final : public Poller
{
public:
	NetlinkPoller(Napi::Env env, const Napi::Function &callback, int fd)
		: Poller(env, callback), fd(fd), buffer(new(std::nothrow) uint8_t[read_size])
	{
	}
	~NetlinkPoller() override
	{
		close(fd);
	}

	void on_readable() override
	{
		std::shared_ptr<Poller *> alive = reference;
		for (int i = 0; buffer && i < max_reads_a_turn && *alive != nullptr; i++) {
			ssize_t size = recv(fd, buffer.get(), read_size, MSG_DONTWAIT | MSG_TRUNC);
			if (size < 0 && (errno == EAGAIN || errno == EINTR))
				return;
			if (size < 0 || static_cast<size_t>(size) > read_size)
				call(answer(env, size < 0 ? -errno : -EMSGSIZE));
			else
				call(copy_bytes(env, buffer.get(), static_cast<size_t>(size)));
		}
	}

private:
	int fd;
	std::unique_ptr<uint8_t[]> buffer;
};

Napi::Value netlink_listen(const Napi::CallbackInfo &args)
{
	uint32_t groups;
	if (!get_u32(args[0], &groups) || !args[1].IsFunction())
		return answer(args.Env(), -EINVAL);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0)
		return answer(args.Env(), -errno);
	sockaddr_nl address = {};
	address.nl_family = AF_NETLINK;
	address.nl_groups = groups;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &event_buffer_bytes, sizeof(event_buffer_bytes));
	if (bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof(address))) {
		int err = -errno;
		close(fd);
		return answer(args.Env(), err);
	}
	auto *poller = new NetlinkPoller(args.Env(), args[1].As<Napi::Function>(), fd);
	return subscribe(args.Env(), poller, fd);
}

class RingPoller final : public Poller
{
public:
	RingPoller(Napi::Env env, const Napi::Function &callback) : Poller(env, callback)
	{
	}
	~RingPoller() override
	{
		ring_buffer__free(ring);
	}

	int open(int map_fd)
	{
		ring = ring_buffer__new(map_fd, on_record, this, nullptr);
		return ring == nullptr ? -errno : ring_buffer__epoll_fd(ring);
	}

	void on_readable() override
	{
		records = 0;
		ring_buffer__consume(ring);
	}

private:
	/* A negative answer stops this turn; the record counts as taken. */
	static int on_record(void *context, void *data, size_t size)
	{
		auto *self = static_cast<RingPoller *>(context);
		std::shared_ptr<Poller *> alive = self->reference;
		Napi::HandleScope scope(self->env);
		self->call(copy_bytes(self->env, data, size));
		return *alive == nullptr || ++self->records >= max_records_a_turn ? -EAGAIN : 0;
	}

	ring_buffer *ring = nullptr;
	int records = 0;
};

Napi::Value ringbuf_open(const Napi::CallbackInfo &args)
{
	int map_fd;
	if (!get_int(args[0], &map_fd) || !args[1].IsFunction())
		return answer(args.Env(), -EINVAL);
	auto *poller = new RingPoller(args.Env(), args[1].As<Napi::Function>());
	int fd = poller->open(map_fd);
	if (fd < 0) {
		poller->finish();
		return answer(args.Env(), fd);
	}
	return subscribe(args.Env(), poller, fd);
}

} // namespace

void register_polling(Napi::Env env, Napi::Object exports)
{
	exports["netlinkListen"] = Napi::Function::New(env, netlink_listen);
	exports["ringbufOpen"] = Napi::Function::New(env, ringbuf_open);
}

} // namespace leat
