// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * trace_output: events from the kernel through perf buffers, and where the lost ones are counted.
 *
 * Opens a ring for each CPU, by hand (perf_reader.c) or by libbpf, attaches trace_output_kern.o,
 * calls getpgid() as often as it was told, and shows for each CPU what the program sent and what
 * arrived. Read it from the bottom: main(), watch(), report(), take_record().
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "perf_reader.h"
#include "sample.h"
#include "trace_output.h"
#include "worker.h"

#define STEPS	   100	/* of the load, a second */
#define FAST_STEP  1000 /* calls in a step of a load without a limit */
#define PAGES_MAX  65536
#define RATE_MAX   100000000
#define WAKEUP_MAX 1000000000

/* ---- options ---- */

enum reader_kind { READER_MANUAL, READER_LIBBPF };

static struct {
	enum reader_kind reader;
	unsigned int pages, wakeup;
	unsigned long rate, events;
} chosen = {.pages = 64, .wakeup = 100, .rate = 100000};

static const char *const reader_names[] = {"manual", "libbpf"};

static const char *read_reader(const char *value, void *to)
{
	for (int i = 0; i < 2; i++) {
		if (strcmp(value, reader_names[i]))
			continue;
		*(enum reader_kind *)to = i;
		return NULL;
	}
	return "manual or libbpf";
}

/* The kernel finds a position in the ring by masking bits. */
static const char *read_pages(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || !number || number > PAGES_MAX ||
	    (number & (number - 1)))
		return "a power of two, 1 to 65536";
	*(unsigned int *)to = (unsigned int)number;
	return NULL;
}

static const char *read_wakeup(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || !number)
		return "a number of events, 1 to 1000000000";
	*(unsigned int *)to = (unsigned int)number;
	return NULL;
}

static const char *read_rate(const char *value, void *to)
{
	unsigned long number = 0;

	if (sample_read_number(value, &number) || number > RATE_MAX ||
	    (number && number < STEPS))
		return "a number of events a second, 100 to 100000000, or 0 for as many as "
		       "possible";
	*(unsigned long *)to = number;
	return NULL;
}

static const struct sample_option own_options[] = {
	{"reader", "NAME", read_reader, &chosen.reader, "manual: by hand, or libbpf (manual)"},
	{"wakeup", "N", read_wakeup, &chosen.wakeup,
	 "wake the reader for N events of a CPU (100)"},
	{"pages", "N", read_pages, &chosen.pages, "pages of each ring, a power of two (64)"},
	{"rate", "N", read_rate, &chosen.rate,
	 "the load: calls a second; 0: no limit (100000)"},
	{"events", "N", sample_read_number, &chosen.events,
	 "the load: calls in all (0: no end)"},
	{0},
};

static const struct sample trace_output = {
	.name = "trace_output",
	.title = "events through perf buffers, read by hand; losses",
	.what = "Sends an event to user space for each call of getpgid(), and makes such "
		"calls:\n"
		"what a perf buffer delivers, what it loses, and who knows of the losses.",
	.example = "-c 3 --pages 1",
	.map_types = "PERF_EVENT_ARRAY, PERCPU_ARRAY, ARRAY",
	.needs = "root (or CAP_BPF and CAP_PERFMON); Linux 5.1: losses have an errno",
	.requires = {"root", "map:perf_event_array", "map:percpu_array",
		     "tracepoint:syscalls/sys_enter_getpgid"},
	.takes = SAMPLE_TAKES_PID | SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

/* ---- what arrives ---- */

/* What the reader saw of one CPU. */
struct tally {
	__u64 read;
	__u64 told;    /* lost, by the kernel's PERF_RECORD_LOST */
	__u64 missing; /* lost, by the gaps in the sequence */
	__u64 wrong;   /* not what the program sent */
	__u64 next;    /* the sequence number that comes next */
	__u64 read_before;
};

struct trace {
	struct sample_run *run;
	struct bpf_loader *loader;
	int cpus; /* possible ones; some may be offline, or never come */
	struct tally *tallies;
	struct counts *counts; /* the program's, read from its map */
	struct perf_reader manual;
	struct perf_buffer *libbpf;
	__u64 wakeups;
};

/* data[] is 4 bytes off: hence the copy. */
static void take_event(struct tally *tally, int cpu, const struct perf_record_raw *record)
{
	struct event event = {0};

	if (record->size >= sizeof(event))
		memcpy(&event, record->data, sizeof(event));
	tally->read++;
	if (event.cookie != EVENT_COOKIE || (int)event.cpu != cpu ||
	    event.sequence < tally->next) {
		tally->wrong++;
		return;
	}
	tally->missing += event.sequence - tally->next;
	tally->next = event.sequence + 1;
}

/* For both readers. What kinds of records there are beyond these two does not concern us. */
static void take_record(void *ctx, int cpu, const struct perf_event_header *record)
{
	const struct trace *trace = ctx;
	struct tally *tally = &trace->tallies[cpu];

	if (record->type == PERF_RECORD_SAMPLE)
		take_event(tally, cpu, (const struct perf_record_raw *)record);
	else if (record->type == PERF_RECORD_LOST)
		tally->told += ((const struct perf_record_lost *)record)->lost;
}

/* ---- the two readers ---- */

static bool open_manual(struct trace *trace)
{
	struct perf_reader *reader = &trace->manual;

	*reader = (struct perf_reader){
		.map_fd = bpf_loader_map_fd(trace->loader, "events"),
		.pages = chosen.pages,
		.wakeup = chosen.wakeup,
		.record = take_record,
		.ctx = trace,
	};
	if (!perf_reader_open(reader))
		return true;
	sample_fail(trace->run, "map 'events': %s", reader->error);
	return false;
}

static enum bpf_perf_event_ret take_from_libbpf(void *ctx, int cpu,
						struct perf_event_header *record)
{
	take_record(ctx, cpu, record);
	return LIBBPF_PERF_EVENT_CONT;
}

/* perf_buffer__new() would do for most programs; it does not let choose the wake-ups. */
static bool open_libbpf(struct trace *trace)
{
	struct perf_event_attr attr = perf_reader_attr(chosen.wakeup);

	trace->libbpf =
		perf_buffer__new_raw(bpf_loader_map_fd(trace->loader, "events"), chosen.pages,
				     &attr, take_from_libbpf, trace, NULL);
	if (trace->libbpf)
		return true;
	sample_fail(trace->run, "map 'events': libbpf cannot open perf buffers: %s; %s",
		    strerror(errno),
		    errno == EPERM ? "it takes CAP_PERFMON, or fewer pages" : "try --pages 1");
	return false;
}

static bool open_reader(struct trace *trace)
{
	return chosen.reader == READER_LIBBPF ? open_libbpf(trace) : open_manual(trace);
}

static void close_reader(struct trace *trace)
{
	if (chosen.reader == READER_LIBBPF)
		perf_buffer__free(trace->libbpf);
	else
		perf_reader_close(&trace->manual);
}

static int reader_fd(const struct trace *trace)
{
	return trace->libbpf ? perf_buffer__epoll_fd(trace->libbpf) : trace->manual.epoll_fd;
}

static void drain(struct trace *trace)
{
	if (trace->libbpf)
		perf_buffer__consume(trace->libbpf);
	else
		perf_reader_drain(&trace->manual);
}

/*
 * sample_watch() calls it when a ring woke us. Which one, nobody can tell any more: a perf event
 * says "readable" to the first that asks, and that was the poll() of sample_next().
 */
static int woken(void *ctx)
{
	struct trace *trace = ctx;

	trace->wakeups++;
	drain(trace);
	return 0;
}

/* ---- the load: calls of getpgid(), on each CPU in turn ---- */

struct load {
	struct worker worker;
	cpu_set_t allowed;
	int cpu;
	unsigned long per_step;
	unsigned long made;
};

static void next_cpu(struct load *load)
{
	cpu_set_t one;

	do
		load->cpu = (load->cpu + 1) % CPU_SETSIZE;
	while (!CPU_ISSET(load->cpu, &load->allowed));
	CPU_ZERO(&one);
	CPU_SET(load->cpu, &one);
	/* Where that fails, for a CPU that went offline, the calls come from another. */
	sched_setaffinity(0, sizeof(one), &one);
}

static void make_calls(void *ctx)
{
	struct load *load = ctx;
	unsigned long count = load->per_step;

	if (chosen.events && chosen.events - load->made < count)
		count = chosen.events - load->made;
	if (!count) {
		usleep(1000000 / STEPS);
		return;
	}
	next_cpu(load);
	for (unsigned long i = 0; i < count; i++)
		(void)getpgid(0);
	__atomic_fetch_add(&load->made, count, __ATOMIC_RELAXED);
}

static void start_load(const struct trace *trace, struct load *load)
{
	int err;

	if (trace->run->options.no_load || trace->run->options.pid)
		return;
	load->per_step = chosen.rate ? chosen.rate / STEPS : FAST_STEP;
	if (sched_getaffinity(0, sizeof(load->allowed), &load->allowed))
		CPU_SET(0, &load->allowed);
	err = worker_start(&load->worker, chosen.rate ? STEPS : 0, make_calls, load);
	if (err)
		sample_fail(trace->run, "warning: no calls of its own: %s", strerror(-err));
}

/* ---- reports ---- */

static bool read_counts(const struct trace *trace)
{
	const __u32 zero = 0;

	if (!bpf_map_lookup_elem(bpf_loader_map_fd(trace->loader, "counts"), &zero,
				 trace->counts))
		return true;
	sample_fail(trace->run, "map 'counts': cannot read its element: %s", strerror(errno));
	return false;
}

/* Counted after reading: what came in between is in the rings, and so it is never negative. */
static __u64 waiting(const struct counts *counts, const struct tally *tally)
{
	return counts->produced - counts->refused - counts->failed - tally->read;
}

static void add(struct counts *counts, struct tally *tally, const struct trace *trace, int cpu)
{
	const struct counts *c = &trace->counts[cpu];
	const struct tally *t = &trace->tallies[cpu];

	counts->produced += c->produced;
	counts->refused += c->refused;
	counts->failed += c->failed;
	tally->read += t->read;
	tally->told += t->told;
	tally->missing += t->missing;
	tally->wrong += t->wrong;
	tally->read_before += t->read_before;
}

static void sum_up(const struct trace *trace, struct counts *counts, struct tally *tally)
{
	*counts = (struct counts){0};
	*tally = (struct tally){0};
	for (int cpu = 0; cpu < trace->cpus; cpu++)
		add(counts, tally, trace, cpu);
}

static double rate(const struct trace *trace, const struct tally *tally)
{
	return (double)(tally->read - tally->read_before) / trace->run->period;
}

/* A record is a header, four bytes of size, the event, and what is missing to a multiple of 8. */
static unsigned long ring_bytes(void)
{
	return (unsigned long)chosen.pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

static unsigned long ring_events(void)
{
	const size_t record =
		(sizeof(struct perf_record_raw) + sizeof(struct event) + 7) / 8 * 8;

	return (ring_bytes() - 1) / record;
}

static void print_load(FILE *out, const struct trace *trace)
{
	const struct sample_options *options = &trace->run->options;

	if (options->pid)
		fprintf(out, "of process %d", options->pid);
	else if (options->no_load)
		fprintf(out, "of every process");
	else if (chosen.rate)
		fprintf(out, "of every process, up to %lu a second of its own", chosen.rate);
	else
		fprintf(out, "of every process, its own without a pause");
}

static void print_heading(FILE *out, const struct trace *trace, const struct tally *all)
{
	fprintf(out, "calls of getpgid() ");
	print_load(out, trace);
	fprintf(out, ", in %.1f s\n", trace->run->elapsed);
	fprintf(out, "ring of each CPU: %lu bytes, room for %lu events; reader: %s\n",
		ring_bytes(), ring_events(), reader_names[chosen.reader]);
	fprintf(out, "woken %llu times, with %.1f events each time\n\n", trace->wakeups,
		trace->wakeups ? (double)all->read / (double)trace->wakeups : 0);
}

static void print_row(FILE *out, const struct trace *trace, const char *name,
		      const struct counts *counts, const struct tally *tally)
{
	fprintf(out, "%-4s %9.0f %11llu %11llu %9llu %9llu %9llu %9llu\n", name,
		rate(trace, tally), counts->produced, tally->read, waiting(counts, tally),
		counts->refused, tally->told, tally->missing);
}

static void print_trouble(FILE *out, const struct counts *counts, const struct tally *tally)
{
	if (counts->failed)
		fprintf(out, "sent by a CPU without a ring: %llu\n", counts->failed);
	if (tally->wrong)
		fprintf(out, "arrived, but not what was sent: %llu\n", tally->wrong);
}

static void print_table(FILE *out, const struct trace *trace)
{
	struct counts counts;
	struct tally tally;
	char name[16];

	sum_up(trace, &counts, &tally);
	print_heading(out, trace, &tally);
	fprintf(out, "%46s    %s\n", "", "lost, known by");
	fprintf(out, "%-4s %9s %11s %11s %9s %9s %9s %9s\n", "CPU", "events/s", "produced",
		"read", "waiting", "program", "record", "gap");
	print_row(out, trace, "all", &counts, &tally);
	for (int cpu = 0; cpu < trace->cpus; cpu++) {
		snprintf(name, sizeof(name), "%d", cpu);
		if (trace->counts[cpu].produced)
			print_row(out, trace, name, &trace->counts[cpu], &trace->tallies[cpu]);
	}
	print_trouble(out, &counts, &tally);
}

static void print_numbers(FILE *out, const struct trace *trace, const struct counts *counts,
			  const struct tally *tally)
{
	fprintf(out,
		"\"produced\":%llu,\"read\":%llu,\"waiting\":%llu,\"refused\":%llu,"
		"\"failed\":%llu,\"told\":%llu,\"missing\":%llu,\"wrong\":%llu,"
		"\"events_per_second\":%.1f",
		counts->produced, tally->read, waiting(counts, tally), counts->refused,
		counts->failed, tally->told, tally->missing, tally->wrong, rate(trace, tally));
}

static void print_json(FILE *out, const struct trace *trace, unsigned long calls)
{
	const char *comma = "";
	struct counts counts;
	struct tally tally;

	sum_up(trace, &counts, &tally);
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"reader\":\"%s\",\"wakeup\":%u,",
		trace->run->sample->name, trace->run->elapsed, reader_names[chosen.reader],
		chosen.wakeup);
	fprintf(out, "\"ring_bytes\":%lu,\"ring_events\":%lu,\"calls\":%lu,\"wakeups\":%llu,",
		ring_bytes(), ring_events(), calls, trace->wakeups);
	print_numbers(out, trace, &counts, &tally);
	fprintf(out, ",\"cpus\":[");
	for (int cpu = 0; cpu < trace->cpus; cpu++) {
		if (!trace->counts[cpu].produced)
			continue;
		fprintf(out, "%s{\"cpu\":%d,", comma, cpu);
		print_numbers(out, trace, &trace->counts[cpu], &trace->tallies[cpu]);
		fprintf(out, "}");
		comma = ",";
	}
	fprintf(out, "]}\n");
}

static bool report(struct trace *trace, unsigned long calls)
{
	FILE *out;

	/* With --wakeup above 1 some events are in the rings and woke nobody. */
	drain(trace);
	if (!read_counts(trace))
		return false;
	out = sample_report(trace->run);
	if (out && trace->run->options.json)
		print_json(out, trace, calls);
	else if (out)
		print_table(out, trace);
	sample_show(trace->run);
	for (int cpu = 0; cpu < trace->cpus; cpu++)
		trace->tallies[cpu].read_before = trace->tallies[cpu].read;
	return true;
}

/* ---- the end: does it all add up? ---- */

static bool set_watched(const struct trace *trace, __u32 whom)
{
	const __u32 zero = 0;

	if (!bpf_map_update_elem(bpf_loader_map_fd(trace->loader, "watched"), &zero, &whom,
				 BPF_ANY))
		return true;
	sample_fail(trace->run, "map 'watched': cannot write its element: %s", strerror(errno));
	return false;
}

static bool all_arrived(struct trace *trace)
{
	struct counts counts;
	struct tally tally;

	drain(trace);
	if (!read_counts(trace))
		return false;
	sum_up(trace, &counts, &tally);
	return !waiting(&counts, &tally) && !tally.wrong;
}

/*
 * Nothing new is produced. A run of the program that had begun before may still be about to send
 * its event, so we look more than once. True if every event was read or counted as lost.
 */
static bool check_sums(struct trace *trace)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	if (!set_watched(trace, WATCH_NOBODY))
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
	sample_watch(trace->run, reader_fd(trace), woken, trace);
	while (good && sample_next(trace->run))
		good = report(trace, __atomic_load_n(&load.made, __ATOMIC_RELAXED));
	worker_stop(&load.worker);
	if (!good || !check_sums(trace))
		return EXIT_FAILURE;
	return sample_end(trace->run);
}

/* The rings come first: the program is attached to a map that has them all. */
static int watch(struct trace *trace)
{
	struct bpf_loader *loader = trace->loader;
	int status = EXIT_FAILURE;

	if (!open_reader(trace))
		return EXIT_FAILURE;
	if (!set_watched(trace, trace->run->options.pid ? (__u32)trace->run->options.pid
							: WATCH_EVERYONE))
		goto out;
	if (bpf_loader_attach(loader)) {
		sample_fail(trace->run, "%s", bpf_loader_error(loader));
		sample_explain(trace->run);
	} else {
		status = report_until_end(trace);
	}
out:
	close_reader(trace);
	return status;
}

static int start(struct sample_run *run, struct bpf_loader *loader)
{
	struct trace trace = {.run = run, .loader = loader, .cpus = libbpf_num_possible_cpus()};
	int status = EXIT_FAILURE;

	if (trace.cpus > 0) {
		trace.tallies = calloc((size_t)trace.cpus, sizeof(*trace.tallies));
		trace.counts = calloc((size_t)trace.cpus, sizeof(*trace.counts));
	}
	if (trace.tallies && trace.counts)
		status = watch(&trace);
	else
		sample_fail(run, "no memory, or no list of CPUs in /sys");
	free(trace.tallies);
	free(trace.counts);
	return status;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &trace_output, argc, argv);
	loader = sample_load(&run, &opts);
	if (loader)
		status = start(&run, loader);
	bpf_loader_close(loader);
	return status;
}
