/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links and pins by bpf(2) itself: libbpf 1.1 knows no tcx, and the layouts here are those of Linux
 * 6.6 and later.
 */
#include "addon.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

namespace leat
{
namespace
{

struct LinkCreateAttr {
	uint32_t prog_fd;
	uint32_t target;
	uint32_t attach_type;
	uint32_t flags;
	uint32_t relative_fd;
	uint32_t zero;
	uint64_t expected_revision;
};

struct LinkInfoHead {
	uint32_t type;
	uint32_t id;
	uint32_t prog_id;
	uint32_t zero;
	union {
		struct {
			uint64_t cgroup_id;
			uint32_t attach_type;
		} cgroup;
		struct {
			uint32_t ifindex;
			uint32_t attach_type;
		} tcx;
		uint8_t rest[96];
	};
};

constexpr uint32_t link_type_tcx = 11;

Napi::Value link_create(const Napi::CallbackInfo &args)
{
	LinkCreateAttr attr = {};
	if (!get_u32(args[0], &attr.prog_fd) || !get_u32(args[1], &attr.target) ||
	    !get_u32(args[2], &attr.attach_type) || !get_u32(args[3], &attr.flags) ||
	    !get_u32(args[4], &attr.relative_fd))
		return answer(args.Env(), -EINVAL);
	long fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return answer(args.Env(), result(static_cast<int>(fd)));
}

Napi::Value link_update(const Napi::CallbackInfo &args)
{
	int link_fd, prog_fd, old_prog_fd;
	if (!get_int(args[0], &link_fd) || !get_int(args[1], &prog_fd) ||
	    !get_int(args[2], &old_prog_fd))
		return answer(args.Env(), -EINVAL);
	LIBBPF_OPTS(bpf_link_update_opts, opts);
	if (old_prog_fd > 0) {
		opts.flags = BPF_F_REPLACE;
		opts.old_prog_fd = static_cast<uint32_t>(old_prog_fd);
	}
	return answer(args.Env(), result(bpf_link_update(link_fd, prog_fd, &opts)));
}

Napi::Value link_detach(const Napi::CallbackInfo &args)
{
	int fd;
	if (!get_int(args[0], &fd))
		return answer(args.Env(), -EINVAL);
	return answer(args.Env(), result(bpf_link_detach(fd)));
}

Napi::Value link_info(const Napi::CallbackInfo &args)
{
	int fd;
	LinkInfoHead info = {};
	if (!get_int(args[0], &fd))
		return answer(args.Env(), -EINVAL);
	int err = check_kind(fd, kind_link);
	if (!err)
		err = object_info(fd, &info, sizeof(info));
	if (err)
		return answer(args.Env(), err);
	bool is_cgroup = info.type == BPF_LINK_TYPE_CGROUP;
	bool is_tcx = info.type == link_type_tcx;
	bool has_ifindex = is_tcx || info.type == BPF_LINK_TYPE_XDP;
	Napi::Object out = Napi::Object::New(args.Env());
	out["id"] = info.id;
	out["type"] = info.type;
	out["progId"] = info.prog_id;
	out["attachType"] = is_cgroup ? info.cgroup.attach_type : is_tcx ? info.tcx.attach_type : 0;
	out["ifindex"] = has_ifindex ? info.tcx.ifindex : 0;
	out["cgroupId"] =
		Napi::BigInt::New(args.Env(), is_cgroup ? info.cgroup.cgroup_id : uint64_t{0});
	return out;
}

Napi::Value obj_pin(const Napi::CallbackInfo &args)
{
	int fd;
	std::string path;
	if (!get_int(args[0], &fd) || !get_string(args[1], &path))
		return answer(args.Env(), -EINVAL);
	return answer(args.Env(), result(bpf_obj_pin(fd, path.c_str())));
}

Napi::Value obj_get(const Napi::CallbackInfo &args)
{
	std::string path;
	if (!get_string(args[0], &path))
		return answer(args.Env(), -EINVAL);
	return answer(args.Env(), result(bpf_obj_get(path.c_str())));
}

} // namespace

void register_links(Napi::Env env, Napi::Object exports)
{
	exports["linkCreate"] = Napi::Function::New(env, link_create);
	exports["linkUpdate"] = Napi::Function::New(env, link_update);
	exports["linkDetach"] = Napi::Function::New(env, link_detach);
	exports["linkInfo"] = Napi::Function::New(env, link_info);
	exports["objPin"] = Napi::Function::New(env, obj_pin);
	exports["objGet"] = Napi::Function::New(env, obj_get);
}

} // namespace leat
