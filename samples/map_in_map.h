/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * map_in_map: what both sides of the sample must agree on.
 */
#ifndef SAMPLES_MAP_IN_MAP_H
#define SAMPLES_MAP_IN_MAP_H

#include <linux/types.h>

/* Values of an inner map. They belong together: all are to be the same number. */
#define VALUES 8

/* The two outer maps: indices of `reads`. */
enum { IN_ARRAY, IN_HASH, OUTERS };

/* The key of the inner map in the hash of maps; in the array of maps it has index 0. */
#define HASH_KEY 4711

struct reads {
	__u64 whole;   /* all values were the same */
	__u64 half;    /* some were new and some old */
	__u64 missing; /* there was no inner map, or a value was missing in it */
};

#endif
