// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sample_options: the command line of all samples, and --help. See sample.h.
 *
 * The table below is the only list of options: getopt_long() is told from it, --help is printed
 * from it, values are read by the function it names. A sample takes the rows that have no
 * condition, and those whose condition is in its .takes.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

#define LONGEST_TIME  86400.0 /* seconds; a day */
#define SHORTEST_TIME 0.01
#define HIGHEST_COUNT 1000000000UL
#define HIGHEST_PID   4194304UL /* PID_MAX_LIMIT of 64-bit kernels */

/* Reads `value` into `options`. Returns NULL, or what a good value would be. */
typedef const char *(*option_fn)(struct sample_options *options, const char *value);

struct option_row {
	int letter;		/* LONG_ONLY and above: only the long name exists */
	unsigned int condition; /* SAMPLE_TAKES_…, 0: every sample takes it */
	const char *name;
	const char *argument; /* what --help calls the value, NULL: takes none */
	option_fn read;
	const char *help;
};

/* The whole of `text` as seconds; strtod() alone would take "inf", "0x1p3" and " 7". */
static bool read_seconds(const char *text, double *seconds)
{
	char *end;

	if (!*text || strspn(text, "0123456789.") != strlen(text))
		return false;
	*seconds = strtod(text, &end);
	return !*end && *seconds >= SHORTEST_TIME && *seconds <= LONGEST_TIME;
}

/* The whole of `text` as a decimal number; strtoul() alone would take "-1" and " 7". */
static bool read_number(const char *text, unsigned long max, unsigned long *number)
{
	if (!*text || strspn(text, "0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoul(text, NULL, 10);
	return !errno && *number <= max;
}

static const char *read_interface(struct sample_options *options, const char *value)
{
	options->interface = value;
	return *value && strlen(value) < IFNAMSIZ ? NULL : "a name of 1 to 15 bytes";
}

static const char *read_interval(struct sample_options *options, const char *value)
{
	return read_seconds(value, &options->interval) ? NULL
						       : "a number of seconds, 0.01 to 86400";
}

static const char *read_duration(struct sample_options *options, const char *value)
{
	return read_seconds(value, &options->duration) ? NULL
						       : "a number of seconds, 0.01 to 86400";
}

static const char *read_count(struct sample_options *options, const char *value)
{
	return read_number(value, HIGHEST_COUNT, &options->count)
		       ? NULL
		       : "a whole number, 0 to 1000000000";
}

static const char *read_pid(struct sample_options *options, const char *value)
{
	unsigned long number = 0;

	if (!read_number(value, HIGHEST_PID, &number) || !number)
		return "a process id, 1 to 4194304";
	options->pid = (pid_t)number;
	return NULL;
}

static const char *read_maps(struct sample_options *options, const char *value)
{
	options->btf = !strcmp(value, "btf");
	return options->btf || !strcmp(value, "kernel") ? NULL : "kernel or btf";
}

static const char *read_verbose(struct sample_options *options, const char *value)
{
	(void)value;
	options->verbose = true;
	return NULL;
}

static const char *read_json(struct sample_options *options, const char *value)
{
	(void)value;
	options->json = true;
	return NULL;
}

static const char *read_no_load(struct sample_options *options, const char *value)
{
	(void)value;
	options->no_load = true;
	return NULL;
}

enum { LONG_ONLY = UCHAR_MAX, LONG_MAPS, LONG_JSON, LONG_NO_LOAD };

static const struct option_row rows[] = {
	{'i', SAMPLE_TAKES_INTERFACE, "interface", "IFACE", read_interface,
	 "the network interface (lo)"},
	{'p', SAMPLE_TAKES_PID, "pid", "PID", read_pid, "only this process (every process)"},
	{'t', 0, "interval", "SECONDS", read_interval, "from one report to the next (1)"},
	{'c', 0, "count", "COUNT", read_count, "end after so many reports (0: never)"},
	{'d', 0, "duration", "SECONDS", read_duration,
	 "end after that time, with a last report"},
	{LONG_MAPS, 0, "maps", "kernel|btf", read_maps,
	 "which definition of its maps to load (kernel)"},
	{LONG_JSON, 0, "json", NULL, read_json, "each report as one line of JSON"},
	{LONG_NO_LOAD, SAMPLE_TAKES_NO_LOAD, "no-load", NULL, read_no_load,
	 "make no load to look at"},
	{'v', 0, "verbose", NULL, read_verbose, "tell on stderr what the loader does"},
	{'h', 0, "help", NULL, NULL, "this text"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool taken(const struct sample *sample, const struct option_row *row)
{
	return !row->condition || (sample->takes & row->condition);
}

static void print_option(const struct option_row *row)
{
	char text[64];

	snprintf(text, sizeof(text), "--%s%s%s", row->name, row->argument ? "=" : "",
		 row->argument ? row->argument : "");
	if (row->letter < LONG_ONLY)
		printf("  -%c, %-20s  %s\n", row->letter, text, row->help);
	else
		printf("      %-20s  %s\n", text, row->help);
}

/* Ends the program: a help text that could not be written is a failure. */
__attribute__((noreturn)) static void help(const struct sample *sample, const char *program)
{
	printf("usage: %s [OPTION]...\n\n%s\n\n", sample->name, sample->what);
	printf("example:   sudo %s %s\n", program, sample->example);
	printf("map types: %s\n", sample->map_types);
	printf("needs:     %s\n\noptions:\n", sample->needs);
	for (size_t i = 0; i < ROWS; i++)
		if (taken(sample, &rows[i]))
			print_option(&rows[i]);
	printf("\n^C ends it, too. Exit status: 0 done, 1 failed, 2 wrong usage.\n");
	exit(fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* One line and exit status 2, where the message says what is wrong. */
__attribute__((noreturn, format(printf, 2, 3))) static void wrong_usage(
	const struct sample *sample, const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	fprintf(stderr, "%s: %s; `%s --help` lists the options\n", sample->name, message,
		sample->name);
	exit(2);
}

/* The table in the two forms that getopt_long() wants. */
static void tell_getopt(char *letters, struct option *names)
{
	*letters++ = ':'; /* no messages of its own, ':' for a missing value */
	for (size_t i = 0; i < ROWS; i++) {
		names[i] = (struct option){rows[i].name, rows[i].argument != NULL, NULL,
					   rows[i].letter};
		if (rows[i].letter >= LONG_ONLY)
			continue;
		*letters++ = (char)rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
	names[ROWS] = (struct option){NULL, 0, NULL, 0};
}

static const struct option_row *find_row(int letter)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

/* What getopt_long() did not like: `found` is '?' or ':'. */
__attribute__((noreturn)) static void complain(const struct sample *sample, int found,
					       char **argv)
{
	const struct option_row *row = find_row(optopt);

	if (row && found == ':')
		wrong_usage(sample, "option --%s lacks its value %s", row->name, row->argument);
	if (row)
		wrong_usage(sample, "option --%s takes no value", row->name);
	if (optopt)
		wrong_usage(sample, "no such option: -%c", optopt);
	wrong_usage(sample, "no such option, or not clear which: %s", argv[optind - 1]);
}

static void read_option(struct sample_options *options, const struct sample *sample,
			const struct option_row *row)
{
	const char *wanted;

	if (!taken(sample, row))
		wrong_usage(sample, "option --%s does not apply to this sample", row->name);
	wanted = row->read(options, optarg);
	if (wanted)
		wrong_usage(sample, "option --%s: '%s' is not %s", row->name, optarg, wanted);
}

void sample_parse(struct sample_options *options, const struct sample *sample, int argc,
		  char **argv)
{
	struct option names[ROWS + 1];
	char letters[2 * ROWS + 2];
	int found;

	*options = (struct sample_options){.interface = "lo", .interval = 1};
	tell_getopt(letters, names);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (found == 'h')
			help(sample, argv[0]);
		if (found == '?' || found == ':')
			complain(sample, found, argv);
		read_option(options, sample, find_row(found));
	}
	if (optind < argc)
		wrong_usage(sample, "'%s': only options are taken", argv[optind]);
}
