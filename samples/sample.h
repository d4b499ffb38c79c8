/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * sample: what the user programs of all samples have in common, so that each shows only
 * what is its own.
 *
 *     static const struct sample sockex1 = {.name = "sockex1", …};
 *
 *     int main(int argc, char **argv)
 *     {
 *             struct sample_run run;
 *             struct bpf_loader *loader;
 *
 *             sample_start(&run, &sockex1, argc, argv);
 *             loader = sample_load(&run, NULL);
 *             if (!loader)
 *                     return EXIT_FAILURE;
 *             while (sample_next(&run)) {
 *                     FILE *report = sample_report(&run);
 *                     …
 *                     sample_show(&run);
 *             }
 *             bpf_loader_close(loader);
 *             return sample_end(&run);
 *     }
 *
 * Rules:
 *
 *  - Results go to stdout, everything else to stderr. Whatever ends a sample early is a
 *    line there, "NAME: what, where, why; what to do", with the verifier's words below it.
 *  - Exit status: 0 done, or ended by SIGINT, SIGTERM or SIGHUP; 1 something failed; 2 wrong usage.
 *  - The signals only make sample_next() return false: the sample ends the way it always
 *    ends, with everything closed. A reader of stdout that goes away does the same.
 *  - One run at a time, one thread.
 */
#ifndef SAMPLES_SAMPLE_H
#define SAMPLES_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

/* Options that make sense for some samples only. */
enum {
	SAMPLE_TAKES_INTERFACE = 1 << 0, /* -i */
	SAMPLE_TAKES_PID = 1 << 1,	 /* -p */
	SAMPLE_TAKES_NO_LOAD = 1 << 2,	 /* --no-load: the sample makes a load of its own */
};

/*
 * An option that only this sample has. `read` gets the value (NULL where `argument` is NULL) and
 * `to`; it returns NULL, or what a good value would be ("a number of bytes"). Three ready ones
 * are sample_read_flag (bool), sample_read_text (const char *), sample_read_number (unsigned
 * long, decimal).
 */
struct sample_option {
	const char *name;     /* "wakeup" for --wakeup */
	const char *argument; /* what --help calls the value; NULL: takes none */
	const char *(*read)(const char *value, void *to);
	void *to;
	const char *help;
};

#define SAMPLE_REQUIRES_MAX 12

/* What a sample says about itself; --help and --about are made of it. */
struct sample {
	const char *name;      /* its objects are NAME_kern.o and NAME_kern.btf.o */
	const char *title;     /* one line for the list of samples, at most 60 bytes */
	const char *what;      /* two lines, without a newline at the end */
	const char *example;   /* the options of a good first run */
	const char *map_types; /* the map types that it shows: "ARRAY, PROG_ARRAY" */
	const char *needs;     /* privilege, kernel version and features */
	/* The same for the program to look at, "KIND:WHAT" as in feature.h; where the sample
	 * fails, the first that is missing is named. Most important first. */
	const char *requires[SAMPLE_REQUIRES_MAX];
	unsigned int takes;		 /* SAMPLE_TAKES_… */
	const char *interface;		 /* the default of -i; NULL: none */
	const char *interface_help;	 /* instead of "the network interface" */
	const struct sample_option *own; /* ends with .name NULL; or NULL */
};

/* The command line; what was not given has its default. */
struct sample_options {
	const char *interface; /* the sample's default */
	double interval;       /* seconds from report to report: 1 */
	unsigned long count;   /* reports; 0: no end */
	double duration;       /* seconds in all; 0: no end */
	pid_t pid;	       /* 0: every process */
	bool verbose;
	bool btf; /* load the object with BTF map definitions */
	bool json;
	bool no_load;
};

struct sample_run {
	const struct sample *sample;
	struct sample_options options;

	/* for the report at hand, by a clock that does not jump */
	double elapsed; /* seconds since the first sample_next() */
	double period;	/* seconds since the report before, or the start */

	/* sample.c's own */
	char **argv;
	struct timespec start;
	double next; /* when the next report is due, as .elapsed */
	unsigned long reports;
	int ready_fd; /* sample_watch() */
	int (*ready)(void *ctx);
	void *ready_ctx;
	bool failed;

	/* sample_output.c's own */
	FILE *stream;
	char *text;
	size_t size;
	bool redraw; /* stdout is a terminal that can move its cursor */
	size_t lines;
	int write_errno;
};

/*
 * Reads the command line into run->options, and makes SIGINT, SIGTERM, SIGHUP and a lost reader end
 * sample_next(). Does not return after --help (exit 0) or wrong usage (one line, exit 2).
 */
void sample_start(struct sample_run *run, const struct sample *sample, int argc, char **argv);

/*
 * Loads the sample's object, which lies next to the executable: maps created, programs
 * verified, and attached where their section says to what. `opts` adds to that, or is NULL; its
 * .report is replaced (-v: the loader's events to stderr; else only warnings), and its .ctx is
 * `run`. Returns a handle for bpf_loader_close(), or NULL when that failed and the reason was
 * printed.
 */
struct bpf_loader *sample_load(struct sample_run *run, const struct bpf_loader_opts *opts);

/*
 * The path of the sample's object, with one definition of its maps or the other: in the directory
 * of the running executable, wherever that was called from. False after a message.
 */
bool sample_object(const struct sample_run *run, bool btf, char *path, size_t size);

/*
 * Waits for the time of the next report, and sets .elapsed and .period. Returns false when there
 * is none: the wanted number or time is over, a signal came, or stdout cannot be written.
 * The end of --duration is the time of a last report, so that no run ends without one.
 */
bool sample_next(struct sample_run *run);

/*
 * Makes sample_next(), while it waits, call `ready` whenever `fd` is readable: a perf or ring
 * buffer's epoll descriptor, for instance. `ready` returns 0 to go on; 1 to have the next report
 * made now, whatever the interval (an event that has to be shown at once); -1 after a message to
 * give up: then sample_next() returns false, and sample_end() EXIT_FAILURE. One at a time; fd -1
 * ends it. Of perf buffers read all (perf_buffer__consume()): a perf event says "readable" once,
 * and this wait was the one it said it to.
 */
void sample_watch(struct sample_run *run, int fd, int (*ready)(void *ctx), void *ctx);

/* Has a signal come? For loops that are a sample's own; reports need only sample_next(). */
bool sample_stopped(void);

/* Readable from the moment a signal came; for a poll() of the sample's own. */
int sample_stop_fd(void);

/* Sleeps so many seconds, or less if a signal comes. False if one came. */
bool sample_sleep(double seconds);

/*
 * The stream to write one report to; sample_show() puts it out whole. On a terminal the report
 * takes the place of the one before, cut to the size of the window; in a pipe or file the
 * reports follow each other. NULL without memory, which sample_show() will complain about.
 * A report for a person and a line of JSON are both written this way.
 */
FILE *sample_report(struct sample_run *run);
void sample_show(struct sample_run *run);

/*
 * On a terminal, leaves the report before this one where it stands; from now on reports follow it,
 * whole. For a last report that is longer than a window. Elsewhere it changes nothing.
 */
void sample_keep(struct sample_run *run);

/* Columns of the terminal; 80 where stdout is none. At least 40. */
unsigned int sample_columns(void);

/* The exit status: 0; 1 if a report could not be written (a reader that left is fine) or `ready`
 * of sample_watch() gave up. */
int sample_end(struct sample_run *run);

/* Prints "NAME: " and the message as a line to stderr. Returns EXIT_FAILURE. */
int sample_fail(const struct sample_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds to a failure, as a line of its own, what of .requires this kernel lacks and how to run the
 * sample in a VM that has it; nothing where it is not the kernel's fault. sample_load() does it
 * by itself.
 */
void sample_explain(const struct sample_run *run);

/* An option's value of the usual kinds; see struct sample_option. */
const char *sample_read_flag(const char *value, void *to);   /* bool */
const char *sample_read_text(const char *value, void *to);   /* const char *, not empty */
const char *sample_read_number(const char *value, void *to); /* unsigned long, up to 10^9 */

/* The index of options.interface. 0 if there is none of that name: printed, with those there are. */
unsigned int sample_ifindex(const struct sample_run *run);

/* Writes `text` as a JSON string, with its quotes. */
void sample_json_string(FILE *stream, const char *text);

/*
 * sample_options.c: fills `options`; exits as sample_start() says. For sample_start().
 */
void sample_parse(struct sample_options *options, const struct sample *sample, int argc,
		  char **argv);

/* sample_output.c: finds out what stdout is. For sample_start(). */
void sample_output_start(struct sample_run *run);

#endif
