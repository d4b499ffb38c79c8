/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * traffic: what the programs in the kernel and those outside of it must agree on. The map `traffic`
 * is an array: its index is an IPv4 protocol, its value a struct counter.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <linux/types.h>

#define PROTOCOLS 256

struct counter {
	__u64 packets;
	__u64 bytes;
};

#endif
