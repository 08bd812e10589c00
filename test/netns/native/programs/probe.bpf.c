// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the addon's tests load, attach and run: each program answers by a setting, and leaves a
 * mark.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

struct settings {
	__u32 verdict;
	__u32 length;
};

const volatile struct settings settings = {.verdict = TC_ACT_OK};
const volatile __u16 narrow = 1;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} words_v1 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u64);
	__type(value, __u32);
} names_v1 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records_v1 SEC(".maps");

static void mark(void)
{
	__u32 first = 0;
	__u64 absent = 0;
	__u64 *runs = bpf_map_lookup_elem(&words_v1, &first);

	if (runs)
		__sync_fetch_and_add(runs, 1);
	bpf_map_lookup_elem(&names_v1, &absent);
}

SEC("tc")
int probe_tc(struct __sk_buff *skb)
{
	__u32 record = skb->len;

	mark();
	bpf_ringbuf_output(&records_v1, &record, sizeof(record), 0);
	skb->mark = settings.length;
	return settings.verdict;
}

SEC("xdp")
int probe_xdp(struct xdp_md *context)
{
	mark();
	if (bpf_xdp_adjust_head(context, -4))
		return XDP_ABORTED;
	return XDP_PASS;
}

SEC("cgroup/connect4")
int probe_connect(struct bpf_sock_addr *call)
{
	mark();
	return 1;
}

#ifdef REFUSED
SEC("tc")
int refused(struct __sk_buff *skb)
{
	return *(int *)(long)skb->data;
}
#endif

char _license[] SEC("license")
= "Dual BSD/GPL";
