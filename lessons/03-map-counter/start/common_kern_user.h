/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * common_kern_user: what xdp_prog_kern.c writes into the map, and xdp_load_and_stats.c reads there.
 *
 * Both include this file, so that they mean the same bytes. You edit it, too.
 */
#ifndef COMMON_KERN_USER_H
#define COMMON_KERN_USER_H

#include <linux/bpf.h>

/* A value of xdp_stats_map. */
struct datarec {
	__u64 rx_packets;
	// Assignment 1: rx_bytes, of the same type.
};

/* XDP_ABORTED 0, XDP_DROP 1, XDP_PASS 2, XDP_TX 3, XDP_REDIRECT 4: the keys of xdp_stats_map. */
#define XDP_ACTION_MAX (XDP_REDIRECT + 1)

#endif
