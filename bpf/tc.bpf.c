// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of tc: on the host's end of each pod's device and on the devices to the world.
 * Answers TC_ACT_UNSPEC where the packet goes on, so that the programs of others see it too.
 */
#include <linux/types.h>
#include "include/serve.h"

static __noinline int serve4(struct __sk_buff *skb, enum hook hook)
{
	return serve(skb, FAMILY_4, hook);
}

static __noinline int serve6(struct __sk_buff *skb, enum hook hook)
{
	return serve(skb, FAMILY_6, hook);
}

static __always_inline int serve_any(struct __sk_buff *skb, enum hook hook)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		return serve4(skb, hook);
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return serve6(skb, hook);
	return TC_ACT_UNSPEC;
}

/* What a pod sends. */
SEC("tc")
int tc_pod_ingress(struct __sk_buff *skb)
{
	return serve_any(skb, HOOK_POD_INGRESS);
}

/* What is about to reach a pod. */
SEC("tc")
int tc_pod_egress(struct __sk_buff *skb)
{
	return serve_any(skb, HOOK_POD_EGRESS);
}

/* What the node receives. */
SEC("tc")
int tc_node_ingress(struct __sk_buff *skb)
{
	return serve_any(skb, HOOK_NODE_INGRESS);
}

/* What leaves the node. */
SEC("tc")
int tc_node_egress(struct __sk_buff *skb)
{
	return serve_any(skb, HOOK_NODE_EGRESS);
}

char _license[] SEC("license")
= "Dual BSD/GPL";
