/* SPDX-License-Identifier: Apache-2.0 */
/* Programs: their description, BPF_PROG_TEST_RUN, and what a hook runs in which order. */
#include "addon.h"

#include <memory>
#include <new>

#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

namespace leat
{
namespace
{

using Buffer = std::unique_ptr<uint8_t[]>;

constexpr uint32_t max_maps = 256;
constexpr uint32_t max_hook_programs = 64;

Napi::Value prog_info(const Napi::CallbackInfo &args)
{
	int fd;
	uint32_t map_ids[max_maps] = {};
	bpf_prog_info info = {};
	if (!get_int(args[0], &fd))
		return answer(args.Env(), -EINVAL);
	info.nr_map_ids = max_maps;
	info.map_ids = reinterpret_cast<uintptr_t>(map_ids);
	int err = check_kind(fd, kind_program);
	if (!err)
		err = object_info(fd, &info, sizeof(info));
	if (err)
		return answer(args.Env(), err);
	char tag[2 * BPF_TAG_SIZE + 1];
	for (int i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	Napi::Array ids = Napi::Array::New(args.Env());
	for (uint32_t i = 0; i < info.nr_map_ids && i < max_maps; i++)
		ids[i] = map_ids[i];
	Napi::Object out = Napi::Object::New(args.Env());
	out["id"] = info.id;
	out["type"] = info.type;
	out["tag"] = tag;
	out["name"] = std::string(info.name, strnlen(info.name, sizeof(info.name)));
	out["loadedAt"] = Napi::BigInt::New(args.Env(), uint64_t{info.load_time});
	out["mapIds"] = ids;
	out["instructions"] = uint32_t{info.verified_insns};
	out["runCount"] = Napi::BigInt::New(args.Env(), uint64_t{info.run_cnt});
	out["runTimeNs"] = Napi::BigInt::New(args.Env(), uint64_t{info.run_time_ns});
	return out;
}

Napi::Value prog_test_run(const Napi::CallbackInfo &args)
{
	int fd, repeat;
	uint32_t flags, cpu, batch_size, out_size;
	Span data, context;
	if (!get_int(args[0], &fd) || !get_span(args[1], &data, true) ||
	    !get_span(args[2], &context, true) || !get_int(args[3], &repeat) ||
	    !get_u32(args[4], &flags) || !get_u32(args[5], &cpu) ||
	    !get_u32(args[6], &batch_size) || !get_u32(args[7], &out_size) || out_size > max_bytes)
		return answer(args.Env(), -EINVAL);
	Buffer data_out(new (std::nothrow) uint8_t[out_size]());
	Buffer context_out(new (std::nothrow) uint8_t[context.size]());
	if (!data_out || !context_out)
		return answer(args.Env(), -ENOMEM);
	bool live = (flags & BPF_F_TEST_XDP_LIVE_FRAMES) != 0;
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	opts.data_in = data.data;
	opts.data_size_in = static_cast<uint32_t>(data.size);
	opts.data_out = out_size > 0 ? data_out.get() : nullptr;
	opts.data_size_out = out_size;
	opts.ctx_in = context.data;
	opts.ctx_size_in = static_cast<uint32_t>(context.size);
	opts.ctx_out = live || context.size == 0 ? nullptr : context_out.get();
	opts.ctx_size_out = opts.ctx_out == nullptr ? 0 : opts.ctx_size_in;
	opts.repeat = repeat;
	opts.flags = flags;
	opts.cpu = cpu;
	opts.batch_size = batch_size;
	int err = result(bpf_prog_test_run_opts(fd, &opts));
	if (err)
		return answer(args.Env(), err);
	Napi::Object out = Napi::Object::New(args.Env());
	size_t written = opts.data_size_out <= out_size ? opts.data_size_out : out_size;
	size_t context_written =
		opts.ctx_size_out <= context.size ? opts.ctx_size_out : context.size;
	out["retval"] = static_cast<int32_t>(opts.retval);
	out["data"] = copy_bytes(args.Env(), data_out.get(), written);
	out["ctx"] = copy_bytes(args.Env(), context_out.get(), context_written);
	out["durationNs"] = opts.duration;
	return out;
}

/* BPF_PROG_QUERY as of Linux 6.6; older headers lack the fields of tcx. */
struct QueryAttr {
	uint32_t target;
	uint32_t attach_type;
	uint32_t query_flags;
	uint32_t attach_flags;
	uint64_t prog_ids;
	uint32_t count;
	uint32_t zero;
	uint64_t prog_attach_flags;
	uint64_t link_ids;
	uint64_t link_attach_flags;
	uint64_t revision;
};

Napi::Array id_array(Napi::Env env, const uint32_t *ids, uint32_t count)
{
	Napi::Array out = Napi::Array::New(env, count);
	for (uint32_t i = 0; i < count; i++)
		out[i] = ids[i];
	return out;
}

Napi::Value prog_query(const Napi::CallbackInfo &args)
{
	constexpr uint32_t tcx_ingress = 46, tcx_egress = 47;
	QueryAttr attr = {};
	uint32_t prog_ids[max_hook_programs] = {}, link_ids[max_hook_programs] = {};
	if (!get_u32(args[0], &attr.target) || !get_u32(args[1], &attr.attach_type))
		return answer(args.Env(), -EINVAL);
	bool has_links = attr.attach_type == tcx_ingress || attr.attach_type == tcx_egress;
	attr.prog_ids = reinterpret_cast<uintptr_t>(prog_ids);
	attr.link_ids = has_links ? reinterpret_cast<uintptr_t>(link_ids) : 0;
	attr.count = max_hook_programs;
	int err = result(static_cast<int>(syscall(SYS_bpf, BPF_PROG_QUERY, &attr, sizeof(attr))));
	if (err)
		return answer(args.Env(), err);
	Napi::Object out = Napi::Object::New(args.Env());
	out["progIds"] = id_array(args.Env(), prog_ids, attr.count);
	out["linkIds"] = id_array(args.Env(), link_ids, has_links ? attr.count : 0);
	out["revision"] = Napi::BigInt::New(args.Env(), attr.revision);
	return out;
}

} // namespace

void register_programs(Napi::Env env, Napi::Object exports)
{
	exports["progInfo"] = Napi::Function::New(env, prog_info);
	exports["progTestRun"] = Napi::Function::New(env, prog_test_run);
	exports["progQuery"] = Napi::Function::New(env, prog_query);
}

} // namespace leat
