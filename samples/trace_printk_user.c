// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * trace_printk: a BPF program that prints, and a switch for it in a map.
 *
 * Loads trace_printk_kern.o, turns the switch on and off, and shows the lines that the program
 * printed meanwhile. Where they are read is one of two:
 *
 *     an instance of tracefs of this process's own, made and removed by it: reading there takes
 *     nothing from anybody. bpf_trace_printk() is a trace event since 5.9, and an event goes to
 *     every instance that asks for it.
 *
 *     --global: the one trace_pipe of the machine, which bpf_trace_printk() always writes to, too.
 *     What one reader has read of it, another does not get.
 *
 * In both there are everybody's lines; a number in each tells whose it is. Read it from the
 * bottom: main(), watch(), report(), the pipe, the instance.
 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/tracefs.h"
#include "sample.h"
#include "trace_format.h"
#include "trace_printk.h"
#include "worker.h"

/* ---- options ---- */

enum mode { ALTERNATE, ALWAYS_ON, ALWAYS_OFF };

static enum mode mode = ALTERNATE;
static bool global;

static const char *read_switch(const char *value, void *to)
{
	(void)to;
	if (!strcmp(value, "on"))
		mode = ALWAYS_ON;
	else if (!strcmp(value, "off"))
		mode = ALWAYS_OFF;
	else if (!strcmp(value, "alternate"))
		mode = ALTERNATE;
	else
		return "on, off or alternate";
	return NULL;
}

static const struct sample_option own[] = {
	{"switch", "HOW", read_switch, NULL, "on, off or alternate, with each report"},
	{"global", NULL, sample_read_flag, &global, "read the machine's trace_pipe"},
	{.name = NULL},
};

static const struct sample trace_printk = {
	.name = "trace_printk",
	.title = "debug lines from the kernel, with a switch in a map",
	.what = "Prints a line for each getpgid() call, from the kernel, by "
		"bpf_trace_printk(),\n"
		"and turns that on and off by a map; shows the lines and how many there were.",
	.example = "-c 4",
	.map_types = "ARRAY",
	.needs = "root; Linux 5.9, where such lines became trace events",
	.requires = {"root", "program:tracepoint", "tracepoint:syscalls/sys_enter_getpgid",
		     "tracepoint:bpf_trace/bpf_trace_printk"},
	.takes = SAMPLE_TAKES_PID | SAMPLE_TAKES_NO_LOAD,
	.own = own,
};

/* ---- an instance of tracefs ---- */

#define INSTANCE_PREFIX "bpf_load-"
#define INSTANCE_KIB	"64" /* of memory for lines, on each CPU */

/* The process that made it is gone. Should it live where we cannot see it, it has its pipe open,
 * and the kernel does not remove the instance. */
static bool is_left_over(const char *name)
{
	int pid;

	return sscanf(name, INSTANCE_PREFIX "%d", &pid) == 1 && kill(pid, 0) && errno == ESRCH;
}

/* Those of samples that were killed. */
static void remove_old_instances(const char *directory)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (is_left_over(entry->d_name))
			unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
	if (stream)
		closedir(stream);
}

static bool write_file(const struct sample_run *run, const char *directory, const char *name,
		       const char *text)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		sample_fail(run, "%s: cannot write '%s': %s", path, text, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	close(fd);
	return true;
}

/* A mkdir() makes an instance: buffers, and all events, which are off. `path` is where it is. */
static bool make_instance(const struct sample_run *run, const char *root, char *path)
{
	snprintf(path, PATH_MAX, "%s/instances", root);
	remove_old_instances(path);
	snprintf(path, PATH_MAX, "%s/instances/" INSTANCE_PREFIX "%d", root, (int)getpid());
	if (mkdir(path, 0700)) {
		sample_fail(run, "cannot make %s: %s; --global reads where everybody does",
			    path, strerror(errno));
		*path = '\0';
		return false;
	}
	return write_file(run, path, "buffer_size_kb", INSTANCE_KIB) &&
	       write_file(run, path, "events/bpf_trace/bpf_trace_printk/enable", "1");
}

/* ---- the pipe ---- */

#define BEFORE_LINE "bpf_trace_printk: "
#define READ_MAX    (1 << 20) /* bytes before a report, so that there is one, ever */

struct pipe {
	char instance[PATH_MAX]; /* of our own; "" if there is none */
	int fd;
	char tag[32];	  /* how our lines begin */
	char bytes[8192]; /* read, but not yet a whole line */
	size_t used;
	__u64 read, lost; /* lines */
	/* those since the report before, each with its newline */
	FILE *stream;
	char *lines;
	size_t size;
	__u64 count;
};

static bool pipe_open(struct pipe *pipe, const struct sample_run *run)
{
	const char *root = tracefs_root();
	char path[PATH_MAX + 16];

	*pipe = (struct pipe){.fd = -1};
	snprintf(pipe->tag, sizeof(pipe->tag), "sample %d: ", (int)getpid());
	if (!root) {
		sample_fail(run, "cannot find tracefs, nor mount it: %s", strerror(errno));
		return false;
	}
	if (!global && !make_instance(run, root, pipe->instance))
		return false;
	snprintf(path, sizeof(path), "%s/trace_pipe", global ? root : pipe->instance);
	pipe->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (pipe->fd >= 0)
		return true;
	sample_fail(run, "cannot open %s: %s", path, strerror(errno));
	return false;
}

static void pipe_close(struct pipe *pipe, const struct sample_run *run)
{
	if (pipe->fd >= 0)
		close(pipe->fd);
	if (pipe->instance[0] && rmdir(pipe->instance))
		sample_fail(run, "warning: cannot remove %s: %s", pipe->instance,
			    strerror(errno));
}

/* "…] .....  12.345678: " before `end`: where the word that ends there, but for blanks, begins. */
static const char *word_before(const char *start, const char *end)
{
	while (end > start && end[-1] == ' ')
		end--;
	while (end > start && end[-1] != ' ')
		end--;
	return end;
}

/*
 * "     bash-4711    [001] .....  12.345678: bpf_trace_printk: sample 42: …" is a whole line: the
 * thread, its CPU, how it was interrupted, when, which event, and the text. Of ours we keep
 * when, the CPU and the text. Where readers are too slow, the kernel says how many are lost.
 */
static void take_line(struct pipe *pipe, const char *line)
{
	const char *event = strstr(line, BEFORE_LINE), *time, *cpu;
	unsigned long long lost;

	if (sscanf(line, "CPU:%*d [LOST %llu EVENTS]", &lost) == 1)
		pipe->lost += lost;
	if (!event)
		return;
	if (strncmp(event + strlen(BEFORE_LINE), pipe->tag, strlen(pipe->tag)) != 0)
		return;
	time = word_before(line, event);
	cpu = word_before(line, word_before(line, time));
	fprintf(pipe->stream, "%14.*s %.*s %s\n", (int)strcspn(time, ":"), time,
		(int)strcspn(cpu, " "), cpu, event + strlen(BEFORE_LINE));
	pipe->read++;
	pipe->count++;
}

/* Whole lines out of what was read; the rest waits for more. */
static void take_lines(struct pipe *pipe)
{
	char *line = pipe->bytes, *end;

	pipe->bytes[pipe->used] = '\0';
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		take_line(pipe, line);
		line = end + 1;
	}
	pipe->used = strlen(line);
	memmove(pipe->bytes, line, pipe->used);
	if (pipe->used == sizeof(pipe->bytes) - 1)
		pipe->used = 0; /* no line is that long */
}

/* Reads until there is nothing more, or so much that a report is due. Returns 0 or an errno. */
static int drain(struct pipe *pipe)
{
	size_t total = 0;
	ssize_t got;

	while (total < READ_MAX) {
		got = read(pipe->fd, pipe->bytes + pipe->used,
			   sizeof(pipe->bytes) - 1 - pipe->used);
		if (got <= 0)
			return got && errno != EAGAIN && errno != EINTR ? errno : 0;
		pipe->used += (size_t)got;
		total += (size_t)got;
		take_lines(pipe);
	}
	return 0;
}

/* What has come since the last time. The lines are in pipe->lines, which is to be freed. */
static bool pipe_read(struct pipe *pipe, const struct sample_run *run)
{
	int err;

	pipe->count = 0;
	pipe->lines = NULL;
	pipe->stream = open_memstream(&pipe->lines, &pipe->size);
	if (!pipe->stream) {
		sample_fail(run, "out of memory");
		return false;
	}
	err = drain(pipe);
	if (fclose(pipe->stream))
		err = ENOMEM;
	if (!err)
		return true;
	free(pipe->lines);
	sample_fail(run, "cannot read the trace pipe: %s", strerror(err));
	return false;
}

/* ---- the program's maps ---- */

struct program_maps {
	int config_fd, counts_fd;
	struct trace_printk_config config;
	__u64 counts[TRACE_PRINTK_COUNTS];
};

/* The switch, and all that goes with it: an update writes the whole value. */
static bool set_switch(struct program_maps *maps, const struct sample_run *run, bool on)
{
	const __u32 zero = 0;

	maps->config.on = on;
	if (!bpf_map_update_elem(maps->config_fd, &zero, &maps->config, BPF_ANY))
		return true;
	sample_fail(run, "map 'config': cannot write to it: %s", strerror(errno));
	return false;
}

static bool read_counts(struct program_maps *maps, const struct sample_run *run)
{
	for (__u32 i = 0; i < TRACE_PRINTK_COUNTS; i++) {
		if (!bpf_map_lookup_elem(maps->counts_fd, &i, &maps->counts[i]))
			continue;
		sample_fail(run, "map 'counts': cannot read element %u: %s", i,
			    strerror(errno));
		return false;
	}
	return true;
}

static bool configure(struct program_maps *maps, const struct sample_run *run)
{
	struct trace_field argument;
	const int err = trace_format_field("syscalls/sys_enter_getpgid", "pid", &argument);

	if (err || argument.size != sizeof(__u64)) {
		sample_fail(run, "event syscalls/sys_enter_getpgid: its field 'pid': %s",
			    err ? strerror(-err) : "not of 8 bytes, as the program reads");
		return false;
	}
	maps->config = (struct trace_printk_config){
		.tag = (__u32)getpid(),
		.pid = (__u32)run->options.pid,
		.arg_offset = argument.offset,
	};
	return set_switch(maps, run, mode != ALWAYS_OFF);
}

/* ---- a report ---- */

/* So that a terminal shows the heading, too. */
#define LINES_SHOWN 12

static void print_lines(FILE *out, const struct sample_run *run, const struct pipe *pipe)
{
	const int columns = (int)sample_columns();
	const char *line = pipe->lines;
	__u64 count = pipe->count;

	if (!count) {
		fprintf(out, "\nno line since the report before\n");
		return;
	}
	fprintf(out, "\n%14s %5s line%s\n", "time, s", "CPU", count == 1 ? "" : "s");
	for (; run->redraw && count > LINES_SHOWN; count--)
		line = strchr(line, '\n') + 1;
	for (; count; count--) {
		const int length = (int)strcspn(line, "\n");

		fprintf(out, "%.*s\n", length < columns ? length : columns, line);
		line += length + 1;
	}
}

static void print_text(FILE *out, const struct sample_run *run, const struct pipe *pipe,
		       const struct program_maps *maps, bool on)
{
	const __u64 *counts = maps->counts;

	fprintf(out, "bpf_trace_printk() in each getpgid()%s, %.1f s, read from %s\n",
		run->options.pid ? " of one process" : "", run->elapsed,
		global ? "the machine's trace_pipe" : "an instance of its own");
	fprintf(out, "the switch was %s\n\n", on ? "on" : "off");
	fprintf(out, "%10s %10s %10s %10s %10s\n", "calls", "printed", "refused", "read",
		"lost");
	fprintf(out, "%10llu %10llu %10llu %10llu %10llu\n",
		(unsigned long long)counts[TRACE_PRINTK_SEEN],
		(unsigned long long)counts[TRACE_PRINTK_PRINTED],
		(unsigned long long)counts[TRACE_PRINTK_REFUSED],
		(unsigned long long)pipe->read, (unsigned long long)pipe->lost);
	if (counts[TRACE_PRINTK_PRINTED] > pipe->read + pipe->lost)
		fprintf(out, "what was printed and not read here, somebody else has read\n");
	print_lines(out, run, pipe);
}

/* The text of each line, without time and CPU. */
static void print_json_lines(FILE *out, const struct pipe *pipe)
{
	const char *comma = "";
	char *line, *state;

	for (line = strtok_r(pipe->lines, "\n", &state); line;
	     line = strtok_r(NULL, "\n", &state)) {
		fputs(comma, out);
		sample_json_string(out, strstr(line, pipe->tag));
		comma = ",";
	}
}

static void print_json(FILE *out, const struct sample_run *run, const struct pipe *pipe,
		       const struct program_maps *maps, bool on)
{
	const __u64 *counts = maps->counts;

	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"tag\":%u,\"from\":\"%s\",",
		run->sample->name, run->elapsed, maps->config.tag,
		global ? "global" : "instance");
	fprintf(out, "\"switch\":\"%s\",\"calls\":%llu,\"printed\":%llu,\"refused\":%llu,",
		on ? "on" : "off", (unsigned long long)counts[TRACE_PRINTK_SEEN],
		(unsigned long long)counts[TRACE_PRINTK_PRINTED],
		(unsigned long long)counts[TRACE_PRINTK_REFUSED]);
	fprintf(out, "\"read\":%llu,\"lost\":%llu,\"lines\":[", (unsigned long long)pipe->read,
		(unsigned long long)pipe->lost);
	print_json_lines(out, pipe);
	fprintf(out, "]}\n");
}

/*
 * The counts first, then the lines: what is printed in between is read and not yet counted, but not
 * the other way round. With --switch=alternate the switch goes off before, and on after that, so
 * that the lines of a period are all in its report.
 */
static bool report(struct sample_run *run, struct pipe *pipe, struct program_maps *maps)
{
	const bool was_on = maps->config.on;
	FILE *out;

	if (was_on && mode == ALTERNATE && !set_switch(maps, run, false))
		return false;
	if (!read_counts(maps, run) || !pipe_read(pipe, run))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, pipe, maps, was_on);
	else if (out)
		print_text(out, run, pipe, maps, was_on);
	sample_show(run);
	free(pipe->lines);
	return was_on || mode != ALTERNATE || set_switch(maps, run, true);
}

/* ---- from the start to the end ---- */

#define CALLS 5.0 /* a second */

static void call_getpgid(void *ctx)
{
	(void)ctx;
	(void)!getpgid(getpid());
}

static int report_until_end(struct sample_run *run, struct pipe *pipe,
			    struct program_maps *maps)
{
	while (sample_next(run))
		if (!report(run, pipe, maps))
			return EXIT_FAILURE;
	return sample_end(run);
}

static int watch(struct sample_run *run, struct bpf_loader *loader, struct pipe *pipe)
{
	struct program_maps maps = {
		.config_fd = bpf_loader_map_fd(loader, "config"),
		.counts_fd = bpf_loader_map_fd(loader, "counts"),
	};
	struct worker caller = {0};
	int status, err = 0;

	if (!configure(&maps, run))
		return EXIT_FAILURE;
	if (bpf_loader_attach(loader)) {
		sample_fail(run, "%s", bpf_loader_error(loader));
		sample_explain(run);
		return EXIT_FAILURE;
	}
	if (!run->options.no_load)
		err = worker_start(&caller, CALLS, call_getpgid, NULL);
	if (err)
		sample_fail(run, "warning: no load of its own: cannot make a thread: %s",
			    strerror(-err));
	status = report_until_end(run, pipe, &maps);
	worker_stop(&caller);
	return status;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;
	struct pipe pipe;

	sample_start(&run, &trace_printk, argc, argv);
	loader = sample_load(&run, &opts);
	if (!loader)
		return EXIT_FAILURE;
	if (pipe_open(&pipe, &run))
		status = watch(&run, loader, &pipe);
	bpf_loader_close(loader);
	pipe_close(&pipe, &run);
	return status;
}
