/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xdp_ip_tracker: what its two halves agree on, key and value of the hash.
 */
#ifndef SAMPLES_XDP_IP_TRACKER_H
#define SAMPLES_XDP_IP_TRACKER_H

#include <linux/types.h>

#define PAIRS 1024

/*
 * The key. A hash compares and hashes all its 36 bytes, and knows nothing of members: what is
 * between or behind them counts, too. Without .unused the compiler would leave 3 bytes behind
 * .version to chance (the struct's size is a multiple of 4, the size of its largest members),
 * and one pair of addresses could have many keys. With a name, they are set like the rest.
 */
struct pair {
	__u32 here[4];	/* this side's address, as in the packet; IPv4 fills the first word */
	__u32 there[4]; /* the other's */
	__u8 version;	/* 4 or 6 */
	__u8 unused[3]; /* 0 */
};

struct traffic {
	__u64 rx_packets, rx_bytes; /* from there to here; bytes of Ethernet frames */
	__u64 tx_packets, tx_bytes; /* from here to there */
};

#endif
