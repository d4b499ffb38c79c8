// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lru: how often keys are found in a hash that is full, and in maps that forget.
 *
 * Loads lru_kern.o, and lets a thread run its program again and again on keys of which some are
 * much more frequent than others (zipf.h), and of which after a while others are the frequent ones.
 * Every interval it shows what each map made of them. Read it from the bottom: main(), compare(),
 * report(), take_snapshot(); run_batch() for what the thread does.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bars.h"
#include "lru.h"
#include "sample.h"
#include "worker.h"
#include "zipf.h"

#define LOOKUPS_PER_SECOND 20000
#define MOST		   1000000UL /* of entries, keys, and lines of --trace */
#define ETHERNET_HEADER	   14
#define NARROWEST	   61 /* columns of a row without its bar */

static unsigned long entries;	     /* 0: as the object has it */
static unsigned long keys = 10000;   /* different ones, at a time */
static unsigned long shift = 50000;  /* lookups until other keys come; 0: never */
static unsigned long lookups_wanted; /* 0: no end */
static unsigned long seed = 1;
static const char *trace_path;

static const char *read_positive(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);
	const unsigned long *number = to;

	return wanted || !*number || *number > MOST ? "a number from 1 to 1000000" : NULL;
}

static const struct sample_option options[] = {
	{"entries", "N", read_positive, &entries, "room in each map for so many (1000)"},
	{"keys", "N", read_positive, &keys, "look for so many different keys (10000)"},
	{"shift", "N", sample_read_number, &shift,
	 "other keys after N lookups (50000; 0: never)"},
	{"lookups", "N", sample_read_number, &lookups_wanted,
	 "no more than so many (0: no end)"},
	{"seed", "N", sample_read_number, &seed, "another sequence of keys (1)"},
	{"trace", "FILE", sample_read_text, &trace_path, "keys from FILE, a number a line"},
	{0},
};

static const struct sample lru = {
	.name = "lru",
	.title = "hit rate of maps that forget, against a full hash",
	.what = "Looks the same keys up in a hash and in LRU maps that are too small for "
		"them,\n"
		"puts in what is not there, and shows how often a key was found.",
	.example = "-c 10",
	.map_types = "HASH, LRU_HASH, LRU_PERCPU_HASH, ARRAY",
	.needs = "root; Linux 4.12 or newer, for BPF_PROG_TEST_RUN",
	.requires = {"root", "map:hash", "map:lru_hash", "map:lru_percpu_hash", "map:array",
		     "program:socket_filter"},
	.own = options,
};

static const struct kind {
	const char *map;   /* in lru_kern.c */
	const char *title; /* in the table */
	const char *type;  /* in JSON */
} kinds[KINDS] = {
	[KIND_HASH] = {"plain", "HASH", "HASH"},
	[KIND_LRU] = {"lru", "LRU_HASH", "LRU_HASH"},
	[KIND_OWN_LISTS] = {"lru_own", "LRU, list per CPU", "LRU_HASH"},
	[KIND_PERCPU] = {"lru_percpu", "LRU_PERCPU_HASH", "LRU_PERCPU_HASH"},
};

/* What the thread works on. The lock is held while a batch runs. */
struct stream {
	pthread_mutex_t lock;
	int program_fd, cursor_fd;
	struct zipf zipf;
	__u32 *trace;	     /* instead of .zipf; or NULL */
	unsigned long limit; /* of lookups; 0: none */
	unsigned long lookups;
	int err; /* an errno that ended it */
	bool pinned;
};

/* All maps at one moment. */
struct snapshot {
	unsigned long lookups;
	struct outcome outcomes[KINDS];
	size_t entries[KINDS];
};

struct comparison {
	int map_fds[KINDS], outcomes_fd;
	__u32 max_entries;
	struct stream stream;
	struct worker worker;
	struct snapshot now, before;
};

/* ---- the keys ---- */

/* Frequent keys are small numbers at first; after each shift all are others. */
static __u32 next_key(struct stream *stream)
{
	const unsigned long turn = shift ? stream->lookups / shift : 0;

	if (stream->trace)
		return stream->trace[stream->lookups];
	return (__u32)(zipf_next(&stream->zipf) + turn * keys);
}

static __u32 next_batch(struct stream *stream, __u32 *batch)
{
	__u32 count = 0;

	for (; count < BATCH && (!stream->limit || stream->lookups < stream->limit); count++) {
		batch[count] = next_key(stream);
		stream->lookups++;
	}
	return count;
}

/*
 * Runs the program once for each key. A socket filter is given what comes behind the Ethernet
 * header, so that is where the keys begin. 0 or an errno.
 */
static int run_batch(struct stream *stream, const __u32 *batch, __u32 count)
{
	unsigned char packet[ETHERNET_HEADER + BATCH * sizeof(*batch)] = {0};
	const __u32 zero = 0;
	__u32 done = 0;
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = (int)count);

	memcpy(packet + ETHERNET_HEADER, batch, count * sizeof(*batch));
	if (bpf_map_update_elem(stream->cursor_fd, &zero, &done, BPF_ANY) ||
	    bpf_prog_test_run_opts(stream->program_fd, &run) ||
	    bpf_map_lookup_elem(stream->cursor_fd, &zero, &done))
		return errno;
	return done == count ? 0 : EIO;
}

/* LRU lists are there for each CPU; on one CPU all runs, the same keys have the same effect. */
static void stay_on_cpu(struct stream *stream)
{
	cpu_set_t here;

	if (stream->pinned)
		return;
	CPU_ZERO(&here);
	CPU_SET((size_t)sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
	stream->pinned = true;
}

static void take_step(void *ctx)
{
	struct stream *stream = ctx;
	__u32 batch[BATCH], count;

	stay_on_cpu(stream);
	pthread_mutex_lock(&stream->lock);
	count = stream->err ? 0 : next_batch(stream, batch);
	if (count)
		stream->err = run_batch(stream, batch, count);
	pthread_mutex_unlock(&stream->lock);
}

/* ---- reading ---- */

/* How many elements there are, by going through the keys. */
static size_t count_entries(int fd, __u32 max_entries)
{
	__u32 key, *before = NULL;
	size_t count = 0;

	while (count <= max_entries && !bpf_map_get_next_key(fd, before, &key)) {
		before = &key;
		count++;
	}
	return count;
}

static int read_snapshot(struct comparison *comparison)
{
	struct snapshot *now = &comparison->now;

	now->lookups = comparison->stream.lookups;
	for (__u32 i = 0; i < KINDS; i++) {
		if (bpf_map_lookup_elem(comparison->outcomes_fd, &i, &now->outcomes[i]))
			return errno;
		now->entries[i] =
			count_entries(comparison->map_fds[i], comparison->max_entries);
	}
	return comparison->stream.err;
}

/* Between two batches, so that all numbers are of the same moment. */
static bool take_snapshot(const struct sample_run *run, struct comparison *comparison)
{
	int err;

	comparison->before = comparison->now;
	pthread_mutex_lock(&comparison->stream.lock);
	err = read_snapshot(comparison);
	pthread_mutex_unlock(&comparison->stream.lock);
	if (err)
		sample_fail(run, "the program cannot be run, or its maps be read: %s",
			    strerror(err));
	return !err;
}

/* ---- reports ---- */

static double ratio(__u64 part, __u64 all)
{
	return all ? (double)part / (double)all : 0;
}

/* Since the report before. */
static double recent_rate(const struct comparison *comparison, int kind)
{
	const struct snapshot *now = &comparison->now, *before = &comparison->before;

	return ratio(now->outcomes[kind].hits - before->outcomes[kind].hits,
		     now->lookups - before->lookups);
}

/* What was put in and is not there any more. */
static __u64 evicted(const struct snapshot *snapshot, int kind)
{
	return snapshot->outcomes[kind].inserted - snapshot->entries[kind];
}

static void print_row(FILE *out, const struct comparison *comparison, int kind)
{
	const struct snapshot *now = &comparison->now;
	const struct outcome *outcome = &now->outcomes[kind];
	const double recent = recent_rate(comparison, kind);

	fprintf(out, "%-17s %7zu %8llu %8llu %5.1f%% %5.1f%% ", kinds[kind].title,
		now->entries[kind], evicted(now, kind), outcome->full + outcome->failed,
		100 * ratio(outcome->hits, now->lookups), 100 * recent);
	bar(out, recent, bar_width(sample_columns(), NARROWEST));
	fputc('\n', out);
}

static void print_table(FILE *out, const struct sample_run *run,
			const struct comparison *comparison)
{
	const struct stream *stream = &comparison->stream;
	const unsigned long lookups = comparison->now.lookups;

	fprintf(out, "%lu lookups in each map in %.1f s, of ", lookups, run->elapsed);
	if (stream->trace)
		fprintf(out, "%lu in %s\n", stream->limit, trace_path);
	else
		fprintf(out, "%lu keys, replaced by others %lu times\n", keys,
			shift && lookups ? (lookups - 1) / shift : 0);
	fprintf(out, "room for %u entries; found: in all, and since the last report\n\n",
		comparison->max_entries);
	fprintf(out, "%-17s %7s %8s %8s %6s %6s\n", "map", "entries", "evicted", "refused",
		"found", "lately");
	for (int i = 0; i < KINDS; i++)
		print_row(out, comparison, i);
}

static void print_kind_json(FILE *out, const struct comparison *comparison, int kind)
{
	const struct snapshot *now = &comparison->now;
	const struct outcome *outcome = &now->outcomes[kind];

	fprintf(out,
		"{\"name\":\"%s\",\"type\":\"%s\",\"entries\":%zu,\"hits\":%llu,"
		"\"inserted\":%llu,\"full\":%llu,\"failed\":%llu,\"evicted\":%llu,"
		"\"hit_rate\":%.4f,\"recent_hit_rate\":%.4f}",
		kinds[kind].map, kinds[kind].type, now->entries[kind], outcome->hits,
		outcome->inserted, outcome->full, outcome->failed, evicted(now, kind),
		ratio(outcome->hits, now->lookups), recent_rate(comparison, kind));
}

static void print_json(FILE *out, const struct sample_run *run,
		       const struct comparison *comparison)
{
	fprintf(out,
		"{\"sample\":\"%s\",\"seconds\":%.3f,\"lookups\":%lu,\"max_entries\":%u,"
		"\"maps\":[",
		run->sample->name, run->elapsed, comparison->now.lookups,
		comparison->max_entries);
	for (int i = 0; i < KINDS; i++) {
		fputs(i ? "," : "", out);
		print_kind_json(out, comparison, i);
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, struct comparison *comparison)
{
	FILE *out;

	if (!take_snapshot(run, comparison))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, comparison);
	else if (out)
		print_table(out, run, comparison);
	sample_show(run);
	return true;
}

/* ---- --trace ---- */

/* Reads the numbers; their count is the number of lookups. False after a message. */
static bool read_trace(const struct sample_run *run, struct stream *stream, FILE *file)
{
	unsigned long line = 0, key;
	char text[32], *end;

	while (fgets(text, sizeof(text), file)) {
		key = strtoul(text, &end, 10);
		if (text[0] < '0' || text[0] > '9' || *end != '\n' || key > 0xffffffff ||
		    line == MOST) {
			sample_fail(run, "%s:%lu: %s", trace_path, line + 1,
				    line == MOST ? "more than 1000000 lines"
						 : "no number from 0 to 4294967295");
			return false;
		}
		stream->trace[line++] = (__u32)key;
	}
	stream->limit = line;
	if (line && !ferror(file))
		return true;
	sample_fail(run, "%s: %s", trace_path, line ? strerror(errno) : "no key in it");
	return false;
}

static bool open_trace(const struct sample_run *run, struct stream *stream)
{
	FILE *file = fopen(trace_path, "re");
	bool good = false;

	stream->trace = calloc(MOST, sizeof(*stream->trace));
	if (!file)
		sample_fail(run, "%s: %s", trace_path, strerror(errno));
	else if (!stream->trace)
		sample_fail(run, "no memory for the keys of %s", trace_path);
	else
		good = read_trace(run, stream, file);
	if (file)
		fclose(file);
	return good;
}

static bool open_stream(const struct sample_run *run, struct stream *stream)
{
	stream->limit = lookups_wanted;
	if (trace_path)
		return open_trace(run, stream);
	if (zipf_open(&stream->zipf, (__u32)keys, seed))
		return true;
	sample_fail(run, "no memory for %lu keys", keys);
	return false;
}

/* ---- the run ---- */

static int report_until_end(struct sample_run *run, struct comparison *comparison)
{
	while (sample_next(run))
		if (!report(run, comparison))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int run_and_report(struct sample_run *run, struct comparison *comparison)
{
	int err = worker_start(&comparison->worker, (double)LOOKUPS_PER_SECOND / BATCH,
			       take_step, &comparison->stream);
	int status;

	if (err)
		return sample_fail(run, "cannot start a thread: %s", strerror(-err));
	status = report_until_end(run, comparison);
	worker_stop(&comparison->worker);
	return status;
}

static int compare(struct sample_run *run, struct bpf_loader *loader)
{
	struct comparison comparison = {
		.outcomes_fd = bpf_loader_map_fd(loader, "outcomes"),
		.max_entries = bpf_loader_find_map(loader, "plain")->max_entries,
		.stream =
			{
				.lock = PTHREAD_MUTEX_INITIALIZER,
				.program_fd = bpf_loader_program_fd(loader, "visit_next"),
				.cursor_fd = bpf_loader_map_fd(loader, "cursor"),
			},
	};
	int status = EXIT_FAILURE;

	for (int i = 0; i < KINDS; i++)
		comparison.map_fds[i] = bpf_loader_map_fd(loader, kinds[i].map);
	if (open_stream(run, &comparison.stream))
		status = run_and_report(run, &comparison);
	zipf_close(&comparison.stream.zipf);
	free(comparison.stream.trace);
	return status;
}

/* Both kinds of definition have become the same description when the loader asks. */
static int set_entries(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index, (void)ctx;
	if (entries && map->type != BPF_MAP_TYPE_ARRAY)
		map->max_entries = (__u32)entries;
	return 0;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.fixup_map = set_entries};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &lru, argc, argv);
	loader = sample_load(&run, &opts);
	if (loader)
		status = compare(&run, loader);
	bpf_loader_close(loader);
	return status;
}
