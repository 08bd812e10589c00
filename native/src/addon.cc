/* SPDX-License-Identifier: Apache-2.0 */
/* Table of contents of the addon, and the decoding of arguments that its parts share. */
#include "addon.h"

#include <unistd.h>

#include <bpf/bpf.h>

namespace leat
{

bool get_int(const Napi::Value &value, int *out)
{
	if (!value.IsNumber())
		return false;
	double number = value.As<Napi::Number>().DoubleValue();
	if (!(number >= INT32_MIN && number <= INT32_MAX))
		return false;
	*out = static_cast<int>(number);
	return *out == number;
}

bool get_u32(const Napi::Value &value, uint32_t *out)
{
	if (!value.IsNumber())
		return false;
	double number = value.As<Napi::Number>().DoubleValue();
	if (!(number >= 0 && number <= UINT32_MAX))
		return false;
	*out = static_cast<uint32_t>(number);
	return *out == number;
}

bool get_string(const Napi::Value &value, std::string *out)
{
	if (!value.IsString())
		return false;
	*out = value.As<Napi::String>().Utf8Value();
	return out->find('\0') == std::string::npos;
}

bool get_span(const Napi::Value &value, Span *out, bool optional)
{
	if (optional && value.IsUndefined())
		return true;
	if (!value.IsTypedArray() ||
	    value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
		return false;
	Napi::Uint8Array array = value.As<Napi::Uint8Array>();
	/* The engine gives an empty array no address, which would read as absent. */
	static uint8_t empty;
	out->data = array.ByteLength() > 0 ? array.Data() : &empty;
	out->size = array.ByteLength();
	return out->size <= max_bytes;
}

Napi::Value answer(Napi::Env env, int64_t number)
{
	return Napi::Number::New(env, static_cast<double>(number));
}

Napi::Value copy_bytes(Napi::Env env, const void *data, size_t size)
{
	Napi::Uint8Array bytes = Napi::Uint8Array::New(env, size);
	if (size > 0)
		memcpy(bytes.Data(), data, size);
	return bytes;
}

int result(int rc)
{
	if (rc >= 0)
		return rc;
	return errno > 0 ? -errno : rc;
}

int check_kind(int fd, const char *kind)
{
	char path[32], target[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ssize_t size = readlink(path, target, sizeof(target));
	if (size < 0)
		return errno == ENOENT ? -EBADF : -errno;
	std::string found(target, static_cast<size_t>(size));
	if (found == "anon_inode:bpf_link")
		found = kind_link;
	return found == kind ? 0 : -EINVAL;
}

int object_info(int fd, void *info, uint32_t size)
{
	return result(bpf_obj_get_info_by_fd(fd, info, &size));
}

static Napi::Object init(Napi::Env env, Napi::Object exports)
{
	register_maps(env, exports);
	register_objects(env, exports);
	register_programs(env, exports);
	register_links(env, exports);
	register_polling(env, exports);
	register_process(env, exports);
	return exports;
}

NODE_API_MODULE(leat, init)

} // namespace leat
