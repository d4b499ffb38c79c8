// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * events: reading perf buffers by hand (samples/perf_reader.c) against libbpf's perf_buffer, and
 * a wake-up for each event against one for a hundred.
 *
 *     events ROUNDS OBJECT
 *
 * OBJECT is trace_output_kern.o, whose program sends an event for each call of getpgid(). Three
 * contests, in each of which all four contenders take part in every round:
 *
 *     drain   the events are in the ring already: what does it cost to read them?
 *     same    a thread makes calls while another reads, both on one CPU
 *     other   the same on two CPUs; left out where there is one
 *
 * Prints "events CONTEST READER WAKEUP NS RATIO RATIO", separated by tabs: the median of
 * nanoseconds an event, how many times that is what libbpf takes with the same wake-ups, and
 * what the same reader takes with a wake-up for a hundred. Or "skip events REASON".
 */
#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "measure.h"
#include "samples/perf_reader.h"
#include "samples/trace_output.h"

#define PAGES	   256	/* of a ring: a whole go fits, nothing is ever lost */
#define GO	   5000 /* events in a round, a multiple of each number of wake-ups */
#define DRAIN	   5000
#define WAKEUP	   100
#define WAIT_MS	   1000
#define CONTENDERS 4

/* One contender: a copy of program and maps, and a reader. */
struct side {
	struct bpf_loader *loader;
	struct perf_reader manual;
	struct perf_buffer *libbpf; /* NULL: by hand */
	unsigned long read, lost;
};

/* Where the calls are made; the reader stays where it is. */
static int caller_cpu;

/* ---- a contender ---- */

static void take(void *ctx, int cpu, const struct perf_event_header *record)
{
	struct side *side = ctx;

	(void)cpu;
	if (record->type == PERF_RECORD_SAMPLE)
		side->read++;
	else
		side->lost++;
}

static enum bpf_perf_event_ret take_from_libbpf(void *ctx, int cpu,
						struct perf_event_header *record)
{
	take(ctx, cpu, record);
	return LIBBPF_PERF_EVENT_CONT;
}

static bool open_reader(struct side *side, bool by_hand, unsigned int wakeup)
{
	struct perf_event_attr attr = perf_reader_attr(wakeup);
	const int map_fd = bpf_loader_map_fd(side->loader, "events");

	side->manual = (struct perf_reader){.map_fd = map_fd,
					    .pages = PAGES,
					    .wakeup = wakeup,
					    .record = take,
					    .ctx = side};
	if (by_hand)
		return !perf_reader_open(&side->manual);
	side->libbpf = perf_buffer__new_raw(map_fd, PAGES, &attr, take_from_libbpf, side, NULL);
	return side->libbpf;
}

/* All four programs run for each call; only the one of the contender at work sends. */
static void set_watched(const struct side *side, __u32 whom)
{
	const __u32 zero = 0;

	if (bpf_map_update_elem(bpf_loader_map_fd(side->loader, "watched"), &zero, &whom,
				BPF_ANY))
		perror("bench: map 'watched'");
}

/* NULL, or why not. */
static const char *open_side(struct side *side, const char *object, bool by_hand,
			     unsigned int wakeup)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};

	side->loader = bpf_loader_load_file(object, &opts);
	if (bpf_loader_error(side->loader))
		return bpf_loader_error(side->loader);
	if (!open_reader(side, by_hand, wakeup))
		return "cannot open perf buffers";
	set_watched(side, WATCH_NOBODY);
	return bpf_loader_attach(side->loader) ? bpf_loader_error(side->loader) : NULL;
}

static void close_side(struct side *side)
{
	if (side->libbpf)
		perf_buffer__free(side->libbpf);
	else if (side->manual.rings)
		perf_reader_close(&side->manual);
	bpf_loader_close(side->loader);
}

static void drain(struct side *side)
{
	if (side->libbpf)
		perf_buffer__consume(side->libbpf);
	else
		perf_reader_drain(&side->manual);
}

static void wait_and_read(struct side *side)
{
	int count = side->libbpf ? perf_buffer__poll(side->libbpf, WAIT_MS)
				 : perf_reader_poll(&side->manual, WAIT_MS);

	if (count <= 0)
		drain(side);
}

static void call(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		(void)getpgid(0);
}

/* ---- contest "drain": close(), which is not timed, fills the ring for the next round ---- */

static void *drain_once(const void *input)
{
	struct side *side = (struct side *)input;

	drain(side);
	return side;
}

static void fill(void *loaded)
{
	struct side *side = loaded;

	set_watched(side, (__u32)getpid());
	call(DRAIN);
	set_watched(side, WATCH_NOBODY);
}

/* ---- contests "same" and "other" ---- */

static void go_to(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		perror("bench: cannot go to a CPU");
}

static void *make_calls(void *unused)
{
	go_to(caller_cpu);
	call(GO);
	return unused;
}

/* From the first call to the last event read. */
static void *go_once(const void *input)
{
	struct side *side = (struct side *)input;
	const unsigned long end = side->read + GO;
	pthread_t caller;

	set_watched(side, (__u32)getpid());
	if (pthread_create(&caller, NULL, make_calls, NULL))
		return NULL;
	while (side->read < end && !side->lost)
		wait_and_read(side);
	pthread_join(caller, NULL);
	if (!side->lost)
		return side;
	fprintf(stderr, "bench: a ring of %d pages was full\n", PAGES);
	return NULL;
}

static void rest(void *loaded)
{
	set_watched(loaded, WATCH_NOBODY);
}

/* ---- running them ---- */

/* Contenders: by hand and libbpf, each with both numbers of wake-ups. */
enum { HAND, HAND_1, LIBBPF, LIBBPF_1 };

static void print(const struct contest *contest, const char *name, double events)
{
	static const char *const names[] = {"manual\t100", "manual\t1", "libbpf\t100",
					    "libbpf\t1"};

	for (size_t i = 0; i < CONTENDERS; i++)
		printf("events\t%s\t%s\t%.1f\t%.3f\t%.3f\n", name, names[i],
		       measure_median(contest, i) * 1000 / events,
		       measure_ratio(contest, i,
				     i == HAND	   ? LIBBPF
				     : i == HAND_1 ? LIBBPF_1
						   : i),
		       measure_ratio(contest, i, i < LIBBPF ? HAND : LIBBPF));
}

static bool hold(const char *name, struct side *sides, size_t rounds,
		 void *(*load)(const void *), void (*close)(void *), double events)
{
	struct contender contenders[CONTENDERS];
	struct contest contest = {
		.contenders = contenders, .count = CONTENDERS, .rounds = rounds};
	bool good;

	for (size_t i = 0; i < CONTENDERS; i++)
		contenders[i] =
			(struct contender){.input = &sides[i], .load = load, .close = close};
	good = measure_run(&contest);
	if (good)
		print(&contest, name, events);
	measure_release(&contest);
	for (size_t i = 0; i < CONTENDERS; i++)
		drain(&sides[i]);
	return good;
}

/* Any CPU of those allowed that is not this one; -1: there is none. */
static int other_cpu(const cpu_set_t *allowed, int here)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (cpu != here && CPU_ISSET(cpu, allowed))
			return cpu;
	return -1;
}

static bool hold_all(struct side *sides, size_t rounds)
{
	const int here = sched_getcpu();
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	measure_pin();
	/* Microseconds a round, where the others take tens of milliseconds. */
	if (!hold("drain", sides, rounds * 10, drain_once, fill, DRAIN))
		return false;
	caller_cpu = here;
	if (!hold("same", sides, rounds, go_once, rest, GO))
		return false;
	caller_cpu = other_cpu(&allowed, here);
	return caller_cpu < 0 || hold("other", sides, rounds, go_once, rest, GO);
}

int main(int argc, char **argv)
{
	struct side sides[CONTENDERS] = {0};
	const char *why = geteuid() ? "loading programs needs root" : NULL;
	bool good = true;

	if (argc != 3) {
		fprintf(stderr, "usage: events ROUNDS OBJECT\n");
		return 2;
	}
	for (int i = 0; i < CONTENDERS && !why; i++)
		why = open_side(&sides[i], argv[2], i < LIBBPF, i % 2 ? 1 : WAKEUP);
	if (why)
		printf("skip\tevents\t%s\n", why);
	else
		good = hold_all(sides, strtoul(argv[1], NULL, 10));
	for (int i = 0; i < CONTENDERS; i++)
		close_side(&sides[i]);
	return good ? 0 : 1;
}
