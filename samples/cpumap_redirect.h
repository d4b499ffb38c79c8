/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * cpumap_redirect: what its two halves agree on, the values of its maps.
 */
#ifndef SAMPLES_CPUMAP_REDIRECT_H
#define SAMPLES_CPUMAP_REDIRECT_H

#include <linux/types.h>

#define MAX_CPUS 64

/* Which CPUs packets are spread over: the first `count` of `cpus`. */
struct targets {
	__u32 count; /* at least 1 */
	__u32 cpus[MAX_CPUS];
};

/* Counted by each CPU for itself. */
struct stages {
	__u64 came_in;	  /* UDP packets that the first program saw */
	__u64 redirected; /* those it put on the way to some CPU */
	__u64 handled;	 /* packets that the second program saw, on the CPU they were sent to */
	__u64 delivered; /* datagrams that got to a socket of the lab */
	__u64 others;	 /* packets that are no UDP: passed where they were */
};

#endif
