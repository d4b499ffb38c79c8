/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sockex2: what its two sides share, the layout of the maps' keys and values.
 */
#ifndef SAMPLES_SOCKEX2_H
#define SAMPLES_SOCKEX2_H

#include <linux/types.h>

/*
 * The key: where a packet goes. A hash compares all bytes of a key and knows nothing of members,
 * so none of them may be left over. Each of these is in use or set to zero, and none lies
 * between members: with `family` of one byte, three of padding would stand behind it.
 */
struct destination {
	__u32 family;	  /* AF_INET or AF_INET6 */
	__u32 address[4]; /* in network order; the last three are 0 for IPv4 */
};

#define FAMILY_V4 2  /* AF_INET, whose header is none for BPF programs */
#define FAMILY_V6 10 /* AF_INET6 */

struct traffic {
	__u64 packets;
	__u64 bytes; /* of whole Ethernet frames */
};

/* Packets that have no entry in the hash: indexes of the array `lost`. */
enum {
	LOST_FULL,  /* max_entries other destinations are there already */
	LOST_OTHER, /* the kernel could not insert it for another reason */
	LOST_REASONS,
};

#endif
