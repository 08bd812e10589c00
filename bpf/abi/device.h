/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The devices that carry the programs, by ifindex: inserted once; one word, so that a reader
 * sees it whole.
 */
#pragma once

enum device_kind {
	/* The host's end of a pod's veth: its peer is the pod. */
	DEVICE_POD = 1,
	/* A device to the world outside the node. */
	DEVICE_NODE = 2,
};

struct device {
	/* Its own hardware address; zero where it has none. */
	__u8 mac[6];
	/* enum device_kind */
	__u16 kind;
};
