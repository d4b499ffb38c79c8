// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sample: start, load, the clock and the end of every sample. See sample.h.
 */
#include "sample.h"

#include "feature.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- messages ---- */

int sample_fail(const struct sample_run *run, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", run->sample->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FAILURE;
}

void sample_explain(const struct sample_run *run)
{
	char why[256];

	if (!feature_helped_by_vm(run->sample->requires, why, sizeof(why)))
		return;
	fprintf(stderr, "%s: %s; a VM has it: tools/vm --", run->sample->name, why);
	for (char **arg = run->argv; *arg; arg++)
		fprintf(stderr, " %s", *arg);
	fputc('\n', stderr);
}

/* ---- signals ---- */

/*
 * The flag says that a signal came. The eventfd wakes poll(), also when the signal came after
 * the flag was looked at and before poll() slept: it stays readable.
 */
static volatile sig_atomic_t stopped;
static int stop_fd = -1;

static void stop(int signal)
{
	const int saved = errno;

	stopped = signal;
	eventfd_write(stop_fd, 1);
	errno = saved;
}

/* The terminal was closed; nohup(1) has a program ignore that. */
static bool catch_hangup(const struct sigaction *action)
{
	struct sigaction before;

	return !sigaction(SIGHUP, NULL, &before) &&
	       (before.sa_handler == SIG_IGN || !sigaction(SIGHUP, action, NULL));
}

static bool catch_signals(void)
{
	/* No SA_RESTART: whatever system call a sample sleeps in returns with EINTR. */
	const struct sigaction action = {.sa_handler = stop};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return stop_fd >= 0 && !sigaction(SIGINT, &action, NULL) &&
	       !sigaction(SIGTERM, &action, NULL) && catch_hangup(&action) &&
	       !sigaction(SIGPIPE, &ignore, NULL);
}

/* ---- start ---- */

void sample_start(struct sample_run *run, const struct sample *sample, int argc, char **argv)
{
	*run = (struct sample_run){.sample = sample, .argv = argv, .ready_fd = -1};
	clock_gettime(CLOCK_MONOTONIC, &run->start);
	sample_parse(&run->options, sample, argc, argv);
	/* With stdout closed, the next file descriptor opened would take its number. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		exit(sample_fail(run, "stdout is closed: nowhere to write reports to"));
	if (!catch_signals())
		exit(sample_fail(run, "cannot prepare for signals: %s", strerror(errno)));
	sample_output_start(run);
}

/* "lo, eth0" into `text`, as far as it has room. */
static void list_interfaces(char *text, size_t size)
{
	struct if_nameindex *all = if_nameindex();
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; all && all[i].if_index && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 all[i].if_name);
	if (all)
		if_freenameindex(all);
}

unsigned int sample_ifindex(const struct sample_run *run)
{
	unsigned int index = if_nametoindex(run->options.interface);
	char names[256];

	if (index)
		return index;
	list_interfaces(names, sizeof(names));
	sample_fail(run, "no interface '%s'; there are: %s", run->options.interface, names);
	return 0;
}

/* ---- load ---- */

bool sample_object(const struct sample_run *run, bool btf, char *path, size_t size)
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (length < 0) {
		sample_fail(run, "cannot find its own directory: /proc/self/exe: %s",
			    strerror(errno));
		return false;
	}
	program[length] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		*slash = '\0';
	if (snprintf(path, size, "%s/%s_kern%s.o", program, run->sample->name,
		     btf ? ".btf" : "") < (int)size)
		return true;
	sample_fail(run, "the path of its object is longer than %zu bytes", size - 1);
	return false;
}

/* Errors are printed once, at the end; warnings always; the rest is for -v. */
static void hear(const struct bpf_loader_event *event, void *ctx)
{
	const struct sample_run *run = ctx;

	if (event->kind == BPF_LOADER_EVENT_ERROR)
		return;
	if (run->options.verbose || event->kind == BPF_LOADER_EVENT_WARNING)
		bpf_loader_print(event, stderr);
}

/* Where the verifier refused a program, the error has the end of its log: mostly that is enough. */
static void print_failure(const struct sample_run *run, const struct bpf_loader *loader)
{
	const char *log = loader ? bpf_loader_log(loader) : "";

	if (*log && run->options.verbose)
		fprintf(stderr, "%s\n", log);
	sample_fail(run, "%s", bpf_loader_error(loader));
	if (*log && !run->options.verbose)
		fprintf(stderr, "(-v prints the verifier's whole log)\n");
}

struct bpf_loader *sample_load(struct sample_run *run, const struct bpf_loader_opts *opts)
{
	struct bpf_loader_opts all = {0};
	struct bpf_loader *loader;
	char path[PATH_MAX];

	if (!sample_object(run, run->options.btf, path, sizeof(path)))
		return NULL;
	if (access(path, R_OK)) {
		sample_fail(run, "%s: %s; `make samples` builds it", path, strerror(errno));
		return NULL;
	}
	if (opts)
		all = *opts;
	all.report = hear;
	all.ctx = run;
	loader = bpf_loader_load_file(path, &all);
	if (!bpf_loader_error(loader))
		return loader;
	print_failure(run, loader);
	sample_explain(run);
	bpf_loader_close(loader);
	return NULL;
}

/* ---- the clock ---- */

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

bool sample_stopped(void)
{
	return stopped;
}

int sample_stop_fd(void)
{
	return stop_fd;
}

/* Sleeps `left` seconds at most: until a signal comes, or `fd` is readable. -1: not at all. */
static int sleep_on(double left, int fd)
{
	struct pollfd fds[] = {{.fd = stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	struct timespec time = {.tv_sec = (time_t)left};

	time.tv_nsec = (long)((left - (double)time.tv_sec) * 1e9);
	if (ppoll(fds, 2, &time, NULL) < 0)
		return errno == EINTR ? 0 : -1;
	return fds[1].revents != 0;
}

bool sample_sleep(double seconds)
{
	struct timespec start;
	double left;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!stopped && (left = seconds - seconds_since(&start)) > 0)
		if (sleep_on(left, -1) < 0)
			return false;
	return !stopped;
}

void sample_watch(struct sample_run *run, int fd, int (*ready)(void *ctx), void *ctx)
{
	run->ready_fd = fd;
	run->ready = ready;
	run->ready_ctx = ctx;
}

/* Sleeps until `due`, in seconds since the start, or until `ready` asks for a report. False if
 * a signal came, or `ready` gave up. */
static bool sleep_until(struct sample_run *run, double due)
{
	double left;
	int readable, asked = 0;

	while (!stopped && !asked && (left = due - seconds_since(&run->start)) > 0) {
		readable = sleep_on(left, run->ready_fd);
		if (readable < 0)
			return false;
		if (readable)
			asked = run->ready(run->ready_ctx);
		run->failed = asked < 0;
	}
	return !stopped && !run->failed;
}

/* Is the report just made, or the time it was made at, the last that is wanted? */
static bool finished(const struct sample_run *run)
{
	const struct sample_options *options = &run->options;

	return (options->count && run->reports >= options->count) ||
	       (options->duration > 0 && run->elapsed >= options->duration);
}

/* When the next report is due. Times that have passed meanwhile are left out, not caught up. */
static double next_due(const struct sample_run *run)
{
	const double interval = run->options.interval, end = run->options.duration;
	double due = run->next + interval;

	if (due <= run->elapsed)
		due = run->elapsed + interval;
	return end > 0 && due > end ? end : due;
}

/* The clock of the reports starts when everything is loaded and attached. */
static void get_ready(struct sample_run *run)
{
	const double loading = seconds_since(&run->start);

	clock_gettime(CLOCK_MONOTONIC, &run->start);
	if (run->options.verbose)
		fprintf(stderr, "%-8s  after %.1f ms\n", "ready", loading * 1e3);
}

bool sample_next(struct sample_run *run)
{
	double now;

	if (!run->reports)
		get_ready(run);
	if (stopped || run->write_errno || finished(run))
		return false;
	run->next = next_due(run);
	if (!sleep_until(run, run->next))
		return false;
	now = seconds_since(&run->start);
	run->period = now - run->elapsed;
	run->elapsed = now;
	run->reports++;
	return true;
}

int sample_end(struct sample_run *run)
{
	/* The terminal shows ^C where the cursor is; the shell's prompt belongs on a new line. */
	if (run->redraw && stopped == SIGINT)
		putchar('\n');
	if (fflush(stdout) && !run->write_errno)
		run->write_errno = errno;
	if (run->failed)
		return EXIT_FAILURE;
	if (!run->write_errno || run->write_errno == EPIPE)
		return EXIT_SUCCESS;
	return sample_fail(run, "cannot write the report: %s", strerror(run->write_errno));
}
