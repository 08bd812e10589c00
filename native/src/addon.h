/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the addon share: decoding of arguments and the two ways to answer. Each
 * exported function is one call of the kernel or of libbpf and answers its result or -errno; a
 * wrong type or length is -EINVAL, told before the kernel copies memory. No C++ exception is thrown
 * or let through.
 */
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include <napi.h>

namespace leat
{

/* What one call may move, so that a mistaken size is E2BIG and not an abort for want of memory. */
constexpr size_t max_bytes = size_t{256} << 20;

struct Span {
	uint8_t *data = nullptr;
	size_t size = 0;
};

bool get_int(const Napi::Value &value, int *out);
bool get_u32(const Napi::Value &value, uint32_t *out);
bool get_string(const Napi::Value &value, std::string *out);
/* A Uint8Array; undefined gives an empty span where `optional`. */
bool get_span(const Napi::Value &value, Span *out, bool optional = false);

/* The number itself: a result of 0 and more, or -errno. */
Napi::Value answer(Napi::Env env, int64_t number);
Napi::Value copy_bytes(Napi::Env env, const void *data, size_t size);
/* bpf(2) and its like answer -1 and errno; libbpf answers -errno: both become -errno. */
int result(int rc);

/* What a descriptor is of, as /proc tells it: an info asked of another kind would be misread. */
constexpr const char *kind_map = "anon_inode:bpf-map";
constexpr const char *kind_program = "anon_inode:bpf-prog";
/* A link's first descriptor says bpf_link, later ones bpf-link. */
constexpr const char *kind_link = "anon_inode:bpf-link";
/* 0, or -EINVAL where the descriptor is of another kind. */
int check_kind(int fd, const char *kind);

/* Copies a struct info of the kernel into `info`; bytes that this kernel does not know stay 0. */
int object_info(int fd, void *info, uint32_t size);

void register_maps(Napi::Env env, Napi::Object exports);
void register_objects(Napi::Env env, Napi::Object exports);
void register_programs(Napi::Env env, Napi::Object exports);
void register_links(Napi::Env env, Napi::Object exports);
void register_polling(Napi::Env env, Napi::Object exports);
void register_process(Napi::Env env, Napi::Object exports);

} // namespace leat
