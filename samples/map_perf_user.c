// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_perf: updates, look-ups and deletes per second, by map type and number of CPUs.
 *
 * For each kind of map it loads map_perf_kern.o anew, with the map's type changed before the map
 * is created, has the programs run on one CPU and on several at once, and does the same by system
 * calls for comparison. A thread of its own measures; the main thread shows what is known so far.
 * Read it from the bottom: main(), show_until_done(), measure_all(), measure_kind(), run_on_cpus().
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "map_perf.h"
#include "sample.h"

#define COUNTS_MAX     4 /* numbers of CPUs */
#define THREADS_MAX    64
#define REPEAT	       16  /* runs of a program by one system call: about a millisecond */
#define LOOKUP_BATCH   256 /* keys of one batch look-up */
#define OPERATIONS_MAX 1048576UL

enum operation { UPDATE, LOOKUP, DELETE, OPERATIONS, BATCH = OPERATIONS, SYSCALL_OPERATIONS };

static const char *const operation_names[] = {"update", "lookup", "delete", "batch"};

/* The kinds of maps. `map` is the one of the object that becomes it, and begins its programs' names. */
static const struct kind {
	const char *name, *map;
	__u32 type, flags;
	bool deletes; /* elements of arrays cannot be deleted */
} kinds[] = {
	{"hash", "table", BPF_MAP_TYPE_HASH, 0, true},
	{"hash_no_prealloc", "table", BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC, true},
	{"percpu_hash", "table", BPF_MAP_TYPE_PERCPU_HASH, 0, true},
	{"lru_hash", "table", BPF_MAP_TYPE_LRU_HASH, 0, true},
	{"lru_percpu_hash", "table", BPF_MAP_TYPE_LRU_PERCPU_HASH, 0, true},
	{"array", "table", BPF_MAP_TYPE_ARRAY, 0, false},
	{"percpu_array", "table", BPF_MAP_TYPE_PERCPU_ARRAY, 0, false},
	{"lpm_trie", "trie", BPF_MAP_TYPE_LPM_TRIE, BPF_F_NO_PREALLOC, true},
	{"queue", "line", BPF_MAP_TYPE_QUEUE, 0, true},
	{"stack", "line", BPF_MAP_TYPE_STACK, 0, true},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ---- options ---- */

static unsigned long operations = 32768;
static bool wanted[KINDS];
static unsigned int counts[COUNTS_MAX], count_of_counts;
static const char *svg_path;

static const char *read_operations(const char *value, void *to)
{
	const char *bad = sample_read_number(value, to);
	unsigned long number = bad ? 0 : *(unsigned long *)to;

	return !number || number % PERF_BATCH || number > OPERATIONS_MAX
		       ? "a multiple of 64, 64 to 1048576"
		       : NULL;
}

static bool want_kind(const char *name, size_t length)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strlen(kinds[i].name) == length &&
		    !strncasecmp(kinds[i].name, name, length)) {
			wanted[i] = true;
			return true;
		}
	return false;
}

static const char *read_types(const char *value, void *to)
{
	(void)to;
	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");

		if (!want_kind(at, length))
			return "a list of hash, hash_no_prealloc, percpu_hash, lru_hash, "
			       "lru_percpu_hash, array, percpu_array, lpm_trie, queue, stack";
		at += length;
		if (!*at)
			return NULL;
	}
}

static const char *read_cpus(const char *value, void *to)
{
	(void)to;
	for (char *end = (char *)value; count_of_counts < COUNTS_MAX; value = end + 1) {
		unsigned long number = strtoul(value, &end, 10);

		if (end == value || *value < '0' || *value > '9' || !number ||
		    number > THREADS_MAX || (*end && *end != ','))
			break;
		counts[count_of_counts++] = (unsigned int)number;
		if (!*end)
			return NULL;
	}
	return "a list of up to 4 numbers, 1 to 64";
}

static const struct sample_option own_options[] = {
	{"types", "LIST", read_types, NULL, "which maps, as --types=hash,array (all)"},
	{"cpus", "LIST", read_cpus, NULL, "on how many CPUs at once (1, and all up to 4)"},
	{"operations", "N", read_operations, &operations, "of each kind on each CPU (32768)"},
	{"svg", "FILE", sample_read_text, &svg_path, "write a bar chart, too"},
	{0},
};

static const struct sample map_perf = {
	.name = "map_perf",
	.title = "operations per second, by map type and CPUs",
	.what = "Measures how many updates, look-ups and deletes a second maps of each type "
		"take:\n"
		"within BPF, on one CPU and on several at once, and by system calls.",
	.example = "--svg=chart.svg",
	.map_types =
		"HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, ARRAY, PERCPU_ARRAY, LPM_TRIE, "
		"QUEUE, STACK",
	.needs = "root; Linux 5.3 (loops), 5.6 (batch look-ups)",
	.requires = {"root", "map:queue", "map:lpm_trie", "program:socket_filter",
		     "kernel:5.3"},
	.own = own_options,
};

/* ---- results ---- */

struct result {
	bool known;
	unsigned long long done, missed;
	double per_second;
};

struct perf {
	struct sample_run *run;
	unsigned int cpus[THREADS_MAX], cpu_count; /* that we may use */
	pthread_t thread;
	int finished_fd;
	atomic_bool stop;
	pthread_mutex_t lock; /* of what follows */
	bool finished, failed;
	const char *kind, *operation; /* being measured */
	unsigned int on;	      /* so many CPUs; 0: by system calls */
	struct result in_bpf[KINDS][COUNTS_MAX][OPERATIONS];
	struct result by_syscall[KINDS][SYSCALL_OPERATIONS];
};

/* A map to measure: the object, loaded for that. */
struct subject {
	struct perf *perf;
	const struct kind *kind;
	struct bpf_loader *loader;
	__u32 entries;
};

static void store(struct perf *perf, struct result *to, const struct result *result)
{
	pthread_mutex_lock(&perf->lock);
	*to = *result;
	to->known = true;
	pthread_mutex_unlock(&perf->lock);
}

static void tell_progress(struct perf *perf, const struct kind *kind, enum operation operation,
			  unsigned int on)
{
	pthread_mutex_lock(&perf->lock);
	perf->kind = kind->name;
	perf->operation = operation_names[operation];
	perf->on = on;
	pthread_mutex_unlock(&perf->lock);
}

/* ---- the object ---- */

/* The loader asks for each map before it creates any: this one becomes what is to be measured. */
static int fixup_map(struct bpf_loader_map *map, size_t index, void *ctx)
{
	const struct subject *subject = ctx;

	(void)index;
	if (strcmp(map->name, subject->kind->map) != 0)
		return 0;
	map->type = subject->kind->type;
	map->map_flags = subject->kind->flags;
	map->max_entries = subject->entries;
	return 0;
}

/* Of the programs only those for this map are loaded. */
static int fixup_program(struct bpf_loader_program *program, size_t index, void *ctx)
{
	const struct subject *subject = ctx;

	(void)index;
	program->skip =
		strncmp(program->name, subject->kind->map, strlen(subject->kind->map)) != 0;
	return 0;
}

/* Loads it with a map of `entries`. False after a message. */
static bool load_subject(struct subject *subject, struct perf *perf, const struct kind *kind,
			 __u32 entries)
{
	struct bpf_loader_opts opts = {
		.fixup_map = fixup_map,
		.fixup_program = fixup_program,
		.report = perf->run->options.verbose ? bpf_loader_print : NULL,
		.ctx = subject,
	};
	char path[4096];

	*subject = (struct subject){.perf = perf, .kind = kind, .entries = entries};
	if (!sample_object(perf->run, perf->run->options.btf, path, sizeof(path)))
		return false;
	subject->loader = bpf_loader_load_file(path, &opts);
	if (!bpf_loader_error(subject->loader))
		return true;
	sample_fail(perf->run, "%s: %s", kind->name, bpf_loader_error(subject->loader));
	sample_explain(perf->run);
	bpf_loader_close(subject->loader);
	return false;
}

/* ---- within BPF ---- */

/* One thread on one CPU, and what it found. */
struct runner {
	struct perf *perf;
	pthread_t thread;
	atomic_uint *missing; /* threads that have not started yet */
	unsigned int cpu;
	int program, err;
	unsigned long long ns;
};

static void pin_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Waits, at work, until all are there: asleep, the first would be done before the last is awake. */
static void start_together(const struct runner *runner)
{
	atomic_fetch_sub(runner->missing, 1);
	while (*runner->missing && !runner->perf->stop)
		;
}

/*
 * Has the program run until all operations are done. How long it took the kernel tells, a mean
 * of the runs of one call: the system call itself, and times when others had the CPU, are not in it.
 */
static void *run_program(void *ctx)
{
	struct runner *runner = ctx;
	unsigned char packet[64] = {0};

	pin_to(runner->cpu);
	start_together(runner);
	for (unsigned long left = operations / PERF_BATCH; left && !runner->perf->stop;) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
			    .data_size_in = sizeof(packet));

		opts.repeat = left < REPEAT ? (int)left : REPEAT;
		runner->err = bpf_prog_test_run_opts(runner->program, &opts);
		if (runner->err)
			break;
		left -= (unsigned long)opts.repeat;
		runner->ns += (unsigned long long)opts.duration * (unsigned int)opts.repeat;
	}
	return NULL;
}

/* Gives each CPU that takes part keys of its own, and sets its counters to 0. */
static bool hand_out_keys(const struct subject *subject, unsigned int threads)
{
	int possible = libbpf_num_possible_cpus(), err;
	struct perf_work *works =
		possible > 0 ? calloc((size_t)possible, sizeof(*works)) : NULL;
	__u32 zero = 0;

	if (!works)
		return false;
	for (unsigned int i = 0; i < threads; i++)
		if (subject->perf->cpus[i] < (unsigned int)possible)
			works[subject->perf->cpus[i]].next = i * operations;
	err = bpf_map_update_elem(bpf_loader_map_fd(subject->loader, "work"), &zero, works, 0);
	free(works);
	return !err;
}

/* What all CPUs together have counted. */
static void read_work(const struct subject *subject, struct result *result)
{
	int possible = libbpf_num_possible_cpus();
	struct perf_work *works =
		possible > 0 ? calloc((size_t)possible, sizeof(*works)) : NULL;
	__u32 zero = 0;

	if (works &&
	    !bpf_map_lookup_elem(bpf_loader_map_fd(subject->loader, "work"), &zero, works))
		for (int i = 0; i < possible; i++) {
			result->done += works[i].done;
			result->missed += works[i].missed;
		}
	free(works);
}

/* Starts the threads, waits for their end. Returns 0 or -errno. */
static int run_threads(struct perf *perf, struct runner *runners, unsigned int threads)
{
	atomic_uint missing = threads;
	unsigned int started = 0;
	int err = 0;

	while (started < threads && !err) {
		runners[started].missing = &missing;
		err = -pthread_create(&runners[started].thread, NULL, run_program,
				      &runners[started]);
		started += !err;
	}
	if (err) /* nobody waits for one that will never come */
		perf->stop = true;
	for (unsigned int i = 0; i < started; i++)
		pthread_join(runners[i].thread, NULL);
	for (unsigned int i = 0; i < started && !err; i++)
		err = runners[i].err;
	return err;
}

/* One operation, `operations` times on each of the CPUs. False after a message. */
static bool run_on_cpus(const struct subject *subject, enum operation operation,
			unsigned int threads, struct result *result)
{
	struct runner runners[THREADS_MAX] = {0};
	char name[32];
	int err;

	snprintf(name, sizeof(name), "%s_%s", subject->kind->map, operation_names[operation]);
	for (unsigned int i = 0; i < threads; i++)
		runners[i] = (struct runner){
			.perf = subject->perf,
			.cpu = subject->perf->cpus[i],
			.program = bpf_loader_program_fd(subject->loader, name)};
	err = hand_out_keys(subject, threads) ? run_threads(subject->perf, runners, threads)
					      : -errno;
	if (err) {
		sample_fail(subject->perf->run, "%s: cannot run program '%s': %s",
			    subject->kind->name, name, strerror(-err));
		return false;
	}
	read_work(subject, result);
	for (unsigned int i = 0; i < threads; i++)
		if (runners[i].ns)
			result->per_second += (double)operations * 1e9 / (double)runners[i].ns;
	return true;
}

static bool measure_in_bpf(const struct subject *subject, size_t count)
{
	struct perf *perf = subject->perf;
	const size_t kind = (size_t)(subject->kind - kinds);

	for (int i = 0; i < OPERATIONS && !perf->stop; i++) {
		struct result result = {0};

		if (i == DELETE && !subject->kind->deletes)
			continue;
		tell_progress(perf, subject->kind, (enum operation)i, counts[count]);
		if (!run_on_cpus(subject, (enum operation)i, counts[count], &result))
			return false;
		if (!perf->stop)
			store(perf, &perf->in_bpf[kind][count][i], &result);
	}
	return true;
}

/* ---- by system calls ---- */

/* Seconds of CPU time: what other processes do meanwhile is not in it. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One operation on the key; `values` has room for a value for each CPU. Did it work? */
static bool call(int map, const struct kind *kind, enum operation operation, __u32 number,
		 void *values)
{
	const struct perf_prefix prefix = {.bits = 32, .address = __builtin_bswap32(number)};
	const bool line = !strcmp(kind->map, "line");
	const void *key = !strcmp(kind->map, "trie") ? (const void *)&prefix : &number;

	if (line)
		key = NULL;
	switch (operation) {
	case UPDATE: return !bpf_map_update_elem(map, key, values, BPF_ANY);
	case LOOKUP: return !bpf_map_lookup_elem(map, key, values);
	default:
		return line ? !bpf_map_lookup_and_delete_elem(map, key, values)
			    : !bpf_map_delete_elem(map, key);
	}
}

static void call_often(const struct subject *subject, enum operation operation, void *values,
		       struct result *result)
{
	int map = bpf_loader_map_fd(subject->loader, subject->kind->map);

	for (__u32 i = 0; i < operations && !subject->perf->stop; i++) {
		if (call(map, subject->kind, operation, i, values))
			result->done++;
		else
			result->missed++;
	}
}

/* Reads the whole map, many keys by one call. False if maps of this type have no such call. */
static bool read_batches(const struct subject *subject, size_t value_size,
			 struct result *result)
{
	int map = bpf_loader_map_fd(subject->loader, subject->kind->map), err = 0;
	struct perf_prefix *keys = calloc(LOOKUP_BATCH, sizeof(*keys)); /* the largest key */
	char *values = calloc(LOOKUP_BATCH, value_size);
	__u64 place = 0; /* where the last one ended; room for any key */
	bool first = true;

	while (keys && values && !err && !subject->perf->stop) {
		__u32 count = LOOKUP_BATCH;

		err = bpf_map_lookup_batch(map, first ? NULL : &place, &place, keys, values,
					   &count, NULL);
		if (!err || err == -ENOENT)
			result->done += count;
		first = false;
	}
	free(keys);
	free(values);
	return err == -ENOENT;
}

static bool measure_by_syscalls(const struct subject *subject)
{
	static const enum operation order[] = {UPDATE, LOOKUP, BATCH, DELETE};
	struct perf *perf = subject->perf;
	const size_t kind = (size_t)(subject->kind - kinds);
	int possible = libbpf_num_possible_cpus();
	void *values = possible > 0 ? calloc((size_t)possible, sizeof(__u64)) : NULL;

	for (size_t i = 0; values && i < SYSCALL_OPERATIONS && !perf->stop; i++) {
		struct result result = {0};
		double start = now();

		if (order[i] == DELETE && !subject->kind->deletes)
			continue;
		tell_progress(perf, subject->kind, order[i], 0);
		if (order[i] != BATCH)
			call_often(subject, order[i], values, &result);
		else if (!read_batches(subject, (size_t)possible * sizeof(__u64), &result))
			continue;
		result.per_second = (double)(result.done + result.missed) / (now() - start);
		if (!perf->stop)
			store(perf, &perf->by_syscall[kind][order[i]], &result);
	}
	free(values);
	return true;
}

/* ---- the thread that measures ---- */

/* One kind on so many CPUs at once; the first time by system calls, too. False after a message. */
static bool measure_kind(struct perf *perf, size_t kind, size_t count)
{
	struct subject subject;
	bool good;

	if (!load_subject(&subject, perf, &kinds[kind], (__u32)(operations * counts[count])))
		return false;
	good = measure_in_bpf(&subject, count);
	bpf_loader_close(subject.loader);
	if (!good || count || perf->stop)
		return good;
	if (!load_subject(&subject, perf, &kinds[kind], (__u32)operations))
		return false;
	good = measure_by_syscalls(&subject);
	bpf_loader_close(subject.loader);
	return good;
}

static void *measure_all(void *ctx)
{
	struct perf *perf = ctx;
	bool good = true;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t count = 0; wanted[kind] && count < count_of_counts; count++)
			if (good && !perf->stop)
				good = measure_kind(perf, kind, count);
	pthread_mutex_lock(&perf->lock);
	perf->finished = good && !perf->stop;
	perf->failed = !good;
	pthread_mutex_unlock(&perf->lock);
	eventfd_write(perf->finished_fd, 1);
	return NULL;
}

/* ---- what comes out ---- */

/*
 * How long a bar is, 0 to 1. Between an array and a trie lie three orders of magnitude, so the scale
 * is logarithmic: from 10000 a second to 1000 millions, each fifth of it ten times as much.
 */
#define SCALE_FROM    1e4
#define SCALE_DECADES 5

static double bar_length(double per_second)
{
	double length = per_second > 0 ? log10(per_second / SCALE_FROM) / SCALE_DECADES : 0;

	if (length < 0)
		return 0;
	return length < 1 ? length : 1;
}

static const char *const scale_labels[SCALE_DECADES + 1] = {".01", ".1",  "1",
							    "10",  "100", "1000"};

/* The numbers below which the bars begin and end; as wide as `columns`. */
static void print_scale(FILE *out, unsigned int columns)
{
	unsigned int at = 0;

	for (unsigned int i = 0; i < SCALE_DECADES; i++)
		for (at += (unsigned int)fprintf(out, "%s", scale_labels[i]);
		     at < (i + 1) * columns / SCALE_DECADES; at++)
			fputc(' ', out);
	fprintf(out, "%s\n", scale_labels[SCALE_DECADES]);
}

static void print_rate(FILE *out, const struct result *result)
{
	if (result->known)
		fprintf(out, " %8.2f", result->per_second / 1e6);
	else
		fprintf(out, " %8s", "-");
}

/* A bar in eighths of a column. */
static void print_bar(FILE *out, double part, unsigned int columns)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned int length = (unsigned int)(part * columns * 8 + 0.5);

	for (unsigned int i = 0; i < length / 8; i++)
		fputs("█", out);
	fputs(eighths[length % 8], out);
}

static void print_in_bpf(FILE *out, const struct perf *perf)
{
	const unsigned int columns = sample_columns() - 58;

	fprintf(out, "%51s  look-ups, from .01 to 1000\n", "");
	fprintf(out, "%-18s %4s %8s %8s %8s   ", "within BPF", "CPUs", "update", "look up",
		"delete");
	print_scale(out, columns);
	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t count = 0; count < count_of_counts; count++) {
			const struct result *results = perf->in_bpf[kind][count];

			if (!results[UPDATE].known)
				continue;
			fprintf(out, "%-18s %4u", kinds[kind].name, counts[count]);
			for (int i = 0; i < OPERATIONS; i++)
				print_rate(out, &results[i]);
			fputs("   ", out);
			print_bar(out, bar_length(results[LOOKUP].per_second), columns);
			fputc('\n', out);
		}
}

static void print_by_syscall(FILE *out, const struct perf *perf)
{
	fprintf(out, "\n%-18s %4s %8s %8s %8s %8s\n", "by system calls", "", "update",
		"look up", "delete", "in batch");
	for (size_t kind = 0; kind < KINDS; kind++) {
		const struct result *results = perf->by_syscall[kind];

		if (!results[UPDATE].known)
			continue;
		fprintf(out, "%-18s %4s", kinds[kind].name, "");
		for (int i = 0; i < SYSCALL_OPERATIONS; i++)
			print_rate(out, &results[i]);
		fputc('\n', out);
	}
}

static void print_progress(FILE *out, const struct perf *perf)
{
	fprintf(out, "measuring %s: %s, ", perf->kind, perf->operation);
	if (perf->on)
		fprintf(out, "%u CPU%s\n", perf->on, perf->on > 1 ? "s" : "");
	else
		fprintf(out, "by system calls\n");
}

/* In a pipe the tables are for the end; what is not ready yet would only be there twice. */
static void print_table(FILE *out, const struct perf *perf, bool last)
{
	if (!last && !perf->run->redraw) {
		print_progress(out, perf);
		return;
	}
	fprintf(out, "millions of operations a second, %lu of each kind on each CPU\n\n",
		operations);
	print_in_bpf(out, perf);
	if (last)
		print_by_syscall(out, perf);
	else
		print_progress(out, perf);
	if (last && !perf->finished)
		fprintf(out, "\nnot finished: ended before all was measured\n");
}

static void print_json_result(FILE *out, const char **comma, const struct kind *kind,
			      unsigned int cpus, int operation, const struct result *result)
{
	if (!result->known)
		return;
	fprintf(out, "%s{\"type\":\"%s\",\"from\":\"%s\",\"cpus\":%u,\"operation\":\"%s\"",
		*comma, kind->name, cpus ? "bpf" : "syscall", cpus ? cpus : 1,
		operation_names[operation]);
	fprintf(out, ",\"done\":%llu,\"missed\":%llu,\"per_second\":%.0f}", result->done,
		result->missed, result->per_second);
	*comma = ",";
}

static void print_json(FILE *out, const struct perf *perf)
{
	const char *comma = "";

	fprintf(out, "{\"sample\":\"map_perf\",\"seconds\":%.3f,\"operations\":%lu",
		perf->run->elapsed, operations);
	fprintf(out, ",\"finished\":%s,\"results\":[", perf->finished ? "true" : "false");
	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t count = 0; count < count_of_counts; count++)
			for (int i = 0; i < OPERATIONS; i++)
				print_json_result(out, &comma, &kinds[kind], counts[count], i,
						  &perf->in_bpf[kind][count][i]);
		for (int i = 0; i < SYSCALL_OPERATIONS; i++)
			print_json_result(out, &comma, &kinds[kind], 0, i,
					  &perf->by_syscall[kind][i]);
	}
	fprintf(out, "]}\n");
}

static void report(struct perf *perf, bool last)
{
	FILE *out = sample_report(perf->run);

	pthread_mutex_lock(&perf->lock);
	if (out && perf->run->options.json)
		print_json(out, perf);
	else if (out)
		print_table(out, perf, last);
	pthread_mutex_unlock(&perf->lock);
	sample_show(perf->run);
}

/* ---- the picture ---- */

#define SVG_LABEL 250 /* pixels in front of the bars */
#define SVG_BARS  480
#define SVG_ROW	  16
#define SVG_TOP	  66 /* above the bars */

struct svg {
	FILE *out;
	int row;
};

static void svg_bar(struct svg *svg, const struct kind *kind, unsigned int cpus, int operation,
		    const struct result *result)
{
	static const char *const colors[] = {"#4477aa", "#228833", "#cc6677", "#aa8833"};
	const int y = SVG_TOP + svg->row * SVG_ROW;
	const double length = bar_length(result->per_second) * SVG_BARS;

	if (!result->known)
		return;
	svg->row++;
	fprintf(svg->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s, ", SVG_LABEL - 8,
		y + 11, kind->name);
	if (cpus)
		fprintf(svg->out, "%u CPU%s, ", cpus, cpus > 1 ? "s" : "");
	else
		fprintf(svg->out, "system calls, ");
	fprintf(svg->out, "%s</text>\n", operation_names[operation]);
	fprintf(svg->out,
		"<rect class=\"bar\" data-type=\"%s\" data-from=\"%s\" data-cpus=\"%u\" "
		"data-operation=\"%s\" data-rate=\"%.0f\" ",
		kind->name, cpus ? "bpf" : "syscall", cpus ? cpus : 1,
		operation_names[operation], result->per_second);
	fprintf(svg->out, "x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
		SVG_LABEL, y, length, SVG_ROW - 4, colors[operation]);
	fprintf(svg->out, "<text x=\"%.1f\" y=\"%d\">%.2f</text>\n", SVG_LABEL + 6 + length,
		y + 11, result->per_second / 1e6);
}

static void svg_bars(struct svg *svg, const struct perf *perf)
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t count = 0; count < count_of_counts; count++)
			for (int i = 0; i < OPERATIONS; i++)
				svg_bar(svg, &kinds[kind], counts[count], i,
					&perf->in_bpf[kind][count][i]);
		for (int i = 0; i < SYSCALL_OPERATIONS; i++)
			svg_bar(svg, &kinds[kind], 0, i, &perf->by_syscall[kind][i]);
	}
}

/* A line for each power of ten. */
static void svg_scale(FILE *out, int height)
{
	for (int i = 0; i <= SCALE_DECADES; i++) {
		int x = SVG_LABEL + i * SVG_BARS / SCALE_DECADES;

		fprintf(out,
			"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#ccc\"/>\n", x,
			SVG_TOP - 6, x, height - 16);
		fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x,
			SVG_TOP - 10, scale_labels[i]);
	}
}

static int known_results(const struct perf *perf)
{
	int known = 0;

	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t count = 0; count < count_of_counts; count++)
			for (int i = 0; i < OPERATIONS; i++)
				known += perf->in_bpf[kind][count][i].known;
		for (int i = 0; i < SYSCALL_OPERATIONS; i++)
			known += perf->by_syscall[kind][i].known;
	}
	return known;
}

static void write_picture(FILE *out, const struct perf *perf)
{
	struct svg svg = {.out = out};
	const int width = SVG_LABEL + SVG_BARS + 70;
	const int height = SVG_TOP + 20 + known_results(perf) * SVG_ROW;

	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">\n",
		width, height, width, height);
	fprintf(out, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n");
	fprintf(out,
		"<text x=\"16\" y=\"28\" font-size=\"16\">BPF maps: millions of operations a "
		"second%s</text>\n",
		perf->finished ? "" : " (not finished)");
	svg_scale(out, height);
	svg_bars(&svg, perf);
	fprintf(out, "</svg>\n");
}

/* Before it is measured: a file that cannot be written is better known now. */
static FILE *open_picture(const struct perf *perf)
{
	FILE *out = svg_path ? fopen(svg_path, "we") : NULL;

	if (svg_path && !out)
		sample_fail(perf->run, "%s: %s", svg_path, strerror(errno));
	return out;
}

static bool close_picture(const struct perf *perf, FILE *out)
{
	if (!out)
		return true;
	write_picture(out, perf);
	if (!fclose(out))
		return true;
	sample_fail(perf->run, "%s: %s", svg_path, strerror(errno));
	return false;
}

/* ---- start and end ---- */

/* Which CPUs there are for us, and which numbers of them to measure on. */
static bool find_cpus(struct perf *perf)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set)) {
		sample_fail(perf->run, "cannot find out the CPUs: %s", strerror(errno));
		return false;
	}
	for (unsigned int i = 0; i < CPU_SETSIZE && perf->cpu_count < THREADS_MAX; i++)
		if (CPU_ISSET(i, &set))
			perf->cpus[perf->cpu_count++] = i;
	if (!count_of_counts) {
		counts[count_of_counts++] = 1;
		if (perf->cpu_count > 1)
			counts[count_of_counts++] = perf->cpu_count < 4 ? perf->cpu_count : 4;
	}
	for (unsigned int i = 0; i < count_of_counts; i++)
		if (counts[i] > perf->cpu_count) {
			sample_fail(perf->run,
				    "--cpus: %u wanted, there are %u for this process",
				    counts[i], perf->cpu_count);
			return false;
		}
	return true;
}

static void want_all_if_none(void)
{
	for (size_t i = 0; i < KINDS; i++)
		if (wanted[i])
			return;
	for (size_t i = 0; i < KINDS; i++)
		wanted[i] = true;
}

/* The measuring has come to its end: time for the last report. */
static int ready(void *ctx)
{
	(void)ctx;
	return 1;
}

/* Signals are for the main thread. */
static bool start_measuring(struct perf *perf)
{
	sigset_t every, before;
	int err;

	perf->finished_fd = eventfd(0, EFD_CLOEXEC);
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	err = perf->finished_fd < 0 ? errno
				    : pthread_create(&perf->thread, NULL, measure_all, perf);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		sample_fail(perf->run, "cannot start a thread: %s", strerror(err));
	return !err;
}

static bool is_over(struct perf *perf)
{
	bool over;

	pthread_mutex_lock(&perf->lock);
	over = perf->finished || perf->failed;
	pthread_mutex_unlock(&perf->lock);
	return over;
}

/* Reports until all is measured, or an end was wished; then everything that is known. */
static void show_until_done(struct perf *perf)
{
	const struct sample_options *options = &perf->run->options;
	bool over = false, last = false;

	sample_watch(perf->run, perf->finished_fd, ready, NULL);
	while (!over && sample_next(perf->run)) {
		over = is_over(perf);
		if (over && perf->failed)
			break;
		last = over || (options->count && perf->run->reports >= options->count) ||
		       (options->duration > 0 && perf->run->elapsed >= options->duration);
		if (last)
			sample_keep(perf->run);
		report(perf, last);
	}
	perf->stop = true;
	pthread_join(perf->thread, NULL);
	if (!last && !perf->failed && !options->json && !perf->run->write_errno &&
	    known_results(perf)) {
		sample_keep(perf->run);
		report(perf, true);
	}
}

static int measure_and_show(struct sample_run *run)
{
	struct perf perf = {
		.run = run, .lock = PTHREAD_MUTEX_INITIALIZER, .kind = "", .operation = ""};
	FILE *picture;

	if (!find_cpus(&perf))
		return EXIT_FAILURE;
	picture = open_picture(&perf);
	if (svg_path && !picture)
		return EXIT_FAILURE;
	if (!start_measuring(&perf))
		return EXIT_FAILURE;
	show_until_done(&perf);
	if (!close_picture(&perf, picture) || perf.failed)
		return EXIT_FAILURE;
	return sample_end(run);
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &map_perf, argc, argv);
	want_all_if_none();
	return measure_and_show(&run);
}
