/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * map_perf: what its programs and its user side share.
 */
#ifndef SAMPLES_MAP_PERF_H
#define SAMPLES_MAP_PERF_H

#include <linux/types.h>

#define PERF_BATCH 64 /* operations of one run of a program */

/* The only element of map `work`, for each CPU its own. */
struct perf_work {
	__u64 next;   /* the key of the next operation */
	__u64 done;   /* operations that did what they were to do */
	__u64 missed; /* that did not: no such key, no room */
};

/* The key of an LPM trie. */
struct perf_prefix {
	__u32 bits;
	__u32 address; /* network byte order */
};

#endif
