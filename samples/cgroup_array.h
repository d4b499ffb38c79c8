/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * cgroup_array: what both sides of the sample must agree on.
 */
#ifndef SAMPLES_CGROUP_ARRAY_H
#define SAMPLES_CGROUP_ARRAY_H

#include <linux/types.h>

/* Indices of the array of cgroups. */
enum {
	CGROUP_WATCHED, /* only what is below this one is looked at; empty: everything */
	CGROUP_INSIDE,	/* and this one decides */
	CGROUPS,
};

/* Indices of the counters: what the helpers return. */
enum { OUTSIDE, INSIDE, SIDES };

struct counted {
	__u64 packets, bytes; /* by the classifier */
	__u64 programs;	      /* started; by the tracepoint */
};

/* The only element of `settings`. */
struct settings {
	__u32 drop; /* what is inside */
};

#endif
