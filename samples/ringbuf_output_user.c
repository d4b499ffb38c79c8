// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * ringbuf_output: a ring buffer beside perf buffers: the same events, three ways.
 *
 * ringbuf_output_kern.c sends each execution of a program through perf buffers and through two
 * ring buffers. Here all three are read (perf_reader.c for the first, libbpf's ring_buffer for the
 * others) and put side by side: what came, what was lost, what came late, what it took. Read it
 * from the bottom: main(), watch(), report(), take().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf_reader.h"
#include "ringbuf_output.h"
#include "sample.h"
#include "trace_format.h"
#include "worker.h"

#define EVENT	  "sched/sched_process_exec"
#define PER_STEP  2 /* bursts of the load in a second */
#define BURST_MAX 1000
#define PAGES_MAX 65536
#define DELAY_MAX 10000 /* milliseconds */
#define LIST_MAX  2048	/* events of a way that one report of JSON has */
#define SHOWN	  8	/* events that a table has */

extern char **environ;

/* ---- options ---- */

static struct {
	unsigned int pages;
	unsigned long delay, burst;
	const char *comm;
} chosen = {.pages = 8, .delay = 20, .burst = 8, .comm = ""};

/* As the kernel wants it, of both kinds of rings. */
static const char *read_pages(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || !number || number > PAGES_MAX ||
	    (number & (number - 1)))
		return "a power of two, 1 to 65536";
	*(unsigned int *)to = (unsigned int)number;
	return NULL;
}

static const char *read_burst(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || !number || number > BURST_MAX)
		return "a number of programs, 1 to 1000";
	*(unsigned long *)to = number;
	return NULL;
}

static const char *read_delay(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || number > DELAY_MAX)
		return "a number of milliseconds, 0 to 10000";
	*(unsigned long *)to = number;
	return NULL;
}

static const char *read_comm(const char *value, void *to)
{
	*(const char **)to = value;
	return *value && strlen(value) < COMM_SIZE ? NULL : "a name of 1 to 15 bytes";
}

static const struct sample_option own_options[] = {
	{"pages", "N", read_pages, &chosen.pages, "pages of each ring, a power of two (8)"},
	{"delay", "MS", read_delay, &chosen.delay,
	 "read so many milliseconds after a wake-up (20)"},
	{"comm", "NAME", read_comm, &chosen.comm, "only programs of that name (every program)"},
	{"burst", "N", read_burst, &chosen.burst, "the load: programs, twice a second (8)"},
	{0},
};

static const struct sample ringbuf_output = {
	.name = "ringbuf_output",
	.title = "ring buffer beside perf buffers: order, losses, memory",
	.what = "Sends an event for each program executed, through perf buffers and ring "
		"buffers:\n"
		"what each of them delivers, loses, and puts out of order.",
	.example = "-c 3",
	.map_types = "RINGBUF, PERF_EVENT_ARRAY, PERCPU_ARRAY, ARRAY",
	.needs = "root (or CAP_BPF and CAP_PERFMON); Linux 5.8 or newer: ring buffers",
	.requires = {"root", "map:ringbuf", "map:perf_event_array", "tracepoint:" EVENT},
	.takes = SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

/* ---- what arrives ---- */

/* What the reader saw of one way. */
struct tally {
	__u64 read, bytes; /* bytes of the ring, with headers */
	__u64 late;	   /* came behind an event that is younger */
	__u64 youngest;	   /* the time of that */
	__u64 wrong;	   /* too short for an event */
	/* The events since the report before: the last ones, in a ring of our own. */
	struct event *list;
	__u64 listed;
};

struct trace {
	struct sample_run *run;
	struct bpf_loader *loader;
	struct tally tallies[WAYS];
	struct counts counts; /* the program's, of all CPUs */
	struct perf_reader perf;
	struct ring_buffer *ring;
	int both_fd; /* readable when one of the two is */
};

static const char *const way_names[WAYS] = {
	[WAY_PERF] = "perf buffers",
	[WAY_OUTPUT] = "ring buffer, output",
	[WAY_RESERVE] = "ring buffer, reserve",
};

static const char *const way_words[WAYS] = {"perf", "output", "reserve"};

/* The copy has all bytes, the event may have come with fewer: behind the name's 0 nothing counts. */
static void take(struct tally *tally, const void *data, size_t size)
{
	struct event *event = &tally->list[tally->listed % LIST_MAX];

	if (size <= offsetof(struct event, filename)) {
		tally->wrong++;
		return;
	}
	memset(event, 0, sizeof(*event));
	memcpy(event, data, size < sizeof(*event) ? size : sizeof(*event));
	event->comm[COMM_SIZE - 1] = event->filename[FILENAME_SIZE - 1] = '\0';
	tally->read++;
	tally->listed++;
	if (event->time < tally->youngest)
		tally->late++;
	else
		tally->youngest = event->time;
}

/* PERF_RECORD_LOST is not looked at: see trace_output. */
static void take_perf(void *ctx, int cpu, const struct perf_event_header *header)
{
	const struct perf_record_raw *record = (const struct perf_record_raw *)header;
	struct tally *tally = &((struct trace *)ctx)->tallies[WAY_PERF];

	(void)cpu;
	if (header->type != PERF_RECORD_SAMPLE)
		return;
	take(tally, record->data, record->size);
	tally->bytes += header->size;
}

/* In a ring buffer, 8 bytes stand in front of a record, whose size is made a multiple of 8. */
static int take_ring(void *ctx, void *data, size_t size)
{
	struct tally *tally = ctx;

	take(tally, data, size);
	tally->bytes += 8 + (size + 7) / 8 * 8;
	return 0;
}

/* ---- the readers ---- */

static bool open_perf(struct trace *trace)
{
	struct perf_reader *perf = &trace->perf;

	*perf = (struct perf_reader){
		.map_fd = bpf_loader_map_fd(trace->loader, "perf_events"),
		.pages = chosen.pages,
		.wakeup = 1,
		.record = take_perf,
		.ctx = trace,
	};
	if (!perf_reader_open(perf))
		return true;
	sample_fail(trace->run, "map 'perf_events': %s", perf->error);
	return false;
}

static bool open_ring(struct trace *trace)
{
	trace->ring = ring_buffer__new(bpf_loader_map_fd(trace->loader, "output_events"),
				       take_ring, &trace->tallies[WAY_OUTPUT], NULL);
	if (trace->ring &&
	    !ring_buffer__add(trace->ring, bpf_loader_map_fd(trace->loader, "reserve_events"),
			      take_ring, &trace->tallies[WAY_RESERVE]))
		return true;
	sample_fail(trace->run, "libbpf cannot open the ring buffers: %s", strerror(errno));
	return false;
}

static bool add_fd(int both_fd, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return !epoll_ctl(both_fd, EPOLL_CTL_ADD, fd, &event);
}

static bool open_both(struct trace *trace)
{
	trace->both_fd = epoll_create1(EPOLL_CLOEXEC);
	if (trace->both_fd >= 0 && add_fd(trace->both_fd, trace->perf.epoll_fd) &&
	    add_fd(trace->both_fd, ring_buffer__epoll_fd(trace->ring)))
		return true;
	sample_fail(trace->run, "cannot wait for events: epoll: %s", strerror(errno));
	return false;
}

static bool open_readers(struct trace *trace)
{
	for (int way = 0; way < WAYS; way++) {
		trace->tallies[way].list = calloc(LIST_MAX, sizeof(struct event));
		if (trace->tallies[way].list)
			continue;
		sample_fail(trace->run, "no memory");
		return false;
	}
	return open_perf(trace) && open_ring(trace) && open_both(trace);
}

static void close_readers(struct trace *trace)
{
	if (trace->both_fd >= 0)
		close(trace->both_fd);
	ring_buffer__free(trace->ring);
	if (trace->perf.rings)
		perf_reader_close(&trace->perf);
	for (int way = 0; way < WAYS; way++)
		free(trace->tallies[way].list);
}

/* All that is there: first the perf buffers, one CPU after the other. */
static int drain(struct trace *trace)
{
	int count;

	perf_reader_drain(&trace->perf);
	count = ring_buffer__consume(trace->ring);
	if (count >= 0)
		return 0;
	sample_fail(trace->run, "cannot read the ring buffers: %s", strerror(-count));
	return -1;
}

/* sample_watch() calls it. A reader with more to do comes late, and finds more than one event. */
static int woken(void *ctx)
{
	if (chosen.delay)
		sample_sleep((double)chosen.delay / 1000);
	return drain(ctx);
}

/* ---- the load: short programs, one after the other, on each CPU in turn ---- */

struct load {
	struct worker worker;
	cpu_set_t allowed;
	int cpu;
};

static void next_cpu(struct load *load)
{
	cpu_set_t one;

	do
		load->cpu = (load->cpu + 1) % CPU_SETSIZE;
	while (!CPU_ISSET(load->cpu, &load->allowed));
	CPU_ZERO(&one);
	CPU_SET(load->cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* A child starts on the CPUs of its parent. */
static void run_programs(void *ctx)
{
	char *const argv[] = {"true", NULL};
	pid_t child;

	for (unsigned long i = 0; i < chosen.burst && !sample_stopped(); i++) {
		next_cpu(ctx);
		if (!posix_spawnp(&child, argv[0], NULL, NULL, argv, environ))
			waitpid(child, NULL, 0);
	}
}

static void start_load(const struct trace *trace, struct load *load)
{
	int err;

	if (trace->run->options.no_load)
		return;
	if (sched_getaffinity(0, sizeof(load->allowed), &load->allowed))
		CPU_SET(0, &load->allowed);
	err = worker_start(&load->worker, PER_STEP, run_programs, load);
	if (err)
		sample_fail(trace->run, "warning: no programs of its own: %s", strerror(-err));
}

/* ---- reports ---- */

static bool read_counts(struct trace *trace)
{
	const int cpus = libbpf_num_possible_cpus();
	struct counts *each = cpus > 0 ? calloc((size_t)cpus, sizeof(*each)) : NULL;
	const __u32 zero = 0;
	bool good;

	good = each &&
	       !bpf_map_lookup_elem(bpf_loader_map_fd(trace->loader, "counts"), &zero, each);
	if (!good)
		sample_fail(trace->run, "map 'counts': cannot read its element: %s",
			    strerror(errno));
	trace->counts = (struct counts){0};
	for (int cpu = 0; cpu < cpus && good; cpu++) {
		trace->counts.produced += each[cpu].produced;
		for (int way = 0; way < WAYS; way++) {
			trace->counts.lost[way] += each[cpu].lost[way];
			trace->counts.failed[way] += each[cpu].failed[way];
		}
	}
	free(each);
	return good;
}

/* Counted after reading, so it is never negative. */
static __u64 waiting(const struct trace *trace, int way)
{
	const struct counts *counts = &trace->counts;

	return counts->produced - counts->lost[way] - counts->failed[way] -
	       trace->tallies[way].read;
}

static unsigned long memory(const struct trace *trace, int way)
{
	const unsigned long ring = chosen.pages * (unsigned long)sysconf(_SC_PAGESIZE);

	return way == WAY_PERF ? ring * (unsigned long)trace->perf.count : ring;
}

static double bytes_each(const struct tally *tally)
{
	return tally->read ? (double)tally->bytes / (double)tally->read : 0;
}

/* When it happened, on the clock of the reports. */
static double seconds_of(const struct trace *trace, const struct event *event)
{
	const struct timespec *start = &trace->run->start;

	return (double)event->time / 1e9 - (double)start->tv_sec - (double)start->tv_nsec / 1e9;
}

static void print_event(FILE *out, const struct trace *trace, const struct event *event)
{
	fprintf(out, "%9.3f %7u %4u  %-15s %.*s\n", seconds_of(trace, event), event->pid,
		event->cpu, event->comm, (int)sample_columns() - 40, event->filename);
}

/* The last ones of one way will do, all have the same. */
static void print_list(FILE *out, const struct trace *trace)
{
	const struct tally *tally = &trace->tallies[WAY_RESERVE];
	const __u64 shown = tally->listed < SHOWN ? tally->listed : SHOWN;

	if (!shown) {
		fprintf(out, "\nno program since the last report\n");
		return;
	}
	fprintf(out, "\n%9s %7s %4s  %-15s %s\n", "second", "pid", "CPU", "program", "file");
	for (__u64 i = tally->listed - shown; i < tally->listed; i++)
		print_event(out, trace, &tally->list[i % LIST_MAX]);
	if (tally->listed > shown)
		fprintf(out, "and %llu before these\n", tally->listed - shown);
}

static void print_heading(FILE *out, const struct trace *trace)
{
	fprintf(out, "executions of %s", *chosen.comm ? chosen.comm : "all programs");
	if (!trace->run->options.no_load)
		fprintf(out, ", up to %lu a second of its own", chosen.burst * PER_STEP);
	fprintf(out, ", in %.1f s\n", trace->run->elapsed);
	fprintf(out, "late: arrived after an event that happened later\n\n");
}

static void print_table(FILE *out, const struct trace *trace)
{
	__u64 trouble = 0;

	print_heading(out, trace);
	fprintf(out, "%-20s %9s %9s %8s %7s %7s %7s %6s\n", "", "memory", "produced", "read",
		"lost", "waiting", "late", "bytes");
	fprintf(out, "%-20s %9s %9s %8s %7s %7s %7s %6s\n", "", "bytes", "", "", "", "", "",
		"each");
	for (int way = 0; way < WAYS; way++) {
		const struct tally *tally = &trace->tallies[way];

		fprintf(out, "%-20s %9lu %9llu %8llu %7llu %7llu %7llu %6.1f\n", way_names[way],
			memory(trace, way), trace->counts.produced, tally->read,
			trace->counts.lost[way], waiting(trace, way), tally->late,
			bytes_each(tally));
		trouble += trace->counts.failed[way] + tally->wrong;
	}
	if (trouble)
		fprintf(out, "not sent, or not as an event: %llu\n", trouble);
	print_list(out, trace);
}

static void print_json_event(FILE *out, const struct trace *trace, const struct event *event)
{
	fprintf(out,
		"{\"second\":%.6f,\"pid\":%u,\"cpu\":%u,\"comm\":", seconds_of(trace, event),
		event->pid, event->cpu);
	sample_json_string(out, event->comm);
	fprintf(out, ",\"filename\":");
	sample_json_string(out, event->filename);
	fprintf(out, "}");
}

static void print_json_way(FILE *out, const struct trace *trace, int way)
{
	const struct tally *tally = &trace->tallies[way];
	const __u64 unlisted = tally->listed > LIST_MAX ? tally->listed - LIST_MAX : 0;

	fprintf(out,
		"\"%s\":{\"memory_bytes\":%lu,\"read\":%llu,\"lost\":%llu,\"failed\":%llu,"
		"\"waiting\":%llu,\"late\":%llu,\"wrong\":%llu,\"record_bytes\":%llu,"
		"\"unlisted\":%llu,\"events\":[",
		way_words[way], memory(trace, way), tally->read, trace->counts.lost[way],
		trace->counts.failed[way], waiting(trace, way), tally->late, tally->wrong,
		tally->bytes, unlisted);
	for (__u64 i = unlisted; i < tally->listed; i++) {
		fputs(i > unlisted ? "," : "", out);
		print_json_event(out, trace, &tally->list[i % LIST_MAX]);
	}
	fprintf(out, "]}");
}

static void print_json(FILE *out, const struct trace *trace)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"produced\":%llu",
		trace->run->sample->name, trace->run->elapsed, trace->counts.produced);
	for (int way = 0; way < WAYS; way++) {
		fprintf(out, ",");
		print_json_way(out, trace, way);
	}
	fprintf(out, "}\n");
}

static bool report(struct trace *trace)
{
	FILE *out;

	if (drain(trace) || !read_counts(trace))
		return false;
	out = sample_report(trace->run);
	if (out && trace->run->options.json)
		print_json(out, trace);
	else if (out)
		print_table(out, trace);
	sample_show(trace->run);
	for (int way = 0; way < WAYS; way++)
		trace->tallies[way].listed = 0;
	return true;
}

/* ---- what the program is told ---- */

/* A field's place in the record is no part of the kernel's promises; its format file is. */
static bool find_filename(const struct trace *trace, struct config *config)
{
	struct trace_field field = {0};
	const int err = trace_format_field(EVENT, "filename", &field);

	config->filename_where = field.offset;
	if (!err)
		return true;
	sample_fail(trace->run, "field 'filename' of tracepoint " EVENT ": %s", strerror(-err));
	sample_explain(trace->run);
	return false;
}

static bool set_config(const struct trace *trace, const struct config *config)
{
	const __u32 zero = 0;

	if (!bpf_map_update_elem(bpf_loader_map_fd(trace->loader, "config"), &zero, config,
				 BPF_ANY))
		return true;
	sample_fail(trace->run, "map 'config': cannot write its element: %s", strerror(errno));
	return false;
}

static bool configure(const struct trace *trace)
{
	struct config config = {.watching = 1};

	memcpy(config.comm, chosen.comm, strlen(chosen.comm));
	return find_filename(trace, &config) && set_config(trace, &config);
}

/* ---- the end: does it all add up? ---- */

static bool all_arrived(struct trace *trace)
{
	bool good = !drain(trace) && read_counts(trace);

	for (int way = 0; way < WAYS; way++)
		good = good && !waiting(trace, way) && !trace->tallies[way].wrong;
	return good;
}

/* As in trace_output: the program may be in the middle of a last event. */
static bool check_sums(struct trace *trace)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	const struct config off = {.watching = 0};

	if (!set_config(trace, &off))
		return false;
	for (int i = 0; i < 200; i++) {
		if (all_arrived(trace))
			return true;
		nanosleep(&pause, NULL);
	}
	sample_fail(trace->run, "events are neither read nor counted as lost, or not as sent");
	return false;
}

/* ---- the run ---- */

static int report_until_end(struct trace *trace)
{
	struct load load = {.cpu = -1};
	bool good = true;

	start_load(trace, &load);
	sample_watch(trace->run, trace->both_fd, woken, trace);
	while (good && sample_next(trace->run))
		good = report(trace);
	worker_stop(&load.worker);
	if (!good || !check_sums(trace))
		return EXIT_FAILURE;
	return sample_end(trace->run);
}

static int watch(struct trace *trace)
{
	int status = EXIT_FAILURE;

	if (!open_readers(trace) || !configure(trace))
		return EXIT_FAILURE;
	if (!bpf_loader_attach(trace->loader)) {
		status = report_until_end(trace);
	} else {
		sample_fail(trace->run, "%s", bpf_loader_error(trace->loader));
		sample_explain(trace->run);
	}
	return status;
}

/* Both ring buffers get the size of one perf buffer. */
static int set_size(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index;
	(void)ctx;
	if (map->type == BPF_MAP_TYPE_RINGBUF)
		map->max_entries = chosen.pages * (__u32)sysconf(_SC_PAGESIZE);
	return 0;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH,
					     .fixup_map = set_size};
	struct trace trace = {.both_fd = -1};
	int status = EXIT_FAILURE;
	struct sample_run run;

	sample_start(&run, &ringbuf_output, argc, argv);
	trace.run = &run;
	trace.loader = sample_load(&run, &opts);
	if (trace.loader) {
		status = watch(&trace);
		close_readers(&trace);
	}
	bpf_loader_close(trace.loader);
	return status;
}
