// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * options: see options.h.
 */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

#define BOTH	(OPTIONS_LOAD | OPTIONS_EXPLAIN)
#define ALL	(BOTH | OPTIONS_CONVERT | OPTIONS_COMPARE)
#define EVERY	(ALL | OPTIONS_HTML)
#define SOURCES (OPTIONS_CONVERT | OPTIONS_COMPARE)

/* ---- one function for each option; false after a complaint ---- */

static bool set_help(struct options *options, const char *value)
{
	(void)value;
	options->help = true;
	return true;
}

static bool set_json(struct options *options, const char *value)
{
	(void)value;
	options->json = true;
	return true;
}

static bool set_verbose(struct options *options, const char *value)
{
	(void)value;
	options->verbose = true;
	return true;
}

static bool set_relaxed(struct options *options, const char *value)
{
	(void)value;
	options->loader.flags |= BPF_LOADER_RELAXED;
	return true;
}

static bool set_no_guess(struct options *options, const char *value)
{
	(void)value;
	options->loader.flags &= ~(unsigned int)BPF_LOADER_GUESS_TYPES;
	return true;
}

static bool set_bpffs(struct options *options, const char *value)
{
	options->loader.bpffs = value;
	return true;
}

static bool set_pin_root(struct options *options, const char *value)
{
	options->loader.pin_root = value;
	return true;
}

static bool read_dialect(const char *value, enum bpf_loader_dialect *dialect)
{
	*dialect = map_dialect_by_name(value);
	if (*dialect <= BPF_LOADER_GOEBPF)
		return true;
	complain("--dialect: there is no '%s'; there are auto, kernel, iproute2, gobpf and "
		 "goebpf",
		 value);
	return false;
}

static bool set_dialect(struct options *options, const char *value)
{
	return read_dialect(value, &options->loader.dialect);
}

static bool set_syscalls(struct options *options, const char *value)
{
	(void)value;
	options->syscalls = true;
	return true;
}

static bool add_stage(struct options *options, const char *value)
{
	static const char *const names[] = {"maps", "relocations", "programs"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(value, names[i])) {
			options->stages |= 1u << i;
			return true;
		}
	complain("--stage: there is no '%s'; there are maps, relocations and programs", value);
	return false;
}

/* `equals`: where to cut. False where one side would be empty. */
static bool add_pair(struct pairs *pairs, const char *value, const char *equals)
{
	if (!equals || equals == value || !equals[1])
		return false;
	pairs->list = must(reallocarray(pairs->list, pairs->count + 1, sizeof(*pairs->list)));
	pairs->list[pairs->count].left = must(strndup(value, (size_t)(equals - value)));
	pairs->list[pairs->count++].right = equals + 1;
	return true;
}

static bool add_type(struct options *options, const char *value)
{
	const char *type = strrchr(value, '=');

	type = type ? type + 1 : value;
	if (!prog_type_by_name(type)) {
		complain("--type: there is no program type '%s'; names are as bpftool writes "
			 "them: socket_filter, kprobe, sched_cls, xdp, …",
			 type);
		return false;
	}
	if (type == value) {
		options->loader.prog_type = prog_type_by_name(type);
		return true;
	}
	/* the last '=': a section's name may hold one, a type's does not */
	if (add_pair(&options->types, value, strrchr(value, '=')))
		return true;
	complain("--type wants TYPE or SECTION=TYPE, not '%s'", value);
	return false;
}

static bool add_map(struct options *options, const char *value)
{
	if (add_pair(&options->maps, value, strchr(value, '=')))
		return true;
	complain("--map wants NAME=PATH, not '%s'", value);
	return false;
}

static bool add_attach(struct options *options, const char *value)
{
	return attach_wish_add(&options->attach, value);
}

static bool set_pin(struct options *options, const char *value)
{
	options->pin = value;
	if (!value[0])
		complain("--pin wants a directory on bpffs");
	return value[0];
}

static bool set_keep(struct options *options, const char *value)
{
	(void)value;
	options->keep = true;
	return true;
}

/* Between a millisecond and a day. */
static bool set_dump(struct options *options, const char *value)
{
	char *end;

	options->dump_seconds = strtod(value, &end);
	if (end != value && !*end && options->dump_seconds >= 0.001 &&
	    options->dump_seconds <= 86400)
		return true;
	complain("--dump wants seconds, from 0.001 to 86400, not '%s'", value);
	return false;
}

/* ---- convert's own ---- */

static bool set_diff(struct options *options, const char *value)
{
	(void)value;
	options->diff = true;
	return true;
}

static bool set_keep_order(struct options *options, const char *value)
{
	(void)value;
	options->keep_order = true;
	return true;
}

static bool set_in_place(struct options *options, const char *value)
{
	(void)value;
	options->in_place = true;
	return true;
}

static bool set_check(struct options *options, const char *value)
{
	(void)value;
	options->check = true;
	return true;
}

static bool set_headers(struct options *options, const char *value)
{
	options->headers = value;
	return true;
}

static bool set_object_out(struct options *options, const char *value)
{
	options->object_out = value;
	return true;
}

static bool set_keep_sections(struct options *options, const char *value)
{
	(void)value;
	options->keep_sections = true;
	return true;
}

/* ---- compare's own ---- */

/* NAME for both objects, or NAME,NAME. */
static bool set_dialects(struct options *options, const char *value)
{
	const char *comma = strchr(value, ',');
	char *first = must(strndup(value, comma ? (size_t)(comma - value) : strlen(value)));
	bool good = read_dialect(first, &options->loader.dialect);

	free(first);
	return good && read_dialect(comma ? comma + 1 : value, &options->second_dialect);
}

static bool set_source(struct options *options, const char *value)
{
	options->source = value;
	return true;
}

static bool set_define(struct options *options, const char *value)
{
	options->define = value;
	return true;
}

static bool set_brief(struct options *options, const char *value)
{
	(void)value;
	options->brief = true;
	return true;
}

static bool set_kernel(struct options *options, const char *value)
{
	static const char *const names[] = {
		[KERNEL_AUTO] = "auto", [KERNEL_NO] = "no", [KERNEL_YES] = "yes"};

	for (int i = KERNEL_AUTO; i <= KERNEL_YES; i++)
		if (!strcmp(value, names[i])) {
			options->kernel = i;
			return true;
		}
	complain("--kernel wants auto, no or yes, not '%s'", value);
	return false;
}

static bool set_output(struct options *options, const char *value)
{
	options->output = value;
	return true;
}

/* ---- the table ---- */

static const struct option_row {
	const char *name;
	char letter; /* '\0': none */
	bool has_value;
	unsigned int who;
	bool (*set)(struct options *options, const char *value);
} rows[] = {
	{"help", 'h', false, EVERY, set_help},
	{"json", '\0', false, ALL, set_json},
	{"dialect", '\0', true, EVERY & ~OPTIONS_COMPARE, set_dialect},
	{"relaxed", '\0', false, EVERY, set_relaxed},
	{"bpffs", '\0', true, EVERY, set_bpffs},
	{"pin-root", '\0', true, EVERY, set_pin_root},
	{"stage", '\0', true, OPTIONS_EXPLAIN, add_stage},
	{"syscalls", '\0', false, OPTIONS_EXPLAIN, set_syscalls},
	{"verbose", 'v', false, OPTIONS_LOAD, set_verbose},
	{"no-guess", '\0', false, OPTIONS_LOAD, set_no_guess},
	{"type", '\0', true, OPTIONS_LOAD | OPTIONS_CONVERT, add_type},
	{"map", '\0', true, OPTIONS_LOAD, add_map},
	{"pin", '\0', true, OPTIONS_LOAD, set_pin},
	{"attach", '\0', true, OPTIONS_LOAD, add_attach},
	{"dump", '\0', true, OPTIONS_LOAD, set_dump},
	{"keep", '\0', false, OPTIONS_LOAD, set_keep},
	{"diff", '\0', false, OPTIONS_CONVERT, set_diff},
	{"in-place", '\0', false, OPTIONS_CONVERT, set_in_place},
	{"keep-order", '\0', false, OPTIONS_CONVERT, set_keep_order},
	{"check", '\0', false, OPTIONS_CONVERT, set_check},
	{"headers", '\0', true, SOURCES, set_headers},
	{"object", '\0', true, OPTIONS_CONVERT, set_object_out},
	{"keep-sections", '\0', false, OPTIONS_CONVERT, set_keep_sections},
	{"dialect", '\0', true, OPTIONS_COMPARE, set_dialects},
	{"source", '\0', true, OPTIONS_COMPARE, set_source},
	{"define", '\0', true, OPTIONS_COMPARE, set_define},
	{"brief", '\0', false, OPTIONS_COMPARE, set_brief},
	{"kernel", '\0', true, OPTIONS_COMPARE, set_kernel},
	{"output", 'o', true, OPTIONS_HTML, set_output},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* getopt_long() tells a long option by FIRST_LONG + its row. */
#define FIRST_LONG 256

static void fill_getopt(unsigned int who, struct option *longs, char *letters)
{
	letters[0] = '\0';
	append(letters, ROW_COUNT * 2 + 2, ":");
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!(rows[i].who & who))
			continue;
		*longs++ = (struct option){.name = rows[i].name,
					   .has_arg = rows[i].has_value,
					   .val = FIRST_LONG + (int)i};
		if (rows[i].letter)
			append(letters, ROW_COUNT * 2 + 2, "%c%s", rows[i].letter,
			       rows[i].has_value ? ":" : "");
	}
	*longs = (struct option){0};
}

static const struct option_row *row_of(int got)
{
	if (got >= FIRST_LONG)
		return &rows[got - FIRST_LONG];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == got)
			return &rows[i];
	return NULL;
}

static int wrong_usage(const struct command *command)
{
	complain("run 'bpfload help %s' for the options", command->name);
	return EXIT_USAGE;
}

static bool parse_options(struct options *options, unsigned int who, int argc, char **argv)
{
	struct option longs[ROW_COUNT + 1];
	char letters[ROW_COUNT * 2 + 2];
	int got;

	fill_getopt(who, longs, letters);
	opterr = 0;
	while ((got = getopt_long(argc, argv, letters, longs, NULL)) >= 0) {
		const struct option_row *row = row_of(got);

		if (got == ':' || !row) {
			complain(got == ':' ? "option '%s' wants a value"
					    : "option '%s' is not known or not clear",
				 argv[optind - 1]);
			return false;
		}
		if (!row->set(options, optarg))
			return false;
	}
	return true;
}

/* Two objects, or one source instead of them. */
static int take_two(struct options *options, const struct command *command, int argc,
		    char **argv)
{
	if (options->source && optind == argc) {
		options->object = options->source;
		return EXIT_SUCCESS;
	}
	if (!options->source && optind + 2 == argc) {
		options->object = argv[optind];
		options->second = argv[optind + 1];
		return EXIT_SUCCESS;
	}
	complain(options->source ? "either two objects or --source, please"
				 : "two object files, please, or --source FILE.c");
	return wrong_usage(command);
}

/* What is to stay needs something that holds it. */
static bool check_keep(const struct options *options)
{
	const struct attach_wishes *wishes = &options->attach;
	bool held = wishes->count > 0;

	for (size_t i = 0; i < wishes->count; i++) {
		if (!attach_wish_can_stay(&wishes->list[i]))
			return false;
		held &= wishes->list[i].kind == ATTACH_TC;
	}
	if (options->pin || held)
		return true;
	complain("--keep wants --pin DIR: without a pin everything but a tc filter ends with "
		 "the process");
	return false;
}

int options_parse(struct options *options, const struct command *command, unsigned int who,
		  int argc, char **argv)
{
	*options =
		(struct options){.loader.flags = BPF_LOADER_NO_ATTACH | BPF_LOADER_GUESS_TYPES};
	if (!parse_options(options, who, argc, argv))
		return wrong_usage(command);
	if (options->help)
		return EXIT_SUCCESS;
	if (who & OPTIONS_COMPARE)
		return take_two(options, command, argc, argv);
	if (who & OPTIONS_HTML && optind + 2 == argc)
		options->second = argv[--argc];
	if (optind + 1 != argc) {
		complain(optind == argc	      ? "no file is named"
			 : who & OPTIONS_HTML ? "at most two object files, please"
					      : "one file at a time, please");
		return wrong_usage(command);
	}
	if (options->keep && !check_keep(options))
		return wrong_usage(command);
	options->object = argv[optind];
	if (!options->stages)
		options->stages = STAGE_MAPS | STAGE_RELOCATIONS | STAGE_PROGRAMS;
	return EXIT_SUCCESS;
}

static void pairs_release(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++)
		free(pairs->list[i].left);
	free(pairs->list);
}

void options_release(struct options *options)
{
	pairs_release(&options->types);
	pairs_release(&options->maps);
	attach_wishes_release(&options->attach);
}
