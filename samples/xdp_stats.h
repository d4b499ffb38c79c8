/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * xdp_stats: what its two halves agree on, the values of its maps.
 */
#ifndef SAMPLES_XDP_STATS_H
#define SAMPLES_XDP_STATS_H

#include <linux/types.h>

/* XDP_ABORTED 0, XDP_DROP 1, XDP_PASS 2, XDP_TX 3, XDP_REDIRECT 4 */
#define ACTIONS 5

/* The setting: one of them for every packet, or this: by the UDP port it is sent to. */
#define BY_PORT ACTIONS

/* Then FIRST_PORT + action asks for that action; every other packet passes. */
#define FIRST_PORT 4000

struct xdp_count {
	__u64 packets;
	__u64 bytes; /* of whole Ethernet frames */
};

#endif
