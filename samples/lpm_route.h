/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * lpm_route: what its two sides share, the layout of the tries' keys and values.
 */
#ifndef SAMPLES_LPM_ROUTE_H
#define SAMPLES_LPM_ROUTE_H

#include <linux/types.h>

/*
 * Keys of an LPM_TRIE: how many bits count, in host order, and then the bits, most significant
 * first. An address in network order is just that.
 */
struct route4 {
	__u32 bits; /* 0 to 32 */
	__u8 address[4];
};

struct route6 {
	__u32 bits; /* 0 to 128 */
	__u8 address[16];
};

struct traffic {
	__u64 packets;
	__u64 bytes; /* of whole Ethernet frames */
};

/* Packets that match no route: indexes of the array `unrouted`. */
enum {
	UNROUTED_IPV4,
	UNROUTED_IPV6,
	UNROUTED_KINDS,
};

#endif
