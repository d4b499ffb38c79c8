// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_in_map: changes values that belong together while a program reads them.
 *
 * One thread runs the program again and again (BPF_PROG_TEST_RUN: it needs no packet and no event).
 * Other threads change the values it reads: each fills a new inner map and puts it into the outer
 * one; or, with --in-place, writes the values of the inner map that is there, one after the other.
 * Read it from the bottom: main(), run_sample(), swap(), write_in_place(), report().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"
#include "worker.h"

#include "map_in_map.h"

#define READS_AT_ONCE 100 /* runs of the program, each time that the reader wakes up */
#define READER_RATE   200 /* times a second */
#define WRITER_RATE   500 /* changes a second, at most; the kernel takes its time for each */
#define WRITERS_MAX   16

static bool in_place;
static unsigned long writers = 1;
static unsigned long changes_wanted;

static const char *read_writers(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || !writers || writers > WRITERS_MAX ? "a number of threads, 1 to 16"
							   : NULL;
}

static const struct sample_option own_options[] = {
	{"in-place", NULL, sample_read_flag, &in_place, "write the values where they are"},
	{"writers", "COUNT", read_writers, &writers, "threads that change each outer map (1)"},
	{"changes", "COUNT", sample_read_number, &changes_wanted,
	 "end changing after so many (0: never)"},
	{0},
};

static const struct sample map_in_map = {
	.name = "map_in_map",
	.title = "values exchanged at one stroke, by a map in a map",
	.what = "Changes eight values that belong together while a program reads them, by "
		"putting\n"
		"another inner map into an outer one: does any reader see some new and some "
		"old?",
	.example = "-c 5",
	.map_types = "ARRAY_OF_MAPS, HASH_OF_MAPS, ARRAY, HASH",
	.needs = "root (or CAP_BPF); Linux 5.0 or newer",
	.requires = {"root", "map:array_of_maps", "map:hash_of_maps", "program:socket_filter"},
	.own = own_options,
};

/* An outer map, and what stands in it. */
struct outer {
	const char *name, *type, *inner;
	__u32 key, inner_type;
};

static const struct outer outers[OUTERS] = {
	[IN_ARRAY] = {"array_of_maps", "ARRAY_OF_MAPS", "inner_array", 0, BPF_MAP_TYPE_ARRAY},
	[IN_HASH] = {"hash_of_maps", "HASH_OF_MAPS", "inner_hash", HASH_KEY, BPF_MAP_TYPE_HASH},
};

struct state;

struct writer {
	struct state *state;
	int outer; /* IN_ARRAY, IN_HASH */
	struct worker worker;
};

struct state {
	struct sample_run *run;
	struct bpf_loader *loader;
	int fds[OUTERS], inner_fds[OUTERS], reads_fd, program_fd;
	struct writer writers[OUTERS * WRITERS_MAX];
	struct worker reader;
	unsigned long begun[OUTERS], changes[OUTERS]; /* by the writers */
	int thread_errno;			      /* the first that failed, of any thread */
	/* Between two groups of reads only, a report is true: the reader holds this. */
	pthread_mutex_t lock;
	__u64 runs, runs_now;
	struct reads now[OUTERS], before[OUTERS];
	unsigned long changes_now[OUTERS], changes_before[OUTERS];
};

/* ---- changing ---- */

static void note_failure(struct state *state, int err)
{
	int none = 0;

	__atomic_compare_exchange_n(&state->thread_errno, &none, err, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

/*
 * All values of an inner map become `number`, one system call each. In the middle of it we take
 * a nap, as if the values took time to compute: what can be seen half done will be seen.
 */
static int fill(int map, __u64 number)
{
	for (__u32 i = 0; i < VALUES; i++) {
		if (i == VALUES / 2)
			poll(NULL, 0, 1);
		if (bpf_map_update_elem(map, &i, &number, BPF_ANY))
			return -errno;
	}
	return 0;
}

/*
 * The change is one update of the outer map. The kernel takes a reference of the new inner map, so
 * we need no descriptor of it any more, and drops the old one when nobody reads it any more: it
 * waits for that before the system call returns, which is why swaps take milliseconds.
 */
static int swap(const struct state *state, int which, __u64 number)
{
	const struct outer *outer = &outers[which];
	int inner = bpf_map_create(outer->inner_type, outer->inner, sizeof(__u32),
				   sizeof(__u64), VALUES, NULL);
	int err;

	if (inner < 0)
		return inner;
	err = fill(inner, number);
	if (!err && bpf_map_update_elem(state->fds[which], &outer->key, &inner, BPF_ANY))
		err = -errno;
	close(inner);
	return err;
}

static int write_in_place(const struct state *state, int which, __u64 number)
{
	return fill(state->inner_fds[which], number);
}

/* One change; its number is the value. */
static void change(void *ctx)
{
	struct writer *writer = ctx;
	struct state *state = writer->state;
	unsigned long number =
		__atomic_add_fetch(&state->begun[writer->outer], 1, __ATOMIC_RELAXED);
	int err;

	if (changes_wanted && number > changes_wanted)
		return;
	err = (in_place ? write_in_place : swap)(state, writer->outer, number);
	if (err)
		note_failure(state, -err);
	else
		__atomic_fetch_add(&state->changes[writer->outer], 1, __ATOMIC_RELAXED);
}

/* ---- reading ---- */

static void read_values(void *ctx)
{
	static const char packet[64];
	struct state *state = ctx;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = READS_AT_ONCE);
	int err;

	pthread_mutex_lock(&state->lock);
	err = bpf_prog_test_run_opts(state->program_fd, &opts);
	if (err)
		note_failure(state, -err);
	else
		state->runs += READS_AT_ONCE;
	pthread_mutex_unlock(&state->lock);
}

/* ---- threads ---- */

static bool start_thread(const struct state *state, struct worker *worker, double rate,
			 void (*step)(void *ctx), void *ctx)
{
	int err = worker_start(worker, rate, step, ctx);

	if (err)
		sample_fail(state->run, "cannot start a thread: %s", strerror(-err));
	return !err;
}

static bool start_threads(struct state *state)
{
	if (!start_thread(state, &state->reader, READER_RATE, read_values, state))
		return false;
	for (unsigned long i = 0; i < OUTERS * writers; i++) {
		struct writer *writer = &state->writers[i];

		*writer = (struct writer){.state = state, .outer = (int)(i % OUTERS)};
		if (!start_thread(state, &writer->worker, WRITER_RATE, change, writer))
			return false;
	}
	return true;
}

static void stop_threads(struct state *state)
{
	for (unsigned long i = 0; i < OUTERS * writers; i++)
		worker_stop(&state->writers[i].worker);
	worker_stop(&state->reader);
}

/* ---- reports ---- */

static bool read_counters(struct state *state)
{
	int err = 0, failed;

	memcpy(state->before, state->now, sizeof(state->before));
	memcpy(state->changes_before, state->changes_now, sizeof(state->changes_before));
	pthread_mutex_lock(&state->lock);
	for (__u32 i = 0; i < OUTERS && !err; i++) {
		err = bpf_map_lookup_elem(state->reads_fd, &i, &state->now[i]);
		state->changes_now[i] = __atomic_load_n(&state->changes[i], __ATOMIC_RELAXED);
	}
	state->runs_now = state->runs;
	pthread_mutex_unlock(&state->lock);
	failed = __atomic_load_n(&state->thread_errno, __ATOMIC_RELAXED);
	if (err)
		sample_fail(state->run, "map 'reads': cannot read it: %s", strerror(-err));
	else if (failed)
		sample_fail(state->run, "a thread cannot change or read the inner maps: %s",
			    strerror(failed));
	return !err && !failed;
}

static __u64 all_reads(const struct reads *reads)
{
	return reads->whole + reads->half + reads->missing;
}

static void print_table(FILE *out, const struct state *state)
{
	fprintf(out, "%d values that belong together, read while they change, %.1f s\n", VALUES,
		state->run->elapsed);
	fprintf(out, "(a change: %s)\n\n",
		in_place ? "the values are written one after the other where they are"
			 : "another inner map is filled and put into the outer one");
	fprintf(out, "%-14s %8s %9s %11s %9s %10s %8s\n", "outer map", "changes", "changes/s",
		"reads", "reads/s", "half new", "nothing");
	for (int i = 0; i < OUTERS; i++) {
		const struct reads *now = &state->now[i];
		const double period = state->run->period;

		fprintf(out, "%-14s %8lu %9.0f %11llu %9.0f %10llu %8llu\n", outers[i].type,
			state->changes_now[i],
			(double)(state->changes_now[i] - state->changes_before[i]) / period,
			all_reads(now),
			(double)(all_reads(now) - all_reads(&state->before[i])) / period,
			now->half, now->missing);
	}
}

static void print_json(FILE *out, const struct state *state)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"in_place\":%s,\"runs\":%llu,"
		"\"outers\":[",
		state->run->sample->name, state->run->elapsed, in_place ? "true" : "false",
		state->runs_now);
	for (int i = 0; i < OUTERS; i++)
		fprintf(out,
			"%s{\"name\":\"%s\",\"changes\":%lu,\"whole\":%llu,\"half\":%llu,"
			"\"missing\":%llu}",
			i ? "," : "", outers[i].name, state->changes_now[i],
			state->now[i].whole, state->now[i].half, state->now[i].missing);
	fprintf(out, "]}\n");
}

static int report_until_end(struct state *state)
{
	struct sample_run *run = state->run;

	while (sample_next(run)) {
		FILE *out;

		if (!read_counters(state))
			return EXIT_FAILURE;
		out = sample_report(run);
		if (out)
			(run->options.json ? print_json : print_table)(out, state);
		sample_show(run);
	}
	return sample_end(run);
}

/* ---- from the beginning to the end ---- */

/* The object's own inner maps are the first to stand in the outer ones, with 0 in all values. */
static bool put_first(struct state *state)
{
	for (int i = 0; i < OUTERS; i++) {
		const struct outer *outer = &outers[i];
		int err;

		state->fds[i] = bpf_loader_map_fd(state->loader, outer->name);
		state->inner_fds[i] = bpf_loader_map_fd(state->loader, outer->inner);
		err = fill(state->inner_fds[i], 0);
		if (!err && bpf_map_update_elem(state->fds[i], &outer->key,
						&state->inner_fds[i], BPF_ANY))
			err = -errno;
		if (!err)
			continue;
		sample_fail(state->run, "cannot put map '%s' into '%s': %s", outer->inner,
			    outer->name, strerror(-err));
		return false;
	}
	return true;
}

static int run_sample(struct sample_run *run)
{
	static struct state state;
	int status = EXIT_FAILURE;

	state = (struct state){.run = run, .lock = PTHREAD_MUTEX_INITIALIZER};
	state.loader = sample_load(run, NULL);
	if (!state.loader)
		return EXIT_FAILURE;
	state.reads_fd = bpf_loader_map_fd(state.loader, "reads");
	state.program_fd = bpf_loader_program_fd(state.loader, "read_values");
	if (put_first(&state) && start_threads(&state))
		status = report_until_end(&state);
	stop_threads(&state);
	bpf_loader_close(state.loader);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &map_in_map, argc, argv);
	return run_sample(&run);
}
