/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * tc_l2_redirect: what both sides of the sample must agree on.
 */
#ifndef SAMPLES_TC_L2_REDIRECT_H
#define SAMPLES_TC_L2_REDIRECT_H

#include <linux/types.h>

/* Indices of both maps. */
enum { TO_TUNNEL, FROM_TUNNEL, DIRECTIONS };

/* What was redirected. */
struct redirected {
	__u64 frames, bytes;
};

#define TUNNEL_ID     42	 /* VXLAN's number of a network (VNI) */
#define TUNNEL_REMOTE 0xc6336402 /* 198.51.100.2: the far end of the tunnel */

#endif
