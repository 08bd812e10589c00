/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is fixed for one generation of the programs: `const volatile`, so that the verifier drops
 * dead branches.
 */
#pragma once

enum settings_flags {
	/* Packets are redirected to the device they leave by; else the host's stack has them. */
	SETTINGS_F_DIRECT = 1,
};

enum settings_limits {
	SETTINGS_POD_CIDRS = 4,
};

/* Address and mask in network order; host bits of the address are zero. Mask 0: unused. */
struct prefix4 {
	__be32 address;
	__be32 mask;
};

struct prefix6 {
	__u8 address[16];
	__u8 mask[16];
};

struct settings {
	/* The cookie of the node's network namespace: a socket of another one is a pod's. */
	__u64 host_netns_cookie;
	/*
	 * The node's own addresses, the sources of SNAT; zero where the node has none of the
	 * family.
	 */
	__be32 node4;
	__u32 flags;
	__u8 node6[16];
	/* SNAT source ports, host order, both inclusive. */
	__u16 snat_port_first;
	__u16 snat_port_last;
	__u32 zero;
	/* The cluster's pod addresses: what direct delivery may route past the host's stack. */
	struct prefix4 pods4[SETTINGS_POD_CIDRS];
	struct prefix6 pods6[SETTINGS_POD_CIDRS];
};
