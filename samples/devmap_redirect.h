/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * devmap_redirect: what its two halves agree on, the values of its maps.
 */
#ifndef SAMPLES_DEVMAP_REDIRECT_H
#define SAMPLES_DEVMAP_REDIRECT_H

#include <linux/types.h>

#define DIRECTIONS 2

/* The lab's datagrams of direction 0 go to this port, those of direction 1 to the next. */
#define FIRST_PORT 4000

/* What to do with packets that come in by an interface. */
struct route {
	__u32 direction;
	__u32 hash;	   /* redirect by the DEVMAP_HASH, not by the DEVMAP */
	__u8 new_macs;	   /* give the frame these addresses; else it keeps its own */
	__u8 to[6], by[6]; /* receiver and sender */
	__u8 unused[3];
};

struct counts {
	__u64 came_in;	  /* packets that the program saw */
	__u64 redirected; /* for which it found an interface */
	__u64 refused;	  /* of those: the kernel would not redirect (xdp:xdp_redirect_err) */
	__u64 dropped;	  /* of those: the interface would not send (xdp:xdp_devmap_xmit) */
	__s64 err;	  /* the last errno of the two, negative */
};

/* The tracepoints belong to the whole machine. This is to tell which events are ours. */
struct settings {
	__u32 program;		   /* the id of `forward` */
	__u32 ifindex[DIRECTIONS]; /* by which packets come in */

	/* Where in the events' records the fields are, bytes: the kernel's `format` files say. */
	__u32 refused_program, refused_ifindex, refused_err;
	__u32 xmit_ifindex, xmit_drops, xmit_err;
};

#endif
