// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * measure: rounds, medians, paired ratios. See measure.h.
 */
#include "measure.h"

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONTENDERS_MAX 8

double measure_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void measure_pin(void)
{
	cpu_set_t cpus;
	int cpu = sched_getcpu();

	CPU_ZERO(&cpus);
	CPU_SET(cpu < 0 ? 0 : cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		perror("bench: cannot stay on one processor");
}

/* Loads once. Negative when that failed. */
static double time_once(const struct contender *contender, bool with_close)
{
	double start = measure_now(), loaded, closed;
	void *handle = contender->load(contender->input);

	loaded = measure_now();
	if (!handle)
		return -1;
	contender->close(handle);
	closed = measure_now();
	return (with_close ? closed : loaded) - start;
}

/* A fixed sequence of pseudo-random numbers (xorshift): every run draws the same orders. */
static uint32_t draw(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void shuffle(size_t *order, size_t count, uint32_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = draw(state) % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

static bool run_round(struct contest *contest, size_t round, uint32_t *state)
{
	size_t order[CONTENDERS_MAX];

	for (size_t i = 0; i < contest->count; i++)
		order[i] = i;
	shuffle(order, contest->count, state);
	for (size_t i = 0; i < contest->count; i++) {
		struct contender *contender = &contest->contenders[order[i]];

		contender->us[round] = time_once(contender, contest->with_close);
		if (contender->us[round] < 0)
			return false;
	}
	return true;
}

static bool make_room(struct contest *contest)
{
	bool good = contest->count <= CONTENDERS_MAX;

	for (size_t i = 0; i < contest->count && good; i++) {
		contest->contenders[i].us = calloc(contest->rounds, sizeof(double));
		good = contest->contenders[i].us != NULL;
	}
	return good;
}

bool measure_run(struct contest *contest)
{
	const size_t warm_up = contest->rounds < 50 ? 5 : 20;
	uint32_t state = 2463534242u;
	bool good = contest->rounds > 0 && make_room(contest);

	for (size_t i = 0; i < warm_up && good; i++)
		good = run_round(contest, 0, &state);
	for (size_t i = 0; i < contest->rounds && good; i++)
		good = run_round(contest, i, &state);
	return good;
}

void measure_release(struct contest *contest)
{
	for (size_t i = 0; i < contest->count; i++)
		free(contest->contenders[i].us);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts `values`. */
static double median_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The median of value / divisor for each round; no divisors: of the values themselves. */
static double median_quotient(const double *values, const double *divisors, size_t count)
{
	double *quotients = malloc(count * sizeof(*quotients)), median;

	if (!quotients)
		return 0;
	for (size_t i = 0; i < count; i++)
		quotients[i] = values[i] / (divisors ? divisors[i] : 1);
	median = median_of(quotients, count);
	free(quotients);
	return median;
}

double measure_median(const struct contest *contest, size_t contender)
{
	return median_quotient(contest->contenders[contender].us, NULL, contest->rounds);
}

double measure_minimum(const struct contest *contest, size_t contender)
{
	const double *us = contest->contenders[contender].us;
	double minimum = us[0];

	for (size_t i = 1; i < contest->rounds; i++)
		if (us[i] < minimum)
			minimum = us[i];
	return minimum;
}

double measure_ratio(const struct contest *contest, size_t contender, size_t base)
{
	return median_quotient(contest->contenders[contender].us, contest->contenders[base].us,
			       contest->rounds);
}

void measure_print(const struct contest *contest, const char *object, size_t base)
{
	for (size_t i = 0; i < contest->count; i++)
		printf("time\t%s\t%s\t%.2f\t%.2f\t%.3f\n", object, contest->contenders[i].name,
		       measure_median(contest, i), measure_minimum(contest, i),
		       measure_ratio(contest, i, base));
}
