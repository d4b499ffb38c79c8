// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * zipf: whole numbers only, so that rounding is the same everywhere. See zipf.h.
 */
#include "zipf.h"

#include <stdlib.h>

#define HEAVIEST (1ULL << 40) /* the weight of number 1 */

/* splitmix64: a counter whose bits are stirred. Any seed is as good as another. */
static uint64_t next_random(struct zipf *zipf)
{
	uint64_t bits = zipf->random += 0x9e3779b97f4a7c15;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	return bits ^ bits >> 31;
}

bool zipf_open(struct zipf *zipf, uint32_t count, uint64_t seed)
{
	uint64_t sum = 0;

	*zipf = (struct zipf){.random = seed, .count = count};
	zipf->weights = calloc(count, sizeof(*zipf->weights));
	if (!zipf->weights)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		sum += HEAVIEST / (i + 1);
		zipf->weights[i] = sum;
	}
	return true;
}

/* The first number whose sum is above a random point, by halving. */
uint32_t zipf_next(struct zipf *zipf)
{
	const uint64_t point = next_random(zipf) % zipf->weights[zipf->count - 1];
	uint32_t low = 0, high = zipf->count - 1;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (zipf->weights[middle] > point)
			high = middle;
		else
			low = middle + 1;
	}
	return low + 1;
}

void zipf_close(struct zipf *zipf)
{
	free(zipf->weights);
}
