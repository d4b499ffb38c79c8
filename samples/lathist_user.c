// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lathist: how long something takes, as a histogram by powers of two, on each CPU.
 *
 * What is measured is a row of the table `sources`: which programs of lathist_kern.o to load,
 * and which fields of which events they have to know the place of. Read it from the bottom:
 * main(), watch(), report(), then how the maps are read, then how they are drawn.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "feature.h"
#include "lathist.h"
#include "sample.h"
#include "trace_format.h"
#include "worker.h"

/* ---- what can be measured ---- */

#define PROGRAMS_MAX 3
#define FIELDS_MAX   4

/* A field that the programs read, and which member of their config says where it is. */
struct wanted_field {
	const char *event, *field;
	size_t member;
};

#define WANTED(EVENT, FIELD, MEMBER)                                  \
	{                                                             \
		EVENT, FIELD, offsetof(struct lathist_config, MEMBER) \
	}

struct source {
	const char *name;
	const char *what; /* "how long …" */
	const char *from, *to;
	const char *pid; /* what -p means: "that … %d" */
	const char *programs[PROGRAMS_MAX];
	struct wanted_field fields[FIELDS_MAX]; /* up to the first without a name */
};

static const struct source sources[] = {
	{
		.name = "wakeup",
		.what = "how long a woken thread waits for a CPU",
		.from = "sched_wakeup",
		.to = "sched_switch",
		.pid = "of thread",
		.programs = {"thread_woken", "thread_made", "thread_runs"},
		.fields = {WANTED("sched/sched_wakeup", "pid", woken_pid),
			   WANTED("sched/sched_wakeup_new", "pid", woken_new_pid),
			   WANTED("sched/sched_switch", "prev_pid", prev_pid),
			   WANTED("sched/sched_switch", "next_pid", next_pid)},
	},
	{
		.name = "softirq-wait",
		.what = "how long a raised softirq waits",
		.from = "softirq_raise",
		.to = "softirq_entry",
		.pid = "raised under process",
		.programs = {"softirq_raised", "softirq_waited"},
		.fields = {WANTED("irq/softirq_raise", "vec", raised_vec),
			   WANTED("irq/softirq_entry", "vec", entered_vec)},
	},
	{
		.name = "softirq",
		.what = "how long a softirq runs",
		.from = "softirq_entry",
		.to = "softirq_exit",
		.pid = "run on top of process",
		.programs = {"softirq_entered", "softirq_left"},
		.fields = {WANTED("irq/softirq_entry", "vec", entered_vec),
			   WANTED("irq/softirq_exit", "vec", left_vec)},
	},
	{
		.name = "hardirq",
		.what = "how long the timer interrupt takes",
		.from = "local_timer_entry",
		.to = "local_timer_exit",
		.pid = "in process",
		.programs = {"timer_entered", "timer_left"},
	},
	{
		.name = "preempt",
		.what = "how long a CPU cannot change threads",
		.from = "trace_preempt_off",
		.to = "trace_preempt_on",
		.pid = "in process",
		.programs = {"preempt_off", "preempt_on"},
	},
};

#define SOURCES (sizeof(sources) / sizeof(sources[0]))

/* --source */
static const struct source *source = &sources[0];
static bool asked;

static const char *read_source(const char *value, void *to)
{
	(void)to;
	for (size_t i = 0; i < SOURCES; i++) {
		if (strcmp(value, sources[i].name) != 0)
			continue;
		source = &sources[i];
		asked = true;
		return NULL;
	}
	return "wakeup, softirq-wait, softirq, hardirq or preempt";
}

static const struct sample_option own[] = {
	{"source", "NAME", read_source, NULL,
	 "wakeup, softirq-wait, softirq, hardirq, preempt"},
	{.name = NULL},
};

static const struct sample lathist = {
	.name = "lathist",
	.title = "latencies by powers of two, a histogram for each CPU",
	.what = "Measures how long a woken thread waits for a CPU, or interrupts take "
		"(--source):"
		"\n"
		"programs in the kernel add to a histogram for each CPU, which this one draws.",
	.example = "-c 5",
	.map_types = "ARRAY, PERCPU_ARRAY, HASH",
	.needs = "root (CAP_BPF, CAP_PERFMON); Linux 5.5, bpf_probe_read_kernel()",
	.requires = {"root", "map:percpu_array", "program:tracepoint",
		     "tracepoint:sched/sched_switch"},
	.takes = SAMPLE_TAKES_PID | SAMPLE_TAKES_NO_LOAD,
	.own = own,
};

/* ---- what was measured ---- */

struct histogram {
	__u64 events;
	__u64 buckets[LATHIST_BUCKETS];
};

struct results {
	int histogram_fd, counts_fd, woken_fd, begun_fd;
	unsigned int cpus;
	struct histogram *cpu; /* one for each */
	struct histogram all;
	struct lathist_counts counts; /* of all CPUs together */
	__u64 pending;
	void *values; /* room for one element of a per-CPU map, as the kernel copies it out */
};

static bool cannot_read(const struct sample_run *run, const char *map)
{
	sample_fail(run, "map '%s': cannot read it: %s", map, strerror(errno));
	return false;
}

static void add(struct histogram *histogram, unsigned int bucket, __u64 events)
{
	histogram->buckets[bucket] += events;
	histogram->events += events;
}

/* One lookup in a per-CPU map copies the values of all CPUs, one behind the other. */
static bool read_histograms(const struct sample_run *run, struct results *results)
{
	const __u64 *events = results->values;

	memset(results->cpu, 0, results->cpus * sizeof(*results->cpu));
	memset(&results->all, 0, sizeof(results->all));
	for (__u32 bucket = 0; bucket < LATHIST_BUCKETS; bucket++) {
		if (bpf_map_lookup_elem(results->histogram_fd, &bucket, results->values))
			return cannot_read(run, "histogram");
		for (unsigned int cpu = 0; cpu < results->cpus; cpu++) {
			add(&results->cpu[cpu], bucket, events[cpu]);
			add(&results->all, bucket, events[cpu]);
		}
	}
	return true;
}

static bool read_counts(const struct sample_run *run, struct results *results)
{
	const struct lathist_counts *counts = results->values;
	struct lathist_counts sums = {0};
	const __u32 zero = 0;

	if (bpf_map_lookup_elem(results->counts_fd, &zero, results->values))
		return cannot_read(run, "counts");
	for (unsigned int cpu = 0; cpu < results->cpus; cpu++) {
		sums.starts += counts[cpu].starts;
		sums.repeated += counts[cpu].repeated;
		sums.awake += counts[cpu].awake;
		sums.lost += counts[cpu].lost;
	}
	results->counts = sums;
	return true;
}

/* The threads in the hash. It changes while we walk, so only on a quiet one the number is exact;
 * a key that vanishes sends us back to the first, so there is a limit. */
static __u64 waiting_threads(const struct results *results)
{
	const __u32 *before = NULL;
	__u32 key;
	__u64 count = 0;

	while (count < LATHIST_THREADS &&
	       !bpf_map_get_next_key(results->woken_fd, before, &key)) {
		before = &key;
		count++;
	}
	return count;
}

static bool read_pending(const struct sample_run *run, struct results *results)
{
	const __u64 *starts = results->values;

	results->pending = waiting_threads(results);
	for (__u32 slot = 0; slot < LATHIST_SLOTS; slot++) {
		if (bpf_map_lookup_elem(results->begun_fd, &slot, results->values))
			return cannot_read(run, "begun");
		for (unsigned int cpu = 0; cpu < results->cpus; cpu++)
			results->pending += starts[cpu] != 0;
	}
	return true;
}

static unsigned long long upper_end(unsigned int bucket)
{
	return bucket < LATHIST_BUCKETS - 1 ? 1ULL << (bucket + 1) : ~0ULL;
}

static unsigned long long lower_end(unsigned int bucket)
{
	return bucket ? upper_end(bucket - 1) : 0;
}

/* The bucket that the event at `percent` of all is in; its upper end is what we can say. */
static unsigned int percentile(const struct histogram *histogram, unsigned int percent)
{
	const __u64 rank = (histogram->events * percent + 99) / 100;
	unsigned int bucket = 0;
	__u64 seen = histogram->buckets[0];

	while (seen < rank && bucket < LATHIST_BUCKETS - 1)
		seen += histogram->buckets[++bucket];
	return bucket;
}

static const unsigned int percents[] = {50, 90, 99, 100};

#define PERCENTS (sizeof(percents) / sizeof(percents[0]))

/* ---- the picture ---- */

#define LABEL_WIDTH 16
#define COUNT_WIDTH 10
#define BAR_MIN	    12
#define CPU_WIDTH   40 /* of a line in the table of CPUs */
#define CPU_GAP	    3

struct picture {
	FILE *out;
	unsigned int columns;
	bool blocks;		  /* eighths of a block, for terminals that have them */
	unsigned int first, last; /* buckets to show */
	unsigned int bar;	  /* width */
	__u64 highest;		  /* what a bar of that width stands for */
};

/* Three digits are more than the buckets know. */
static const char *duration(char *text, size_t size, unsigned long long ns)
{
	static const char *const units[] = {"ns", "us", "ms", "s"};
	double value = (double)ns;
	size_t unit = 0;

	while (value >= 1000 && unit < 3) {
		value /= 1000;
		unit++;
	}
	snprintf(text, size, "%.*f%s", unit && value < 100 ? 1 : 0, value, units[unit]);
	return text;
}

/* Returns how many columns it took. However few the events are, something can be seen. */
static unsigned int draw_bar(const struct picture *picture, __u64 events)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	const double length = (double)events / (double)picture->highest * picture->bar;
	const unsigned int whole = (unsigned int)length;
	unsigned int eighth = (unsigned int)((length - whole) * 8);

	for (unsigned int i = 0; i < whole; i++)
		fputs(picture->blocks ? "█" : "*", picture->out);
	if (events && !whole && !eighth)
		eighth = 1;
	if (!eighth)
		return whole;
	fputs(picture->blocks ? eighths[eighth] : "*", picture->out);
	return whole + 1;
}

/* A line: one bucket of `count` histograms, side by side. */
static void draw_bucket(const struct picture *picture, const struct histogram *histograms,
			unsigned int count, unsigned int bucket)
{
	unsigned int gap = 0;
	char from[16], to[16];

	fprintf(picture->out, "%6s - %6s", duration(from, sizeof(from), lower_end(bucket)),
		duration(to, sizeof(to), upper_end(bucket)));
	for (unsigned int i = 0; i < count; i++) {
		const __u64 events = histograms[i].buckets[bucket];

		fprintf(picture->out, "%*s%*llu%s", (int)gap, "", COUNT_WIDTH - 1,
			(unsigned long long)events, events ? " " : "");
		gap = picture->bar + (events ? 0 : 1) - draw_bar(picture, events);
	}
	fputc('\n', picture->out);
}

/* All bars are drawn to the same scale, so that CPUs can be compared. */
static void set_scale(struct picture *picture, const struct histogram *histograms,
		      unsigned int count)
{
	picture->bar = (picture->columns - LABEL_WIDTH) / count - COUNT_WIDTH;
	picture->highest = 1;
	for (unsigned int i = 0; i < count; i++)
		for (unsigned int bucket = 0; bucket < LATHIST_BUCKETS; bucket++)
			if (histograms[i].buckets[bucket] > picture->highest)
				picture->highest = histograms[i].buckets[bucket];
}

static void set_range(struct picture *picture, const struct histogram *all)
{
	picture->last = percentile(all, 100);
	picture->first = 0;
	while (picture->first < picture->last && !all->buckets[picture->first])
		picture->first++;
}

static void draw_heading(const struct picture *picture, unsigned int cpus, bool each)
{
	const unsigned int count = each ? cpus : 1;
	int gap = 0;

	fprintf(picture->out, "%*s", LABEL_WIDTH - 1, "it took");
	for (unsigned int i = 0; i < count; i++) {
		fprintf(picture->out, "%*s%*s ", gap, "", COUNT_WIDTH - 1, "events");
		gap = fprintf(picture->out, each ? "CPU %u" : "all %u CPUs", each ? i : cpus);
		gap = (int)picture->bar - gap;
	}
	fputc('\n', picture->out);
}

/* Every CPU has its own bars if there is room, else there are those of all together. */
static void draw_histograms(struct picture *picture, const struct results *results)
{
	const unsigned int room = (picture->columns - LABEL_WIDTH) / (COUNT_WIDTH + BAR_MIN);
	const bool each = results->cpus <= room;
	const struct histogram *histograms = each ? results->cpu : &results->all;
	const unsigned int count = each ? results->cpus : 1;

	set_range(picture, &results->all);
	set_scale(picture, histograms, count);
	draw_heading(picture, results->cpus, each);
	for (unsigned int bucket = picture->first; bucket <= picture->last; bucket++)
		draw_bucket(picture, histograms, count, bucket);
}

/* ---- the table of CPUs ---- */

static void print_cpu(FILE *out, unsigned int cpu, const struct histogram *histogram)
{
	char text[16];

	fprintf(out, "%3u %8llu", cpu, (unsigned long long)histogram->events);
	for (size_t i = 0; i < PERCENTS; i++)
		fprintf(out, " %6s",
			histogram->events
				? duration(text, sizeof(text),
					   upper_end(percentile(histogram, percents[i])))
				: "-");
}

/* CPUs go down the first column, then down the second: as many columns as there is room for. */
static void print_cpus(FILE *out, const struct results *results, unsigned int columns)
{
	const unsigned int tables = (columns + CPU_GAP) / (CPU_WIDTH + CPU_GAP);
	const unsigned int lines = (results->cpus + tables - 1) / tables;

	fprintf(out, "\neach CPU: half, 90%%, 99%%, all of its events took less than\n");
	for (unsigned int cpu = 0; cpu < results->cpus; cpu += lines)
		fprintf(out, "%*sCPU %8s %6s %6s %6s %6s", cpu ? CPU_GAP : 0, "", "events",
			"half", "90%", "99%", "all");
	fputc('\n', out);
	for (unsigned int line = 0; line < lines; line++) {
		for (unsigned int cpu = line; cpu < results->cpus; cpu += lines) {
			fprintf(out, "%*s", cpu >= lines ? CPU_GAP : 0, "");
			print_cpu(out, cpu, &results->cpu[cpu]);
		}
		fputc('\n', out);
	}
}

/* The one line that says it all. */
static void print_summary(FILE *out, const struct histogram *all)
{
	static const char *const shares[PERCENTS] = {"half took less than", ", 90%", ", 99%",
						     ", all"};
	char text[16];

	fprintf(out, "%llu events: ", (unsigned long long)all->events);
	for (size_t i = 0; i < PERCENTS; i++)
		fprintf(out, "%s %s", shares[i],
			duration(text, sizeof(text), upper_end(percentile(all, percents[i]))));
	fputs("\n\n", out);
}

/* ---- a report ---- */

static void print_head(FILE *out, const struct sample_run *run, const struct results *results)
{
	fprintf(out, "%s, %u CPU%s, %.1f s\n", source->what, results->cpus,
		results->cpus == 1 ? "" : "s", run->elapsed);
	fprintf(out, "%s to %s", source->from, source->to);
	if (run->options.pid)
		fprintf(out, ", %s %d only", source->pid, (int)run->options.pid);
	else if (!asked)
		fprintf(out, " (the original's events are in few kernels)");
	fputc('\n', out);
}

static void print_picture(FILE *out, const struct sample_run *run,
			  const struct results *results)
{
	struct picture picture = {
		.out = out,
		.columns = sample_columns(),
		.blocks = run->redraw && !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};

	print_head(out, run, results);
	if (!results->all.events) {
		fprintf(out, "\nnothing so far\n");
		return;
	}
	print_summary(out, &results->all);
	draw_histograms(&picture, results);
	print_cpus(out, results, picture.columns);
	if (results->counts.lost)
		fprintf(out, "%llu more were lost: map 'woken' is full\n",
			(unsigned long long)results->counts.lost);
}

/* The buckets that have events; "below" is null for the last that a number of 64 bits has. */
static void print_json_histogram(FILE *out, const struct histogram *histogram)
{
	const char *comma = "";

	fprintf(out, "\"events\":%llu", (unsigned long long)histogram->events);
	for (size_t i = 0; histogram->events && i < PERCENTS; i++)
		fprintf(out, ",\"below_%u\":%llu", percents[i],
			upper_end(percentile(histogram, percents[i])));
	fprintf(out, ",\"buckets\":[");
	for (unsigned int bucket = 0; bucket < LATHIST_BUCKETS; bucket++) {
		if (!histogram->buckets[bucket])
			continue;
		fprintf(out, "%s{\"from\":%llu,\"below\":%llu,\"events\":%llu}", comma,
			lower_end(bucket), upper_end(bucket),
			(unsigned long long)histogram->buckets[bucket]);
		comma = ",";
	}
	fputc(']', out);
}

static void print_json(FILE *out, const struct sample_run *run, const struct results *results)
{
	const struct lathist_counts *counts = &results->counts;

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"source\":\"%s\",\"unit\":\"ns\",",
		run->sample->name, run->elapsed, source->name);
	fprintf(out, "\"from\":\"%s\",\"to\":\"%s\",", source->from, source->to);
	fprintf(out,
		"\"starts\":%llu,\"repeated\":%llu,\"awake\":%llu,\"lost\":%llu,"
		"\"pending\":%llu,",
		(unsigned long long)counts->starts, (unsigned long long)counts->repeated,
		(unsigned long long)counts->awake, (unsigned long long)counts->lost,
		(unsigned long long)results->pending);
	fprintf(out, "\"all\":{");
	print_json_histogram(out, &results->all);
	fprintf(out, "},\"cpus\":[");
	for (unsigned int cpu = 0; cpu < results->cpus; cpu++) {
		fprintf(out, "%s{\"cpu\":%u,", cpu ? "," : "", cpu);
		print_json_histogram(out, &results->cpu[cpu]);
		fputc('}', out);
	}
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, struct results *results)
{
	FILE *out;

	if (!read_histograms(run, results) || !read_counts(run, results) ||
	    !read_pending(run, results))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, results);
	else if (out)
		print_picture(out, run, results);
	sample_show(run);
	return true;
}

/* Room for what the kernel copies out of a per-CPU map: each value rounded up to 8 bytes. */
static bool open_results(const struct sample_run *run, struct results *results,
			 const struct bpf_loader *loader)
{
	const int cpus = libbpf_num_possible_cpus();

	if (cpus < 0) {
		sample_fail(run, "cannot find out how many CPUs there may be: %s",
			    strerror(-cpus));
		return false;
	}
	*results = (struct results){
		.histogram_fd = bpf_loader_map_fd(loader, "histogram"),
		.counts_fd = bpf_loader_map_fd(loader, "counts"),
		.woken_fd = bpf_loader_map_fd(loader, "woken"),
		.begun_fd = bpf_loader_map_fd(loader, "begun"),
		.cpus = (unsigned int)cpus,
		.cpu = calloc((size_t)cpus, sizeof(struct histogram)),
		.values = calloc((size_t)cpus, sizeof(struct lathist_counts)),
	};
	if (results->cpu && results->values)
		return true;
	sample_fail(run, "out of memory");
	return false;
}

static int report_until_end(struct sample_run *run, struct bpf_loader *loader)
{
	struct results results = {0};
	int status = EXIT_FAILURE;

	if (open_results(run, &results, loader)) {
		status = EXIT_SUCCESS;
		while (status == EXIT_SUCCESS && sample_next(run))
			if (!report(run, &results))
				status = EXIT_FAILURE;
		if (status == EXIT_SUCCESS)
			status = sample_end(run);
	}
	free(results.cpu);
	free(results.values);
	return status;
}

/* ---- something to look at ---- */

/* Threads that do nothing but sleep: each wake-up is an event, and takes a timer interrupt. */
#define SLEEPERS 4
#define WAKEUPS	 25.0 /* a second, each */

static void sleep_again(void *ctx)
{
	(void)ctx;
}

static void start_sleepers(const struct sample_run *run, struct worker *sleepers)
{
	int err = 0;

	for (int i = 0; !err && !run->options.no_load && i < SLEEPERS; i++)
		err = worker_start(&sleepers[i], WAKEUPS, sleep_again, NULL);
	if (err)
		sample_fail(run, "warning: no load of its own: cannot make a thread: %s",
			    strerror(-err));
}

static int watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct worker sleepers[SLEEPERS] = {0};
	int status;

	start_sleepers(run, sleepers);
	status = report_until_end(run, loader);
	for (int i = 0; i < SLEEPERS; i++)
		worker_stop(&sleepers[i]);
	return status;
}

/* ---- load ---- */

/* Only what belongs to the source: the kernel may not have what the others hang on. */
static int choose_program(struct bpf_loader_program *program, size_t index, void *ctx)
{
	(void)index, (void)ctx;
	program->skip = true;
	for (int i = 0; i < PROGRAMS_MAX && source->programs[i]; i++)
		if (!strcmp(program->name, source->programs[i]))
			program->skip = false;
	return 0;
}

/* Where the field is in the record, into `offset`. The programs read 4 bytes. */
static bool find_field(const struct sample_run *run, const struct wanted_field *wanted,
		       __u32 *offset)
{
	struct trace_field found;
	const int err = trace_format_field(wanted->event, wanted->field, &found);

	if (!err && found.size == sizeof(__u32)) {
		*offset = found.offset;
		return true;
	}
	if (err)
		sample_fail(run, "event %s: cannot find its field '%s': %s", wanted->event,
			    wanted->field, strerror(-err));
	else
		sample_fail(run, "event %s: its field '%s' has %u bytes; the programs read 4",
			    wanted->event, wanted->field, found.size);
	return false;
}

static bool configure(const struct sample_run *run, const struct bpf_loader *loader)
{
	struct lathist_config config = {.pid = (__u32)run->options.pid};
	const __u32 zero = 0;

	for (int i = 0; i < FIELDS_MAX && source->fields[i].event; i++) {
		const struct wanted_field *wanted = &source->fields[i];

		if (!find_field(run, wanted, (__u32 *)((char *)&config + wanted->member)))
			return false;
	}
	if (!bpf_map_update_elem(bpf_loader_map_fd(loader, "config"), &zero, &config, BPF_ANY))
		return true;
	sample_fail(run, "map 'config': cannot write to it: %s", strerror(errno));
	return false;
}

/* The programs need their configuration before the first event, so they are attached last. */
static bool attach(const struct sample_run *run, struct bpf_loader *loader)
{
	if (!configure(run, loader))
		return false;
	if (!bpf_loader_attach(loader))
		return true;
	sample_fail(run, "%s", bpf_loader_error(loader));
	sample_explain(run);
	return false;
}

/*
 * The functions of --source=preempt are hardly anywhere: say what is missing before the loader
 * says only what failed.
 */
static bool source_exists(const struct sample_run *run)
{
	static const char *const requires[] = {
		"kprobes", "function:trace_preempt_off|trace_preempt_on", NULL};
	char why[256];

	if (strcmp(source->name, "preempt") || feature_all(requires, why, sizeof(why)))
		return true;
	sample_fail(run,
		    "--source=preempt takes kprobes on trace_preempt_off and trace_preempt_on, "
		    "which come with CONFIG_PREEMPT_TRACER: %s; try --source=wakeup",
		    why);
	if (strstr(why, "kprobes"))
		sample_fail(run,
			    "a VM has kprobes, but those functions only if its kernel is built "
			    "for it: tools/vm -- %s --source=preempt",
			    run->argv[0]);
	return false;
}

static double milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH,
					     .fixup_program = choose_program};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct timespec start;
	struct sample_run run;

	clock_gettime(CLOCK_MONOTONIC, &start);
	setlocale(LC_CTYPE, "");
	sample_start(&run, &lathist, argc, argv);
	if (!source_exists(&run))
		return EXIT_FAILURE;
	loader = sample_load(&run, &opts);
	if (loader && attach(&run, loader)) {
		if (run.options.verbose)
			sample_fail(&run, "measuring %.1f ms after its start",
				    milliseconds_since(&start));
		status = watch(&run, loader);
	}
	bpf_loader_close(loader);
	return status;
}
