// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sample_options: the command line of all samples, and --help. See sample.h.
 *
 * The table below is the only list of options: getopt_long() is told from it, --help is printed
 * from it, values are read by the function it names. A sample takes the rows that have no
 * condition, those whose condition is in its .takes, and the rows of its own behind them.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "feature.h"
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

const char *sample_read_flag(const char *value, void *to)
{
	(void)value;
	*(bool *)to = true;
	return NULL;
}

const char *sample_read_text(const char *value, void *to)
{
	*(const char **)to = value;
	return *value ? NULL : "a text";
}

const char *sample_read_number(const char *value, void *to)
{
	return read_number(value, HIGHEST_COUNT, to) ? NULL : "a whole number, 0 to 1000000000";
}

/* Rows of a sample's own are OWN, OWN + 1, … */
enum { LONG_ONLY = UCHAR_MAX, LONG_MAPS, LONG_JSON, LONG_NO_LOAD, LONG_ABOUT, OWN };

#define OWN_MAX 16

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
	{LONG_ABOUT, 0, "about", NULL, NULL, "a line on it, and whether it works here"},
	{'h', 0, "help", NULL, NULL, "this text"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool taken(const struct sample *sample, const struct option_row *row)
{
	return !row->condition || (sample->takes & row->condition);
}

static size_t own_count(const struct sample *sample)
{
	size_t count = 0;

	while (sample->own && count < OWN_MAX && sample->own[count].name)
		count++;
	return count;
}

static void print_option(int letter, const char *name, const char *argument, const char *help)
{
	char text[64];

	snprintf(text, sizeof(text), "--%s%s%s", name, argument ? "=" : "",
		 argument ? argument : "");
	if (letter < LONG_ONLY)
		printf("  -%c, %-20s  %s\n", letter, text, help);
	else
		printf("      %-20s  %s\n", text, help);
}

static void print_interface(const struct sample *sample, const struct option_row *row)
{
	char help[80];

	snprintf(help, sizeof(help), "the network interface%s%s%s",
		 sample->interface ? " (" : "", sample->interface ? sample->interface : "",
		 sample->interface ? ")" : "");
	print_option('i', row->name, row->argument,
		     sample->interface_help ? sample->interface_help : help);
}

static void print_options(const struct sample *sample)
{
	for (size_t i = 0; i < own_count(sample); i++)
		print_option(OWN, sample->own[i].name, sample->own[i].argument,
			     sample->own[i].help);
	for (size_t i = 0; i < ROWS; i++) {
		if (!taken(sample, &rows[i]))
			continue;
		if (rows[i].letter == 'i')
			print_interface(sample, &rows[i]);
		else
			print_option(rows[i].letter, rows[i].name, rows[i].argument,
				     rows[i].help);
	}
}

/* "WORD, WORD, …" behind a label of 11 columns, in lines of at most 78. */
static void print_list(const char *label, const char *list)
{
	int column = printf("%-11s", label);

	while (*list) {
		int length = (int)strcspn(list, " ");

		if (column + length > 78)
			column = printf("\n%11s", "") - 1; /* all but the newline */
		column += printf("%s%.*s", column > 11 ? " " : "", length, list);
		list += length + (list[length] == ' ');
	}
	putchar('\n');
}

/* Ends the program: a help text that could not be written is a failure. */
__attribute__((noreturn)) static void help(const struct sample *sample, const char *program)
{
	printf("usage: %s [OPTION]...\n\n%s\n\n", sample->name, sample->what);
	printf("example:   sudo %s %s\n", program, sample->example);
	print_list("map types:", sample->map_types);
	printf("needs:     %s\n\noptions:\n", sample->needs);
	print_options(sample);
	printf("\n^C ends it, too. Exit status: 0 done, 1 failed, 2 wrong usage.\n");
	exit(fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* A line of fields parted by tabs, of which `make list` makes its table. Ends the program. */
__attribute__((noreturn)) static void about(const struct sample *sample)
{
	char why[256];
	const bool works = feature_all(sample->requires, why, sizeof(why));

	printf("%s\t%s\t%s\t%s\t%s\t%s\n", sample->name, sample->title, sample->map_types,
	       sample->needs, works ? "yes" : "no", works ? "" : why);
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

static void tell_getopt_own(const struct sample *sample, struct option *names)
{
	size_t count = own_count(sample);

	for (size_t i = 0; i < count; i++)
		names[i] = (struct option){sample->own[i].name, sample->own[i].argument != NULL,
					   NULL, OWN + (int)i};
	names[count] = (struct option){NULL, 0, NULL, 0};
}

/* The table in the two forms that getopt_long() wants. */
static void tell_getopt(const struct sample *sample, char *letters, struct option *names)
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
	tell_getopt_own(sample, names + ROWS);
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

	if (found == ':' && optopt >= OWN)
		wrong_usage(sample, "option --%s lacks its value %s",
			    sample->own[optopt - OWN].name, sample->own[optopt - OWN].argument);
	if (row && found == ':')
		wrong_usage(sample, "option --%s lacks its value %s", row->name, row->argument);
	if (optopt >= OWN)
		wrong_usage(sample, "option --%s takes no value",
			    sample->own[optopt - OWN].name);
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

static void read_own_option(const struct sample *sample, const struct sample_option *option)
{
	const char *wanted = option->read(optarg, option->to);

	if (wanted)
		wrong_usage(sample, "option --%s: '%s' is not %s", option->name, optarg,
			    wanted);
}

void sample_parse(struct sample_options *options, const struct sample *sample, int argc,
		  char **argv)
{
	struct option names[ROWS + OWN_MAX + 1];
	char letters[2 * ROWS + 2];
	int found;

	*options = (struct sample_options){.interface = sample->interface, .interval = 1};
	tell_getopt(sample, letters, names);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (found == 'h')
			help(sample, argv[0]);
		if (found == '?' || found == ':')
			complain(sample, found, argv);
		if (found == LONG_ABOUT)
			about(sample);
		if (found >= OWN)
			read_own_option(sample, &sample->own[found - OWN]);
		else
			read_option(options, sample, find_row(found));
	}
	if (optind < argc)
		wrong_usage(sample, "'%s': only options are taken", argv[optind]);
}
