// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * spinlock: how many additions get lost, and what it costs that none does.
 *
 * In each round, for each of the four ways to add, some threads start at the same moment and run
 * the program a known number of times (BPF_PROG_TEST_RUN: no packet is needed). Meanwhile one
 * more thread looks at the two numbers, as a reader of the map would. What they should be is
 * known: threads times runs. Read it from the bottom: main(), run_sample(), round(), report().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "worker.h"

#include "spinlock.h"

#define ROUNDS_PER_SECOND 4
#define THREADS_MAX	  16
#define RUNS_MAX	  1000000UL

static unsigned long threads_wanted = 2, runs_wanted = 100000, rounds_wanted;

static const char *read_threads(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || threads_wanted < 2 || threads_wanted > THREADS_MAX
		       ? "a number of threads, 2 to 16"
		       : NULL;
}

static const char *read_runs(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || !runs_wanted || runs_wanted > RUNS_MAX
		       ? "a number of runs, 1 to 1000000"
		       : NULL;
}

static const struct sample_option own_options[] = {
	{"threads", "COUNT", read_threads, &threads_wanted, "that add at the same time (2)"},
	{"runs", "COUNT", read_runs, &runs_wanted, "additions of a thread in a round (100000)"},
	{"rounds", "COUNT", sample_read_number, &rounds_wanted,
	 "end adding after so many (0: never)"},
	{0},
};

static const struct sample spinlock = {
	.name = "spinlock",
	.title = "lost additions, with a spin lock and without",
	.what = "Several threads add to the same numbers in a map at the same time: with no "
		"lock,\n"
		"with a spin lock, with atomic additions, and with numbers for each CPU.",
	.example = "-c 5",
	.map_types = "HASH with bpf_spin_lock, PERCPU_HASH",
	.needs = "root (or CAP_BPF and CAP_NET_ADMIN); Linux 5.1 or newer",
	.requires = {"root", "map:hash", "map:percpu_hash", "program:sched_cls", "kernel:5.1"},
	.own = own_options,
};

static const struct {
	const char *name, *title, *program;
} ways[WAYS] = {
	[NO_LOCK] = {"no_lock", "no lock", "add_without_lock"},
	[SPIN_LOCK] = {"spin_lock", "spin lock", "add_with_lock"},
	[ATOMIC] = {"atomic", "atomic", "add_atomically"},
	[PER_CPU] = {"per_cpu", "one per CPU", "add_per_cpu"},
};

struct result {
	__u64 expected, counted;
	__u64 looks, uneven; /* reads of a running pair; those that found the two to differ */
	double nanoseconds;  /* of all runs together */
};

struct state;

/* One of the threads that add. */
struct adder {
	struct state *state;
	int program;
	pthread_t thread;
	__u32 nanoseconds; /* of a run, as the kernel says */
	int err;
};

struct state {
	struct sample_run *run;
	struct bpf_loader *loader;
	int counters, cpu_counters, cpu_count;
	struct cpu_counter *cpus;
	cpu_set_t cpu_set; /* that the threads may run on */
	int cpus_usable;
	struct worker worker;
	pthread_barrier_t barrier;
	unsigned int running; /* adders that have not finished */
	struct adder adders[THREADS_MAX];
	struct result results[WAYS];
	unsigned long rounds;
	int err; /* why there are no more rounds */
	/* As of the last round, when all numbers were at rest. For reports, which do not wait. */
	pthread_mutex_t lock;
	struct result shown[WAYS];
	unsigned long rounds_shown;
	int err_shown;
};

/* ---- the numbers ---- */

/*
 * BPF_F_LOCK: the kernel takes the value's lock while it copies the value. Where the program takes
 * it, too, that is a copy of one moment; where the program does not, the flag is of no use.
 */
static int read_counter(const struct state *state, __u32 way, struct counter *counter)
{
	return bpf_map_lookup_elem_flags(state->counters, &way, counter, BPF_F_LOCK);
}

static int sum_cpus(const struct state *state, __u64 *sum)
{
	__u32 key = 0;
	int err = bpf_map_lookup_elem(state->cpu_counters, &key, state->cpus);

	*sum = 0;
	for (int i = 0; !err && i < state->cpu_count; i++)
		*sum += state->cpus[i].count;
	return err;
}

static int read_total(const struct state *state, __u32 way, __u64 *total)
{
	struct counter counter = {0};
	int err;

	if (way == PER_CPU)
		return sum_cpus(state, total);
	err = read_counter(state, way, &counter);
	*total = counter.count;
	return err;
}

/* ---- a round ---- */

/* The thread goes to one of the CPUs that we may use; two to the same only if there are not enough. */
static void choose_cpu(const struct state *state, const struct adder *adder)
{
	long skip = state->cpus_usable ? (adder - state->adders) % state->cpus_usable : 0;
	cpu_set_t one;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &state->cpu_set) || skip--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static void *add(void *ctx)
{
	static const char packet[64];
	struct adder *adder = ctx;
	struct state *state = adder->state;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = (int)runs_wanted);

	choose_cpu(state, adder);
	pthread_barrier_wait(&state->barrier);
	adder->err = bpf_prog_test_run_opts(adder->program, &opts);
	adder->nanoseconds = opts.duration;
	__atomic_fetch_sub(&state->running, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Looks at a pair that is being added to, until the adders are done. It leaves them the CPUs. */
static void look(struct state *state, __u32 way)
{
	const struct timespec pause = {.tv_nsec = 20000};
	struct counter counter;

	pthread_barrier_wait(&state->barrier);
	while (way != PER_CPU && __atomic_load_n(&state->running, __ATOMIC_ACQUIRE)) {
		if (read_counter(state, way, &counter))
			return;
		state->results[way].looks++;
		state->results[way].uneven += counter.count != counter.twin;
		nanosleep(&pause, NULL);
	}
}

static void join(struct state *state, __u32 way)
{
	for (unsigned long i = 0; i < threads_wanted; i++) {
		struct adder *adder = &state->adders[i];

		pthread_join(adder->thread, NULL);
		if (adder->err)
			state->err = -adder->err;
		state->results[way].nanoseconds +=
			(double)adder->nanoseconds * (double)runs_wanted;
	}
	state->results[way].expected += threads_wanted * runs_wanted;
}

/*
 * A thread that cannot be started would leave the others waiting at the barrier; so this is the
 * one failure that ends the process at once. The kernel cleans up behind it.
 */
static void add_one_way(struct state *state, __u32 way)
{
	state->running = (unsigned int)threads_wanted;
	for (unsigned long i = 0; i < threads_wanted; i++) {
		struct adder *adder = &state->adders[i];
		int err;

		*adder = (struct adder){.state = state};
		adder->program = bpf_loader_program_fd(state->loader, ways[way].program);
		err = pthread_create(&adder->thread, NULL, add, adder);
		if (err)
			exit(sample_fail(state->run, "cannot start a thread: %s",
					 strerror(err)));
	}
	look(state, way);
	join(state, way);
}

static void publish(struct state *state)
{
	pthread_mutex_lock(&state->lock);
	memcpy(state->shown, state->results, sizeof(state->shown));
	state->rounds_shown = state->rounds;
	state->err_shown = state->err;
	pthread_mutex_unlock(&state->lock);
}

static void do_round(void *ctx)
{
	struct state *state = ctx;

	if (state->err || (rounds_wanted && state->rounds >= rounds_wanted))
		return;
	for (__u32 way = 0; way < WAYS && !state->err; way++) {
		add_one_way(state, way);
		if (!state->err)
			state->err = -read_total(state, way, &state->results[way].counted);
	}
	state->rounds++;
	publish(state);
}

/* ---- reports ---- */

static double percent(__u64 part, __u64 whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static double cost(const struct result *result)
{
	return result->expected ? result->nanoseconds / (double)result->expected : 0;
}

#define BAR 14

/* The part of `most` that it is, in a column so wide; nothing is only where there is nothing. */
static void print_bar(FILE *out, double part, double most, int width)
{
	int length = most > 0 ? (int)(part / most * BAR + 0.5) : 0;

	if (part > 0 && length < 1)
		length = 1;
	fprintf(out, " %-*.*s", width, length, "##############");
}

static __u64 lost(const struct result *result)
{
	return result->expected - result->counted;
}

static void print_charts(FILE *out, const struct result *results)
{
	double most_lost = 0, most_cost = 0;

	for (int way = 0; way < WAYS; way++) {
		most_lost = lost(&results[way]) > most_lost ? lost(&results[way]) : most_lost;
		most_cost = cost(&results[way]) > most_cost ? cost(&results[way]) : most_cost;
	}
	fprintf(out, "%-11s %11s %11s %7s %*s %s\n", "", "should be", "is", "lost", BAR, "",
		"time, no lock = 1");
	for (int way = 0; way < WAYS; way++) {
		const struct result *result = &results[way];

		fprintf(out, "%-11s %11llu %11llu %5.1f %%", ways[way].title, result->expected,
			result->counted, percent(lost(result), result->expected));
		print_bar(out, (double)lost(result), most_lost, BAR);
		fprintf(out, " %4.1f", cost(result) / cost(&results[NO_LOCK]));
		print_bar(out, cost(result), most_cost, 0);
		fputc('\n', out);
	}
}

/* There is no moment at which the numbers of all CPUs can be read; so the last is left out. */
static void print_looks(FILE *out, const struct result *results)
{
	fprintf(out, "\n%-11s %11s  %s\n", "", "looked at",
		"the two numbers were not the same");
	for (int way = 0; way < PER_CPU; way++)
		fprintf(out, "%-11s %11llu %11llu %5.1f %%\n", ways[way].title,
			results[way].looks, results[way].uneven,
			percent(results[way].uneven, results[way].looks));
}

static void print_table(FILE *out, const struct state *state)
{
	fprintf(out,
		"%lu threads add 1 to the same two numbers, %lu times each\n"
		"(in rounds of %lu, %.1f s)\n",
		threads_wanted, state->rounds_shown * runs_wanted, runs_wanted,
		state->run->elapsed);
	if (state->cpus_usable == 1)
		fprintf(out, "(on one CPU they take turns: perhaps nothing gets lost)\n");
	fputc('\n', out);
	if (!state->rounds_shown) {
		fprintf(out, "the first round is not over\n");
		return;
	}
	print_charts(out, state->shown);
	print_looks(out, state->shown);
}

static void print_json(FILE *out, const struct state *state)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"threads\":%lu,\"runs\":%lu,"
		"\"rounds\":%lu,\"ways\":[",
		state->run->sample->name, state->run->elapsed, threads_wanted, runs_wanted,
		state->rounds_shown);
	for (int way = 0; way < WAYS; way++) {
		const struct result *result = &state->shown[way];

		fprintf(out,
			"%s{\"name\":\"%s\",\"expected\":%llu,\"counted\":%llu,\"lost\":%llu,"
			"\"nanoseconds\":%.1f,\"looks\":%llu,\"uneven\":%llu}",
			way ? "," : "", ways[way].name, result->expected, result->counted,
			lost(result), cost(result), result->looks, result->uneven);
	}
	fprintf(out, "]}\n");
}

static bool report(struct state *state)
{
	FILE *out;

	if (state->err_shown) {
		sample_fail(state->run, "cannot run the programs or read the counters: %s",
			    strerror(state->err_shown));
		return false;
	}
	out = sample_report(state->run);
	if (out)
		(state->run->options.json ? print_json : print_table)(out, state);
	sample_show(state->run);
	return true;
}

static int report_until_end(struct state *state)
{
	bool good = true;

	while (good && sample_next(state->run)) {
		pthread_mutex_lock(&state->lock);
		good = report(state);
		pthread_mutex_unlock(&state->lock);
	}
	return good ? sample_end(state->run) : EXIT_FAILURE;
}

/* ---- from the beginning to the end ---- */

/* A program cannot lock what is not there, and several that insert at once would get in each
 * other's way. So the values are made here, before any program runs: all zero, the lock free. */
static int make_counters(const struct state *state)
{
	const struct counter zero = {0};
	__u32 key;
	int err = 0;

	for (key = 0; key < PER_CPU && !err; key++)
		err = bpf_map_update_elem(state->counters, &key, &zero, BPF_NOEXIST);
	key = 0;
	if (!err)
		err = bpf_map_update_elem(state->cpu_counters, &key, state->cpus, BPF_NOEXIST);
	return err;
}

static bool prepare(struct state *state)
{
	int err;

	state->loader = sample_load(state->run, NULL);
	if (!state->loader)
		return false;
	state->counters = bpf_loader_map_fd(state->loader, "counters");
	state->cpu_counters = bpf_loader_map_fd(state->loader, "cpu_counters");
	state->cpu_count = libbpf_num_possible_cpus();
	if (!sched_getaffinity(0, sizeof(state->cpu_set), &state->cpu_set))
		state->cpus_usable = CPU_COUNT(&state->cpu_set);
	if (state->cpu_count > 0)
		state->cpus = calloc((size_t)state->cpu_count, sizeof(*state->cpus));
	err = state->cpus ? make_counters(state) : -ENOMEM;
	if (!err)
		/* The threads that add, and the one that looks. */
		err = -pthread_barrier_init(&state->barrier, NULL,
					    (unsigned int)threads_wanted + 1);
	if (err)
		sample_fail(state->run, "cannot make the counters: %s", strerror(-err));
	return !err;
}

static int run_sample(struct sample_run *run)
{
	static struct state state;
	int status = EXIT_FAILURE, err;

	state = (struct state){.run = run, .lock = PTHREAD_MUTEX_INITIALIZER};
	if (prepare(&state)) {
		err = worker_start(&state.worker, ROUNDS_PER_SECOND, do_round, &state);
		if (err)
			sample_fail(run, "cannot start a thread: %s", strerror(-err));
		else
			status = report_until_end(&state);
	}
	worker_stop(&state.worker);
	free(state.cpus);
	bpf_loader_close(state.loader);
	return status;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &spinlock, argc, argv);
	return run_sample(&run);
}
