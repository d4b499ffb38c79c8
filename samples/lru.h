/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * lru: what its two sides share.
 */
#ifndef SAMPLES_LRU_H
#define SAMPLES_LRU_H

#include <linux/types.h>

/* Keys that one "packet" carries to the program: a run of the program for each. */
#define BATCH 512

/* The maps that are compared: indexes of the array `outcomes`. */
enum {
	KIND_HASH,
	KIND_LRU,
	KIND_OWN_LISTS, /* LRU with BPF_F_NO_COMMON_LRU */
	KIND_PERCPU,
	KINDS,
};

/* What became of the keys that were looked for. */
struct outcome {
	__u64 hits;
	__u64 inserted; /* not found, and put in */
	__u64 full;	/* not found, and refused: E2BIG */
	__u64 failed;	/* not found, and another error */
};

#endif
