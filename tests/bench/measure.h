/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * measure: times several ways of doing the same thing against each other.
 *
 * A machine's speed changes while it is measured, so each round runs every contender once, in
 * an order drawn anew, and ratios are taken within a round. What is reported are medians over
 * rounds: a round that the scheduler spoiled moves nothing.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

/* One way to load an object. `us` is filled with the microseconds of each round. */
struct contender {
	const char *name;
	const void *input;		  /* a path, or what `load` takes instead */
	void *(*load)(const void *input); /* NULL, with a message printed: it failed */
	void (*close)(void *loaded);
	double *us;
};

struct contest {
	struct contender *contenders;
	size_t count, rounds;
	bool with_close; /* the time of close() counts too */
};

/* Microseconds of a clock that only goes forward. */
double measure_now(void);

/* Keeps this process on the processor it is on, so that caches stay warm and clocks agree. */
void measure_pin(void);

/* Warms up, then runs all rounds. False when a load failed or memory ran out. */
bool measure_run(struct contest *contest);

void measure_release(struct contest *contest);

double measure_median(const struct contest *contest, size_t contender);
double measure_minimum(const struct contest *contest, size_t contender);

/* The median over rounds of how many times longer `contender` took than `base`. */
double measure_ratio(const struct contest *contest, size_t contender, size_t base);

/*
 * Prints "time OBJECT CONTENDER MEDIAN MINIMUM RATIO", separated by tabs, for each contender;
 * the ratio is against contender `base`.
 */
void measure_print(const struct contest *contest, const char *object, size_t base);

#endif
