// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime: for how long tasks are blocked, where, and who wakes them from where.
 *
 * Loads offwaketime_kern.o, tells it the layout of this kernel's events, and reads what it added
 * up: as a table while it runs, as folded lines or a flame graph at the end. Read it from the
 * bottom: main(), watch(), observe(), read_all(). Its parts, offwaketime_*.c, are: _probe, where the
 * programs hang; _stacks, from addresses to names; _rows, from the map to what is shown; _table.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "blocking_pair.h"
#include "flame_graph.h"
#include "offwaketime.h"
#include "offwaketime_probe.h"
#include "offwaketime_rows.h"
#include "offwaketime_table.h"
#include "sample.h"

#define WAKES_PER_SECOND 4
#define ROWS_SHOWN	 4UL /* three lines each: they fit a window of 24 lines */

/* ---- options ---- */

static unsigned long top = ROWS_SHOWN, min_us, stack_count;
static enum probe_kind wanted_probe = PROBE_ANY;
static const char *svg_path, *html_path;
static bool folded_output;

static const char *read_probe(const char *value, void *to)
{
	enum probe_kind *kind = to;

	*kind = !strcmp(value, "tracepoint") ? PROBE_TRACEPOINT
		: !strcmp(value, "kprobe")   ? PROBE_KPROBE
					     : PROBE_ANY;
	return *kind == PROBE_ANY ? "tracepoint or kprobe" : NULL;
}

static const struct sample_option own_options[] = {
	{"top", "N", sample_read_number, &top, "so many rows, the longest first (4)"},
	{"min-us", "US", sample_read_number, &min_us, "leave out blocks that were shorter"},
	{"stacks", "N", sample_read_number, &stack_count, "room for so many stacks (10000)"},
	{"svg", "FILE", sample_read_text, &svg_path, "at the end, a flame graph as SVG"},
	{"html", "FILE", sample_read_text, &html_path, "the same as a web page"},
	{"folded", NULL, sample_read_flag, &folded_output,
	 "no reports; at the end, folded lines"},
	{"probe", "KIND", read_probe, &wanted_probe, "tracepoint or kprobe (what there is)"},
	{0},
};

static const struct sample offwaketime = {
	.name = "offwaketime",
	.title = "where tasks block, who wakes them; flame graph",
	.what = "Shows where tasks are blocked, for how long, and who wakes them from where.\n"
		"User stacks need programs with frame pointers: gcc -fno-omit-frame-pointer.",
	.example = "-d 10 --html offwake.html",
	.map_types = "STACK_TRACE, HASH",
	.needs = "root (or CAP_BPF, CAP_PERFMON, CAP_SYSLOG); Linux 5.5 or newer",
	.requires = {"root", "map:stack_trace", "tracepoint:sched/sched_switch",
		     "tracepoint:sched/sched_waking"},
	.takes = SAMPLE_TAKES_PID | SAMPLE_TAKES_NO_LOAD,
	.own = own_options,
};

/* ---- files that are written at the end ---- */

/* Opened at the start: who measured for an hour shall not learn then that there is no such folder. */
struct output {
	const char *path; /* NULL: not wanted */
	enum flame_graph_format format;
	FILE *file;
	bool created; /* it was not there before */
};

static bool open_output(const struct sample_run *run, struct output *output)
{
	int fd;

	if (!output->path)
		return true;
	fd = open(output->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	output->created = fd >= 0;
	if (fd < 0 && errno == EEXIST)
		fd = open(output->path, O_WRONLY | O_CLOEXEC);
	output->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (output->file)
		return true;
	sample_fail(run, "cannot write to %s: %s", output->path, strerror(errno));
	return false;
}

/* A file that nothing was written to, and that was not there before, does not stay. */
static void close_output(struct output *output, bool keep)
{
	if (!output->file)
		return;
	fclose(output->file);
	output->file = NULL;
	if (!keep && output->created)
		unlink(output->path);
}

/* ---- what is observed ---- */

struct watch {
	struct sample_run *run;
	struct probe probe;
	struct bpf_loader *loader;
	struct stacks stacks;
	struct rows rows;
	struct timespec start; /* when the programs were attached */
	double seconds;	       /* from then until the maps were read */
	__u64 lost[LOST_KINDS], missed;
	struct output svg, html;
};

static const char *probe_name(const struct watch *watch)
{
	return watch->probe.kind == PROBE_KPROBE ? "kprobes" : "tracepoints";
}

static bool read_losses(struct watch *watch)
{
	const int fd = bpf_loader_map_fd(watch->loader, "lost");

	for (__u32 kind = 0; kind < LOST_KINDS; kind++) {
		if (!bpf_map_lookup_elem(fd, &kind, &watch->lost[kind]))
			continue;
		sample_fail(watch->run, "map 'lost': cannot read element %u: %s", kind,
			    strerror(errno));
		return false;
	}
	return true;
}

/* What the kernel tells of its own losses; those older than 5.12 tell nothing. */
static __u64 count_missed(const struct bpf_loader *loader)
{
	__u64 missed = 0;

	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);

		if (program->fd >= 0 && !bpf_obj_get_info_by_fd(program->fd, &info, &size))
			missed += info.recursion_misses;
	}
	return missed;
}

/* Everything there is, since the start. */
static bool read_all(struct watch *watch)
{
	struct timespec now;
	int err;

	clock_gettime(CLOCK_MONOTONIC, &now);
	watch->seconds = (double)(now.tv_sec - watch->start.tv_sec) +
			 (double)(now.tv_nsec - watch->start.tv_nsec) / 1e9;
	rows_free(&watch->rows);
	err = rows_read(&watch->rows, bpf_loader_map_fd(watch->loader, "sums"), &watch->stacks);
	if (err) {
		sample_fail(watch->run, "map 'sums': cannot be read: %s", strerror(-err));
		return false;
	}
	watch->missed = count_missed(watch->loader);
	return read_losses(watch);
}

static void report(struct watch *watch)
{
	const struct table table = {
		.run = watch->run,
		.rows = &watch->rows,
		.top = top,
		.lost = watch->lost,
		.missed = watch->missed,
		.probe = probe_name(watch),
		.min_us = min_us,
	};
	FILE *out = sample_report(watch->run);

	if (out && watch->run->options.json)
		table_print_json(&table, out);
	else if (out)
		table_print(&table, out);
	sample_show(watch->run);
}

/* ---- what stays at the end ---- */

static void describe(const struct watch *watch, char *text, size_t size)
{
	const struct offwaketime_sum *all = &watch->rows.all;
	char who[32] = "all processes";

	if (watch->run->options.pid)
		snprintf(who, sizeof(who), "process %d", watch->run->options.pid);
	snprintf(text, size, "%s, %.1f s by %s: blocked for %s in %llu blocks", who,
		 watch->seconds, probe_name(watch), table_time(all->total_ns), all->count);
}

static bool write_graph(const struct watch *watch, struct output *output,
			const struct folded *folded)
{
	char subtitle[128];
	const struct flame_graph_text text = {
		.title = "Where tasks were blocked, and who woke them",
		.subtitle = subtitle,
		.border = "woken by",
	};
	struct stat info;

	if (!output->path)
		return true;
	describe(watch, subtitle, sizeof(subtitle));
	if (!fstat(fileno(output->file), &info) && S_ISREG(info.st_mode) &&
	    ftruncate(fileno(output->file), 0)) {
		sample_fail(watch->run, "%s: %s", output->path, strerror(errno));
		return false;
	}
	if (!flame_graph_write(output->file, folded, &text, output->format)) {
		sample_fail(watch->run, "%s: %s", output->path, strerror(ENOMEM));
		return false;
	}
	if (!fflush(output->file) && !ferror(output->file))
		return true;
	sample_fail(watch->run, "cannot write to %s: %s", output->path, strerror(errno));
	return false;
}

/* Folded lines are no report to be drawn in place, so they go out as they are. */
static bool write_folded(const struct watch *watch, const struct folded *folded)
{
	if (!folded_output)
		return true;
	errno = 0;
	folded_print(folded, stdout);
	if ((!fflush(stdout) && !ferror(stdout)) || errno == EPIPE)
		return true;
	sample_fail(watch->run, "cannot write to stdout: %s", strerror(errno));
	return false;
}

/* What the last report showed; after a signal, what has come since, too. */
static bool write_results(struct watch *watch)
{
	struct folded folded = {0};
	bool written;

	if (!folded_output && !svg_path && !html_path)
		return true;
	if (sample_stopped() && !read_all(watch))
		return false;
	written = rows_fold(&watch->rows, &folded);
	if (!written)
		sample_fail(watch->run, "folded lines: %s", strerror(ENOMEM));
	written = written && write_folded(watch, &folded) &&
		  write_graph(watch, &watch->svg, &folded) &&
		  write_graph(watch, &watch->html, &folded);
	close_output(&watch->svg, written);
	close_output(&watch->html, written);
	folded_free(&folded);
	return written;
}

static int observe(struct watch *watch)
{
	int status;

	/* Also without reports: a stack has its names only as long as the process lives. */
	while (sample_next(watch->run)) {
		if (!read_all(watch))
			return EXIT_FAILURE;
		if (!folded_output)
			report(watch);
	}
	status = sample_end(watch->run);
	return write_results(watch) ? status : EXIT_FAILURE;
}

/* ---- start ---- */

static struct probe *fixup_probe;

static int fixup_program(struct bpf_loader_program *program, size_t index, void *ctx)
{
	(void)index;
	(void)ctx;
	probe_fixup(fixup_probe, program);
	return 0;
}

/* The kernel makes no stack map for deeper stacks than this sysctl allows. */
static void limit_depth(struct bpf_loader_map *map)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_max_stack", "re");
	unsigned int depth;

	if (!file)
		return;
	if (fscanf(file, "%u", &depth) == 1 && depth && depth < STACK_DEPTH)
		map->value_size = depth * (__u32)sizeof(__u64);
	fclose(file);
}

static int fixup_map(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index;
	(void)ctx;
	if (map->type != BPF_MAP_TYPE_STACK_TRACE)
		return 0;
	limit_depth(map);
	if (stack_count)
		map->max_entries = !strcmp(map->name, "stacks") ? (__u32)stack_count
								: (__u32)stack_count / 5 + 1;
	return 0;
}

static bool configure(const struct sample_run *run, const struct bpf_loader *loader,
		      const struct offwaketime_config *config)
{
	const __u32 zero = 0;

	if (!bpf_map_update_elem(bpf_loader_map_fd(loader, "config"), &zero, config, BPF_ANY))
		return true;
	sample_fail(run, "map 'config': cannot be written: %s", strerror(errno));
	return false;
}

static bool attach(const struct sample_run *run, struct bpf_loader *loader)
{
	if (!bpf_loader_attach(loader))
		return true;
	sample_fail(run, "%s", bpf_loader_error(loader));
	sample_explain(run);
	return false;
}

/* What the table would show alone on a machine where nothing happens. */
static void make_load(const struct sample_run *run)
{
	int err = 0;

	if (!run->options.no_load)
		err = blocking_pair_start(WAKES_PER_SECOND);
	if (err)
		sample_fail(run, "warning: no threads of its own: %s", strerror(-err));
}

static int watch_loaded(struct watch *watch, const struct offwaketime_config *config)
{
	int status;

	if (!configure(watch->run, watch->loader, config) || !attach(watch->run, watch->loader))
		return EXIT_FAILURE;
	clock_gettime(CLOCK_MONOTONIC, &watch->start);
	watch->stacks.map_fd = bpf_loader_map_fd(watch->loader, "stacks");
	watch->stacks.more_fd = bpf_loader_map_fd(watch->loader, "more_stacks");
	make_load(watch->run);
	status = observe(watch);
	blocking_pair_stop();
	rows_free(&watch->rows);
	stacks_free(&watch->stacks);
	return status;
}

static int watch(struct sample_run *run)
{
	struct watch watch = {
		.run = run,
		.svg = {.path = svg_path, .format = FLAME_GRAPH_SVG},
		.html = {.path = html_path, .format = FLAME_GRAPH_HTML},
	};
	struct offwaketime_config config = {
		.own_tid = (__u32)syscall(SYS_gettid),
		.tgid = (__u32)run->options.pid,
		.min_ns = 1000ULL * min_us,
	};
	const struct bpf_loader_opts opts = {
		.flags = BPF_LOADER_NO_ATTACH,
		.fixup_map = fixup_map,
		.fixup_program = fixup_program,
	};
	int status = EXIT_FAILURE;

	if (!probe_choose(&watch.probe, &config, run, wanted_probe))
		return EXIT_FAILURE;
	fixup_probe = &watch.probe;
	watch.loader = sample_load(run, &opts);
	if (watch.loader && open_output(run, &watch.svg) && open_output(run, &watch.html))
		status = watch_loaded(&watch, &config);
	close_output(&watch.svg, false);
	close_output(&watch.html, false);
	bpf_loader_close(watch.loader);
	return status;
}

static bool options_fit(const struct sample_run *run)
{
	const pid_t pid = run->options.pid;

	if (folded_output && run->options.json) {
		sample_fail(run, "--folded and --json are two forms of one output: choose one");
		exit(2);
	}
	if (!pid || !kill(pid, 0) || errno == EPERM)
		return true;
	sample_fail(run, "there is no process %d; `ps -e` lists them", pid);
	return false;
}

int main(int argc, char **argv)
{
	struct sample_run run;

	sample_start(&run, &offwaketime, argc, argv);
	return options_fit(&run) ? watch(&run) : EXIT_FAILURE;
}
