/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is fixed for one generation of the programs: `const volatile`, so that the verifier drops dead branches. */
#pragma once

enum settings_flags {
	/* Packets are redirected to the device they leave by; else they go on through the host's stack. */
	SETTINGS_F_DIRECT = 1,
};

struct settings {
	/* The cookie of the node's network namespace: a socket of another one is a pod's. */
	__u64 host_netns_cookie;
	/* The node's own addresses, the sources of SNAT; zero where the node has none of the family. */
	__be32 node4;
	__u32 flags;
	__u8 node6[16];
	/* SNAT source ports, host order, both inclusive. */
	__u16 snat_port_first;
	__u16 snat_port_last;
	__u32 zero;
};
