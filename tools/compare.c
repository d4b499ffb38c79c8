// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare: `bpfload compare`. The command line, the two objects, and the verdict.
 */
#include "compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "output.h"
#include "process.h"

static const char help[] =
	"usage: bpfload compare [OPTION]... A B\n"
	"       bpfload compare [OPTION]... --source FILE.c [-- COMPILER-FLAG...]\n"
	"\n"
	"Compares two BPF objects, such as one with legacy and one with BTF definitions:\n"
	"maps and programs by name, field by field, each with its place in the file; what\n"
	"the definitions cost; and as root what the kernel makes of either. The last line\n"
	"is the verdict: \"identical to the kernel\", or what differs.\n"
	"A or B may be -, which is standard input.\n"
	"\n"
	"  --source FILE.c  build both objects of one source, the second with -DBTF_MAPS\n"
	"  --define NAME    the macro to define in its place\n"
	"  --headers DIR    where bpf_helpers.h and its like are (default: include/ of\n"
	"                   the tree that bpfload was built in)\n"
	"  --kernel WHEN    load both and compare what the kernel says: auto (default, if\n"
	"                   one may), no, yes (or fail). Nothing is attached or pinned,\n"
	"                   and nothing stays. Maps get an entry, to show what BTF buys\n"
	"  --dialect NAME   how to read SEC(\"maps\"): auto (default, by evidence), kernel\n"
	"                   (struct bpf_map_def), iproute2 (struct bpf_elf_map), gobpf,\n"
	"                   goebpf; NAME,NAME for A and B\n"
	"  --relaxed        drop bytes of a definition that no dialect knows\n"
	"  --bpffs DIR      where bpffs is mounted, for the paths of pins (default\n"
	"                   $TC_BPF_MNT or /sys/fs/bpf)\n"
	"  --pin-root DIR   where LIBBPF_PIN_BY_NAME pins (default: bpffs itself)\n"
	"  --brief          the verdict only\n"
	"  --json           one JSON document instead of text\n"
	"  -h, --help       this page\n"
	"\n"
	"Place in the file: \"maps+12\" is byte 12 of section maps, \"BTF [7]\" a type of the\n"
	"object's BTF. \"In the file only\": the kernel does not see it, such as the order\n"
	"of maps, their sections and dialects. Types of keys and values that one side\n"
	"alone names are no difference to the kernel; the verdict tells of them.\n"
	"\n"
	"JSON: verdict {result, text, differences}, a {}, b {}, object [], maps [],\n"
	"programs [], costs [], kernel {}; tests/schema/compare.schema.json has all keys.\n"
	"\n"
	"Exit status: 0 the same to the kernel (or as far as was looked), 1 they differ,\n"
	"one is refused or cannot be read, 2 wrong usage.\n";

/* ---- verdict ---- */

bool compare_refused(const struct comparison *comparison)
{
	return comparison->sides[0].refusal || comparison->sides[1].refusal;
}

bool compare_same(const struct comparison *comparison)
{
	return !compare_refused(comparison) && !comparison->difference_count;
}

const char *compare_row_words(const struct row *row)
{
	switch (row->verdict) {
	case ROW_SAME: return "";
	case ROW_FILE: return "in the file only";
	case ROW_LOADER: return "for the loader";
	case ROW_ONE_SIDE: return row->text[0][0] ? "only in A" : "only in B";
	default: return "differs";
	}
}

static void add_difference(struct comparison *comparison, char *words)
{
	const size_t count = comparison->difference_count;

	comparison->differences = must(reallocarray(comparison->differences, count + 1,
						    sizeof(*comparison->differences)));
	comparison->differences[comparison->difference_count++] = words;
}

static const struct kernel_row *kernel_row_of(const struct kernel_pair *pair,
					      const struct row *row)
{
	for (size_t i = 0; i < pair->row_count; i++)
		if (!strcmp(pair->rows[i].field, row->field))
			return &pair->rows[i];
	return NULL;
}

/* What the kernel says of a field counts more than what the file says. */
static void overrule(struct match *match, const struct kernel_pair *pair)
{
	for (size_t i = 0; i < match->row_count; i++) {
		struct row *row = &match->rows[i];
		const struct kernel_row *kernel = kernel_row_of(pair, row);

		if (!kernel)
			continue;
		if (row->verdict == ROW_DIFFERS && !kernel->differs)
			row->verdict = ROW_FILE;
		else if (row->verdict == ROW_ONE_SIDE && !kernel->a[0] && !kernel->b[0])
			row->verdict = ROW_FILE; /* it takes no types for such a map */
	}
}

/* Differences that the kernel tells in its own words. */
static bool told_by_kernel(const struct kernel_pair *pair, const struct row *row)
{
	const struct kernel_row *kernel = pair ? kernel_row_of(pair, row) : NULL;

	return kernel && kernel->differs;
}

/* "map 'a': max_entries 4 and 8, inner map …" of one pair by the files. NULL: nothing. */
static char *row_words(const struct match *match, const struct kernel_pair *pair,
		       const char *kind)
{
	char *text = NULL, *longer;

	for (size_t i = 0; i < match->row_count; i++) {
		const struct row *row = &match->rows[i];
		const char *a = row->text[0][0] ? row->text[0] : "none";
		const char *b = row->text[1][0] ? row->text[1] : "none";

		if (row->verdict != ROW_DIFFERS || told_by_kernel(pair, row))
			continue;
		if (text)
			longer = text_of("%s, %s %s and %s", text, row->field, a, b);
		else
			longer = text_of("%s%s%s%s%s %s and %s", kind, match->name ? " '" : "",
					 match->name ?: "", match->name ? "': " : "",
					 row->field, a, b);
		free(text);
		text = longer;
	}
	return text;
}

static void judge_match(struct comparison *comparison, struct match *match, const char *kind)
{
	const struct kernel_pair *pair = compare_kernel_pair(comparison, match);
	const bool in_a = match->map[0] || match->program[0];
	const bool in_b = match->map[1] || match->program[1];
	char *words;

	if (in_a != in_b) {
		add_difference(comparison, text_of("%s '%s' is only in %s", kind, match->name,
						   in_a ? "A" : "B"));
		return;
	}
	if (pair) {
		overrule(match, pair);
		words = kernel_pair_words(pair);
		if (words[0])
			add_difference(comparison, words);
		else
			free(words);
	}
	words = row_words(match, pair, kind);
	if (words)
		add_difference(comparison, words);
}

void compare_judge(struct comparison *comparison)
{
	char *words = row_words(&comparison->object, NULL, "");

	if (words)
		add_difference(comparison, words);
	for (size_t i = 0; i < comparison->maps.count; i++)
		judge_match(comparison, &comparison->maps.list[i], "map");
	for (size_t i = 0; i < comparison->programs.count; i++)
		judge_match(comparison, &comparison->programs.list[i], "program");
}

/* Pairs of maps with a row of that verdict. */
static size_t maps_with(const struct comparison *comparison, enum row_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->maps.count; i++) {
		const struct match *match = &comparison->maps.list[i];
		size_t row = 0;

		while (row < match->row_count && match->rows[row].verdict != verdict)
			row++;
		count += row < match->row_count;
	}
	return count;
}

static char *same_words(const struct comparison *comparison)
{
	const size_t typed = maps_with(comparison, ROW_ONE_SIDE);
	const size_t pinned = maps_with(comparison, ROW_LOADER);
	static const char *const asked[] = {[ASKED_NOTHING] = ", as far as the files tell",
					    [ASKED_MAPS] =
						    ", programs as far as the files tell",
					    [ASKED_ALL] = ""};
	char types[96] = "", pins[96] = "";

	if (typed)
		append(types, sizeof(types), "; types of %zu map%s on one side only", typed,
		       typed == 1 ? "" : "s");
	if (pinned)
		append(pins, sizeof(pins), "; %zu map%s pinned in another way", pinned,
		       pinned == 1 ? "" : "s");
	return text_of("identical to the kernel%s%s%s", asked[comparison->asked], types, pins);
}

char *compare_verdict(const struct comparison *comparison)
{
	char *text, *longer;

	for (int i = 0; i < 2; i++)
		if (comparison->sides[i].refusal)
			return text_of("refused: %s: %s", i ? "B" : "A",
				       comparison->sides[i].refusal);
	if (compare_same(comparison))
		return same_words(comparison);
	text = text_of("different: %s", comparison->differences[0]);
	for (size_t i = 1; i < comparison->difference_count; i++) {
		longer = text_of("%s; %s", text, comparison->differences[i]);
		free(text);
		text = longer;
	}
	return text;
}

/* ---- the two objects ---- */

static bool read_input(struct side *side)
{
	struct memory memory = {0};
	char piece[1 << 14];
	ssize_t got;

	while ((got = read(STDIN_FILENO, piece, sizeof(piece))) > 0 ||
	       (got < 0 && errno == EINTR))
		if (got > 0)
			memory_hear(piece, (size_t)got, &memory);
	side->path = "standard input";
	side->size = memory.size;
	side->bytes = memory.bytes ? memory.bytes : must(calloc(1, 1));
	if (!got)
		return true;
	complain("standard input: cannot be read: %s", strerror(errno));
	return false;
}

static bool find_objects(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	const char *const names[] = {options->object, options->second};

	if (options->source)
		return compare_source(comparison);
	for (int i = 0; i < 2; i++) {
		comparison->sides[i].path = names[i];
		if (!strcmp(names[i], "-") && !read_input(&comparison->sides[i]))
			return false;
	}
	return true;
}

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	findings_hear(ctx, event);
}

static bool open_objects(struct comparison *comparison)
{
	for (int i = 0; i < 2; i++) {
		struct bpf_loader_opts opts = comparison->options->loader;
		struct side *side = &comparison->sides[i];
		bool good;

		opts.report = hear;
		opts.ctx = &side->findings;
		if (i)
			opts.dialect = comparison->options->second_dialect;
		if (side->bytes)
			good = object_open_memory(&side->object, side->bytes, side->size,
						  side->path, &opts);
		else
			good = object_open(&side->object, side->path, &opts);
		if (!good)
			return false;
	}
	return true;
}

/* ---- the end ---- */

static void rows_release(struct match *match)
{
	for (size_t i = 0; i < match->row_count; i++) {
		free(match->rows[i].text[0]);
		free(match->rows[i].text[1]);
	}
	free(match->rows);
}

static void matches_release(struct matches *matches)
{
	for (size_t i = 0; i < matches->count; i++)
		rows_release(&matches->list[i]);
	free(matches->list);
}

static void side_release(struct side *side)
{
	bpf_loader_close(side->loader);
	object_release(&side->object);
	findings_release(&side->findings);
	free(side->own_path);
	free(side->bytes);
	free(side->refusal);
	free(side->maps);
	free(side->programs);
}

static void release(struct comparison *comparison)
{
	kernel_comparison_release(&comparison->kernel);
	rows_release(&comparison->object);
	matches_release(&comparison->maps);
	matches_release(&comparison->programs);
	for (size_t i = 0; i < comparison->example_count; i++) {
		free(comparison->examples[i].text[0]);
		free(comparison->examples[i].text[1]);
	}
	for (size_t i = 0; i < comparison->difference_count; i++)
		free(comparison->differences[i]);
	free(comparison->differences);
	free(comparison->why_not);
	free(comparison->no_examples);
	for (int i = 0; i < 2; i++)
		side_release(&comparison->sides[i]);
}

/* ---- the command ---- */

static void show_verdict(const struct comparison *comparison)
{
	char *verdict = compare_verdict(comparison);

	say(compare_same(comparison) ? STYLE_GOOD : STYLE_BAD, "%s", verdict);
	say(STYLE_PLAIN, "\n");
	free(verdict);
}

static void show(struct comparison *comparison)
{
	if (comparison->options->json) {
		compare_json(comparison);
		return;
	}
	if (!comparison->options->brief) {
		compare_show(comparison);
		say(STYLE_PLAIN, "\n");
	}
	show_verdict(comparison);
}

static int compare(const struct options *options)
{
	struct comparison comparison = {.options = options};
	int status = EXIT_FAILURE;

	if (find_objects(&comparison) && open_objects(&comparison)) {
		compare_file(&comparison);
		if (compare_load(&comparison)) {
			if (comparison.asked && !options->brief)
				compare_examples(&comparison);
			compare_judge(&comparison);
			show(&comparison);
			status = finish_output();
		}
	}
	if (!status && !compare_same(&comparison))
		status = EXIT_FAILURE;
	release(&comparison);
	return status;
}

/* What the table of options cannot say. */
static int check_options(const struct options *options)
{
	if (options->brief && options->json)
		complain("one of --brief and --json, please");
	else if (!options->source && options->define)
		complain("--define is for --source");
	else if (!options->source && options->headers)
		complain("--headers is for --source");
	else if (!options->source && options->compiler_flags[0])
		complain("what is behind -- is for --source");
	else if (!options->source && !strcmp(options->object, "-") &&
		 !strcmp(options->second, "-"))
		complain("standard input can be one object, not both");
	else
		return EXIT_SUCCESS;
	return EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int own = 1, status;

	while (own < argc && strcmp(argv[own], "--") != 0)
		own++;
	status = options_parse(&options, command, OPTIONS_COMPARE, own, argv);
	options.compiler_flags = argv + own + (own < argc);
	if (!status && options.help) {
		fputs(help, stdout);
		status = finish_output();
	} else if (!status) {
		status = check_options(&options);
		if (!status)
			status = compare(&options);
	}
	options_release(&options);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.line = "show in what two objects differ, in the file and to the kernel",
	.help = help,
	.run = run,
};
