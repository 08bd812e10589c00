/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps: the commands of bpf(2) on one map. Key and value lengths are the kernel's own, asked for at
 * each call.
 */
#include "addon.h"

#include <memory>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

namespace leat
{
namespace
{

using Buffer = std::unique_ptr<uint8_t[]>;

struct Shape {
	bpf_map_info info = {};
	/* Bytes of a value as system calls move it: one slot a CPU for per-CPU maps. */
	size_t value_size = 0;
};

size_t round_up(size_t size, size_t unit)
{
	return (size + unit - 1) / unit * unit;
}

bool is_per_cpu(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

int get_shape(const Napi::Value &fd_value, int *fd, Shape *shape)
{
	if (!get_int(fd_value, fd))
		return -EINVAL;
	int err = object_info(*fd, &shape->info, sizeof(shape->info));
	if (err)
		return err;
	shape->value_size = shape->info.value_size;
	if (is_per_cpu(shape->info.type)) {
		int cpus = libbpf_num_possible_cpus();
		if (cpus < 0)
			return cpus;
		shape->value_size = round_up(shape->value_size, 8) * static_cast<size_t>(cpus);
	}
	return shape->value_size + shape->info.key_size <= max_bytes ? 0 : -E2BIG;
}

Buffer allocate(size_t size)
{
	return Buffer(new (std::nothrow) uint8_t[size]());
}

Napi::Value map_create(const Napi::CallbackInfo &args)
{
	uint32_t type, key_size, value_size, max_entries, flags;
	std::string name;
	int inner_fd;
	if (!get_u32(args[0], &type) || !get_u32(args[1], &key_size) ||
	    !get_u32(args[2], &value_size) || !get_u32(args[3], &max_entries) ||
	    !get_u32(args[4], &flags) || !get_string(args[5], &name) ||
	    !get_int(args[6], &inner_fd))
		return answer(args.Env(), -EINVAL);
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	opts.map_flags = flags;
	opts.inner_map_fd = static_cast<uint32_t>(inner_fd);
	int fd = bpf_map_create(static_cast<bpf_map_type>(type), name.c_str(), key_size, value_size,
				max_entries, &opts);
	return answer(args.Env(), result(fd));
}

Napi::Value map_info(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	int err = get_int(args[0], &fd) ? check_kind(fd, kind_map) : -EINVAL;
	if (!err)
		err = get_shape(args[0], &fd, &shape);
	if (err)
		return answer(args.Env(), err);
	const bpf_map_info &info = shape.info;
	Napi::Object out = Napi::Object::New(args.Env());
	out["id"] = info.id;
	out["type"] = info.type;
	out["keySize"] = info.key_size;
	out["valueSize"] = info.value_size;
	out["maxEntries"] = info.max_entries;
	out["flags"] = info.map_flags;
	out["name"] = std::string(info.name, strnlen(info.name, sizeof(info.name)));
	return out;
}

Napi::Value map_lookup(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span key;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &key) || key.size != shape.info.key_size))
		err = -EINVAL;
	if (err)
		return answer(args.Env(), err);
	Buffer value = allocate(shape.value_size);
	if (!value)
		return answer(args.Env(), -ENOMEM);
	err = result(bpf_map_lookup_elem(fd, key.data, value.get()));
	if (err)
		return answer(args.Env(), err);
	return copy_bytes(args.Env(), value.get(), shape.value_size);
}

Napi::Value map_update(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span key, value;
	uint32_t flags;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &key) || key.size != shape.info.key_size ||
		     !get_span(args[2], &value) || value.size != shape.value_size ||
		     !get_u32(args[3], &flags)))
		err = -EINVAL;
	if (!err)
		err = result(bpf_map_update_elem(fd, key.data, value.data, flags));
	return answer(args.Env(), err);
}

class UpdateWorker final : public Napi::AsyncWorker
{
public:
	UpdateWorker(Napi::Env env, int fd, const Span &key, const Span &value)
		: AsyncWorker(env), deferred(env), fd(fd), key(key.data, key.data + key.size),
		  value(value.data, value.data + value.size)
	{
	}
	void Execute() override
	{
		err = result(bpf_map_update_elem(fd, key.data(), value.data(), BPF_ANY));
	}
	void OnOK() override
	{
		deferred.Resolve(answer(Env(), err));
	}

	Napi::Promise::Deferred deferred;

private:
	int fd;
	std::vector<uint8_t> key, value;
	int err = 0;
};

Napi::Value map_update_async(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span key, value;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &key) || key.size != shape.info.key_size ||
		     !get_span(args[2], &value) || value.size != shape.value_size))
		err = -EINVAL;
	if (err) {
		Napi::Promise::Deferred refused(args.Env());
		refused.Resolve(answer(args.Env(), err));
		return refused.Promise();
	}
	auto *worker = new UpdateWorker(args.Env(), fd, key, value);
	worker->Queue();
	return worker->deferred.Promise();
}

Napi::Value map_delete(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span key;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &key) || key.size != shape.info.key_size))
		err = -EINVAL;
	if (!err)
		err = result(bpf_map_delete_elem(fd, key.data));
	return answer(args.Env(), err);
}

Napi::Value map_next_key(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span key;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &key, true) ||
		     (key.data != nullptr && key.size != shape.info.key_size)))
		err = -EINVAL;
	if (err)
		return answer(args.Env(), err);
	Buffer next = allocate(shape.info.key_size);
	if (!next)
		return answer(args.Env(), -ENOMEM);
	err = result(bpf_map_get_next_key(fd, key.data, next.get()));
	if (err)
		return answer(args.Env(), err);
	return copy_bytes(args.Env(), next.get(), shape.info.key_size);
}

/* The kernel's cursor is a key for arrays and a bucket's number for hashes. */
size_t cursor_size(const Shape &shape)
{
	switch (shape.info.type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return sizeof(uint32_t);
	default:
		return shape.info.key_size;
	}
}

Napi::Value map_lookup_batch(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span cursor;
	uint32_t count;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (!get_span(args[1], &cursor, true) || !get_u32(args[2], &count) || count == 0 ||
		     (cursor.data != nullptr && cursor.size != cursor_size(shape))))
		err = -EINVAL;
	if (!err && count > max_bytes / (shape.info.key_size + shape.value_size))
		err = -E2BIG;
	if (err)
		return answer(args.Env(), err);
	Buffer keys = allocate(size_t{count} * shape.info.key_size);
	Buffer values = allocate(size_t{count} * shape.value_size);
	Buffer next = allocate(cursor_size(shape));
	if (!keys || !values || !next)
		return answer(args.Env(), -ENOMEM);
	err = result(bpf_map_lookup_batch(fd, cursor.data, next.get(), keys.get(), values.get(),
					  &count, nullptr));
	if (err && err != -ENOENT)
		return answer(args.Env(), err);
	Napi::Object out = Napi::Object::New(args.Env());
	out["keys"] = copy_bytes(args.Env(), keys.get(), size_t{count} * shape.info.key_size);
	out["values"] = copy_bytes(args.Env(), values.get(), size_t{count} * shape.value_size);
	out["count"] = count;
	out["cursor"] = err ? args.Env().Undefined()
			    : copy_bytes(args.Env(), next.get(), cursor_size(shape));
	return out;
}

Napi::Value batch_result(Napi::Env env, uint32_t done, int err)
{
	Napi::Object out = Napi::Object::New(env);
	out["done"] = done;
	out["errno"] = -err;
	return out;
}

/* How many whole elements the bytes are; false where they are not. */
bool count_elements(const Span &bytes, size_t size, uint32_t *count)
{
	if (size == 0 || bytes.size % size != 0)
		return false;
	*count = static_cast<uint32_t>(bytes.size / size);
	return true;
}

Napi::Value map_update_batch(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span keys, values;
	uint32_t flags, count, value_count;
	int err = get_shape(args[0], &fd, &shape);
	if (!err &&
	    (!get_span(args[1], &keys) || !get_span(args[2], &values) ||
	     !get_u32(args[3], &flags) || !count_elements(keys, shape.info.key_size, &count) ||
	     !count_elements(values, shape.value_size, &value_count) || count != value_count))
		err = -EINVAL;
	if (err)
		return answer(args.Env(), err);
	if (count == 0)
		return batch_result(args.Env(), 0, 0);
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	opts.elem_flags = flags;
	uint32_t done = count;
	err = result(bpf_map_update_batch(fd, keys.data, values.data, &done, &opts));
	return batch_result(args.Env(), err && done == count ? 0 : done, err);
}

Napi::Value map_delete_batch(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	Span keys;
	uint32_t count;
	int err = get_shape(args[0], &fd, &shape);
	if (!err &&
	    (!get_span(args[1], &keys) || !count_elements(keys, shape.info.key_size, &count)))
		err = -EINVAL;
	if (err)
		return answer(args.Env(), err);
	if (count == 0)
		return batch_result(args.Env(), 0, 0);
	uint32_t done = count;
	err = result(bpf_map_delete_batch(fd, keys.data, &done, nullptr));
	return batch_result(args.Env(), err && done == count ? 0 : done, err);
}

Napi::Value map_mmap(const Napi::CallbackInfo &args)
{
	int fd;
	Shape shape;
	int err = get_shape(args[0], &fd, &shape);
	if (!err && (shape.info.type != BPF_MAP_TYPE_ARRAY || !args[1].IsBoolean()))
		err = -EINVAL;
	if (err)
		return answer(args.Env(), err);
	size_t used = round_up(shape.info.value_size, 8) * shape.info.max_entries;
	size_t mapped = round_up(used, static_cast<size_t>(sysconf(_SC_PAGESIZE)));
	int protection = args[1].As<Napi::Boolean>() ? PROT_READ | PROT_WRITE : PROT_READ;
	void *memory = mmap(nullptr, mapped, protection, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return answer(args.Env(), -errno);
	return Napi::ArrayBuffer::New(
		args.Env(), memory, used,
		[mapped](Napi::BasicEnv, void *address) { munmap(address, mapped); });
}

} // namespace

void register_maps(Napi::Env env, Napi::Object exports)
{
	exports["mapCreate"] = Napi::Function::New(env, map_create);
	exports["mapInfo"] = Napi::Function::New(env, map_info);
	exports["mapLookup"] = Napi::Function::New(env, map_lookup);
	exports["mapUpdate"] = Napi::Function::New(env, map_update);
	exports["mapUpdateAsync"] = Napi::Function::New(env, map_update_async);
	exports["mapDelete"] = Napi::Function::New(env, map_delete);
	exports["mapNextKey"] = Napi::Function::New(env, map_next_key);
	exports["mapLookupBatch"] = Napi::Function::New(env, map_lookup_batch);
	exports["mapUpdateBatch"] = Napi::Function::New(env, map_update_batch);
	exports["mapDeleteBatch"] = Napi::Function::New(env, map_delete_batch);
	exports["mapMmap"] = Napi::Function::New(env, map_mmap);
}

} // namespace leat
