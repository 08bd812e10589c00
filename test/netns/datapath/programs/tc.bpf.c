// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Stands for the product's tc programs where only loading and attaching are tested: each program
 * counts the UDP packets of IPv4 that it sees in a word of slots_v1 of its generation's own, and
 * REFUSED makes the verifier refuse the object.
 */
#include <linux/types.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include "../../../../bpf/include/maps.h"
#include "../../../../bpf/abi/settings.h"

const volatile struct settings settings;

enum word {
	POD_INGRESS,
	POD_EGRESS,
	NODE_INGRESS,
	NODE_EGRESS,
	WORDS = 16,
};

static int count(struct __sk_buff *skb, __u32 word)
{
	__u32 index = GENERATION * WORDS + word;
	__u64 *packets = bpf_map_lookup_elem(&slots_v1, &index);
	__u32 at = ETH_HLEN + __builtin_offsetof(struct iphdr, protocol);
	__u8 protocol = 0;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		bpf_skb_load_bytes(skb, at, &protocol, sizeof(protocol));
	if (packets && protocol == IPPROTO_UDP)
		__sync_fetch_and_add(packets, 1);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tc_pod_ingress(struct __sk_buff *skb)
{
#ifdef REFUSED
	return *(int *)(long)skb->data;
#endif
	return count(skb, POD_INGRESS);
}

SEC("tc")
int tc_pod_egress(struct __sk_buff *skb)
{
	return count(skb, POD_EGRESS);
}

SEC("tc")
int tc_node_ingress(struct __sk_buff *skb)
{
	return count(skb, NODE_INGRESS);
}

SEC("tc")
int tc_node_egress(struct __sk_buff *skb)
{
	return count(skb, NODE_EGRESS);
}

char _license[] SEC("license")
= "Dual BSD/GPL";
