/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading of an object by libbpf, on a worker thread: a plain request in, descriptors or the logs
 * out.
 */
#include "addon.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

namespace leat
{
namespace
{

struct Request {
	std::string path;
	std::string pin_dir;
	std::map<std::string, int> reuse;
	std::map<std::string, uint32_t> max_entries;
	std::map<std::string, uint32_t> attach_types;
	std::map<std::string, std::vector<uint8_t>> globals;
	std::set<std::string> programs;
	bool all_programs = true;
	uint32_t log_level = 0;
	uint32_t log_size = 1 << 20;
};

struct Outcome {
	int err = 0;
	std::map<std::string, int> programs;
	std::map<std::string, int> maps;
	std::string log;
	std::string warnings;
};

/*
 * libbpf's printer is one for the process; a load that runs on this thread gathers its own
 * warnings.
 */
thread_local std::string *warnings_of_thread = nullptr;

int gather_warning(libbpf_print_level level, const char *format, va_list args)
{
	char text[1024];
	if (level != LIBBPF_WARN || warnings_of_thread == nullptr)
		return 0;
	int length = vsnprintf(text, sizeof(text), format, args);
	if (length > 0 && warnings_of_thread->size() < (1 << 16))
		warnings_of_thread->append(text);
	return length;
}

std::string section_name(const bpf_map *map)
{
	std::string name = bpf_map__name(map);
	if (!bpf_map__is_internal(map))
		return name;
	size_t dot = name.find('.');
	return dot == std::string::npos ? name : name.substr(dot);
}

const btf_var_secinfo *find_variable(const btf *btf, const std::string &section,
				     const std::string &name)
{
	int id = btf__find_by_name_kind(btf, section.c_str(), BTF_KIND_DATASEC);
	if (id < 0)
		return nullptr;
	const btf_type *type = btf__type_by_id(btf, static_cast<uint32_t>(id));
	const btf_var_secinfo *variable = btf_var_secinfos(type);
	for (unsigned i = 0; i < btf_vlen(type); i++, variable++) {
		const btf_type *var = btf__type_by_id(btf, variable->type);
		if (var != nullptr && name == btf__name_by_offset(btf, var->name_off))
			return variable;
	}
	return nullptr;
}

int set_global(bpf_object *object, const std::string &name, const std::vector<uint8_t> &bytes)
{
	const btf *btf = bpf_object__btf(object);
	bpf_map *map;
	bpf_object__for_each_map(map, object)
	{
		if (btf == nullptr || !bpf_map__is_internal(map))
			continue;
		const btf_var_secinfo *variable = find_variable(btf, section_name(map), name);
		if (variable == nullptr)
			continue;
		size_t size = 0;
		const void *initial = bpf_map__initial_value(map, &size);
		if (initial == nullptr || variable->size != bytes.size() ||
		    variable->offset + bytes.size() > size)
			return -EINVAL;
		std::vector<uint8_t> value(size);
		memcpy(value.data(), initial, size);
		memcpy(value.data() + variable->offset, bytes.data(), bytes.size());
		return bpf_map__set_initial_value(map, value.data(), size);
	}
	return -ENOENT;
}

int reuse_map(bpf_map *map, int fd)
{
	bpf_map_info info = {};
	int err = check_kind(fd, kind_map);
	if (!err)
		err = object_info(fd, &info, sizeof(info));
	if (err)
		return err;
	if (info.type != static_cast<uint32_t>(bpf_map__type(map)) ||
	    info.key_size != bpf_map__key_size(map) || info.value_size != bpf_map__value_size(map))
		return -EINVAL;
	return bpf_map__reuse_fd(map, fd);
}

int prepare_map(bpf_map *map, const Request &request)
{
	std::string name = bpf_map__name(map);
	if (bpf_map__is_internal(map))
		return 0;
	auto entries = request.max_entries.find(name);
	if (entries != request.max_entries.end()) {
		int err = bpf_map__set_max_entries(map, entries->second);
		if (err)
			return err;
	}
	auto reused = request.reuse.find(name);
	if (reused != request.reuse.end())
		return reuse_map(map, reused->second);
	if (request.pin_dir.empty())
		return 0;
	return bpf_map__set_pin_path(map, (request.pin_dir + "/" + name).c_str());
}

int prepare(bpf_object *object, const Request &request)
{
	bpf_map *map;
	bpf_program *program;
	int err;
	for (const auto &[name, bytes] : request.globals) {
		err = set_global(object, name, bytes);
		if (err)
			return err;
	}
	bpf_object__for_each_map(map, object)
	{
		err = prepare_map(map, request);
		if (err)
			return err;
	}
	bpf_object__for_each_program(program, object)
	{
		std::string name = bpf_program__name(program);
		if (!request.all_programs)
			bpf_program__set_autoload(program, request.programs.count(name) > 0);
		auto type = request.attach_types.find(name);
		if (type != request.attach_types.end())
			bpf_program__set_expected_attach_type(
				program, static_cast<bpf_attach_type>(type->second));
	}
	return 0;
}

int keep(std::map<std::string, int> *kept, const std::string &name, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return -errno;
	(*kept)[name] = copy;
	return 0;
}

/*
 * In the order of the object; taken before a map is reused, which gives it the name of the other.
 */
std::vector<std::string> map_names(bpf_object *object)
{
	std::vector<std::string> names;
	bpf_map *map;
	bpf_object__for_each_map(map, object)
	{
		names.push_back(section_name(map));
	}
	return names;
}

int keep_all(bpf_object *object, const std::vector<std::string> &names, Outcome *outcome)
{
	bpf_map *map;
	bpf_program *program;
	size_t index = 0;
	int err = 0;
	bpf_object__for_each_map(map, object)
	{
		const std::string &name = names[index++];
		if (!err && bpf_map__fd(map) >= 0)
			err = keep(&outcome->maps, name, bpf_map__fd(map));
	}
	bpf_object__for_each_program(program, object)
	{
		if (!err && bpf_program__fd(program) >= 0)
			err = keep(&outcome->programs, bpf_program__name(program),
				   bpf_program__fd(program));
	}
	return err;
}

void load(const Request &request, Outcome *outcome)
{
	std::vector<char> log(request.log_size);
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	opts.kernel_log_buf = log.data();
	opts.kernel_log_size = log.size();
	opts.kernel_log_level = request.log_level;
	warnings_of_thread = &outcome->warnings;
	bpf_object *object = bpf_object__open_file(request.path.c_str(), &opts);
	std::vector<std::string> names;
	outcome->err = object == nullptr ? -errno : 0;
	if (!outcome->err) {
		names = map_names(object);
		outcome->err = prepare(object, request);
	}
	if (!outcome->err)
		outcome->err = bpf_object__load(object);
	if (!outcome->err)
		outcome->err = keep_all(object, names, outcome);
	if (outcome->err || request.log_level > 0)
		outcome->log.assign(log.data(), strnlen(log.data(), log.size()));
	bpf_object__close(object);
	warnings_of_thread = nullptr;
}

Napi::Object descriptors(Napi::Env env, const std::map<std::string, int> &kept)
{
	Napi::Object out = Napi::Object::New(env);
	for (const auto &[name, fd] : kept)
		out[name] = fd;
	return out;
}

class LoadWorker final : public Napi::AsyncWorker
{
public:
	LoadWorker(Napi::Env env, Request request)
		: AsyncWorker(env), deferred(env), request(std::move(request))
	{
	}
	void Execute() override
	{
		load(request, &outcome);
	}
	void OnOK() override
	{
		Napi::Object out = Napi::Object::New(Env());
		out["log"] = copy_bytes(Env(), outcome.log.data(), outcome.log.size());
		if (outcome.err) {
			for (const auto &kept : {outcome.programs, outcome.maps})
				for (const auto &[name, fd] : kept)
					close(fd);
			out["errno"] = -outcome.err;
			out["warnings"] = outcome.warnings;
		} else {
			out["programs"] = descriptors(Env(), outcome.programs);
			out["maps"] = descriptors(Env(), outcome.maps);
		}
		deferred.Resolve(out);
	}

	Napi::Promise::Deferred deferred;

private:
	Request request;
	Outcome outcome;
};

/* Calls `take` with each own property of an optional plain object; false where one is refused. */
template <typename Take> bool each_property(const Napi::Value &value, Take take)
{
	if (value.IsUndefined())
		return true;
	if (!value.IsObject())
		return false;
	Napi::Object object = value.As<Napi::Object>();
	Napi::Array names = object.GetPropertyNames();
	for (uint32_t i = 0; i < names.Length(); i++) {
		std::string name;
		if (!get_string(names[i], &name) || !take(name, object.Get(name)))
			return false;
	}
	return true;
}

bool get_programs(const Napi::Value &value, Request *request)
{
	if (value.IsUndefined())
		return true;
	if (!value.IsArray())
		return false;
	request->all_programs = false;
	Napi::Array names = value.As<Napi::Array>();
	for (uint32_t i = 0; i < names.Length(); i++) {
		std::string name;
		if (!get_string(names[i], &name))
			return false;
		request->programs.insert(name);
	}
	return true;
}

bool get_request(const Napi::CallbackInfo &args, Request *request)
{
	if (!get_string(args[0], &request->path) || !args[1].IsObject())
		return false;
	Napi::Object options = args[1].As<Napi::Object>();
	auto optional_u32 = [&](const char *name, uint32_t *out) {
		Napi::Value value = options.Get(name);
		return value.IsUndefined() || get_u32(value, out);
	};
	Napi::Value pin_dir = options.Get("pinDir");
	return (pin_dir.IsUndefined() || get_string(pin_dir, &request->pin_dir)) &&
	       optional_u32("logLevel", &request->log_level) &&
	       optional_u32("logSize", &request->log_size) && request->log_size >= 128 &&
	       request->log_size <= max_bytes && get_programs(options.Get("programs"), request) &&
	       each_property(options.Get("reuse"),
			     [&](const std::string &name, const Napi::Value &value) {
				     return get_int(value, &request->reuse[name]);
			     }) &&
	       each_property(options.Get("maxEntries"),
			     [&](const std::string &name, const Napi::Value &value) {
				     return get_u32(value, &request->max_entries[name]);
			     }) &&
	       each_property(options.Get("attachTypes"),
			     [&](const std::string &name, const Napi::Value &value) {
				     return get_u32(value, &request->attach_types[name]);
			     }) &&
	       each_property(options.Get("globals"), [&](const std::string &name,
							 const Napi::Value &value) {
		       Span bytes;
		       bool taken = get_span(value, &bytes);
		       if (taken)
			       request->globals[name].assign(bytes.data, bytes.data + bytes.size);
		       return taken;
	       });
}

Napi::Value load_object(const Napi::CallbackInfo &args)
{
	Request request;
	if (!get_request(args, &request)) {
		Napi::Promise::Deferred refused(args.Env());
		refused.Resolve(answer(args.Env(), -EINVAL));
		return refused.Promise();
	}
	auto *worker = new LoadWorker(args.Env(), std::move(request));
	worker->Queue();
	return worker->deferred.Promise();
}

} // namespace

void register_objects(Napi::Env env, Napi::Object exports)
{
	libbpf_set_print(gather_warning);
	exports["loadObject"] = Napi::Function::New(env, load_object);
}

} // namespace leat
