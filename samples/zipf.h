/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * zipf: numbers of which some are much more frequent than others, as with words of a language,
 * files of a disk or clients of a server: number r comes 1/r as often as number 1.
 *
 * The same seed gives the same numbers, on every machine.
 */
#ifndef SAMPLES_ZIPF_H
#define SAMPLES_ZIPF_H

#include <stdbool.h>
#include <stdint.h>

struct zipf {
	uint64_t random;   /* state of the generator */
	uint32_t count;	   /* numbers are 1 to count */
	uint64_t *weights; /* sum of the weights of all numbers up to here */
};

/* Prepares for numbers up to `count`. False without memory. */
bool zipf_open(struct zipf *zipf, uint32_t count, uint64_t seed);

/* The next one. */
uint32_t zipf_next(struct zipf *zipf);

/* Fine if all zero. */
void zipf_close(struct zipf *zipf);

#endif
