/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * compare: two objects, and everything in which they are alike or differ.
 *
 * compare.c fills a struct comparison step by step (compare_source, compare_file,
 * compare_load), then shows it as a whole (compare_show, compare_json): nothing is printed
 * before all is known. Sides are 0 for A and 1 for B.
 */
#ifndef BPFLOAD_COMPARE_H
#define BPFLOAD_COMPARE_H

#include "compare_kernel.h"
#include "findings.h"
#include "object.h"
#include "options.h"

/* Where in an object something is said. */
struct origin {
	const char *section; /* NULL: nowhere */
	size_t offset;	     /* in the section, bytes */
	__u32 btf_id;	     /* of the type that says it; 0: the bytes do */
};

enum row_verdict {
	ROW_SAME,
	ROW_FILE,     /* differs in the file only: the kernel does not see it */
	ROW_LOADER,   /* concerns what the loader does besides: pins */
	ROW_ONE_SIDE, /* a type that only one side names; the kernel takes it as a gift */
	ROW_DIFFERS,
};

struct row {
	const char *field;
	char *text[2]; /* "" where a side says nothing */
	struct origin from[2];
	enum row_verdict verdict;
};

/* Two maps or programs of one name, or one that has no partner. */
struct match {
	const char *name;
	const struct bpf_loader_map *map[2]; /* NULL: that side has none */
	const struct bpf_loader_program *program[2];
	struct row *rows; /* of a pair only */
	size_t row_count;
};

struct matches {
	struct match *list;
	size_t count;
};

/* Bytes of the file. */
struct cost {
	const char *what;
	size_t bytes[2];
};

#define COSTS 8

/* What the kernel was asked for. */
enum asked { ASKED_NOTHING, ASKED_MAPS, ASKED_ALL };

struct side {
	const char *path; /* as the user named it */
	char *own_path;	  /* storage of .path where it is not the user's */
	char *bytes;	  /* where it is no file: of standard input or of clang; NULL */
	size_t size;
	struct object object;
	struct findings findings;
	char *refusal; /* why it is not loaded; NULL */

	/* in the kernel */
	struct bpf_loader *loader;
	struct named_fd *maps, *programs;
	size_t map_count, program_count;
};

/* One entry in a map of either side, as bpftool shows it. */
struct example {
	const char *map;
	char *text[2];
};

#define EXAMPLES_MOST 4

struct comparison {
	const struct options *options;
	struct side sides[2];
	struct match object; /* what concerns it as a whole */
	struct matches maps, programs;
	struct cost costs[COSTS];

	enum asked asked; /* of the kernel */
	char *why_not;	  /* or not all; NULL */
	struct kernel_comparison kernel;
	struct example examples[EXAMPLES_MOST];
	size_t example_count, example_left; /* maps for which there is no room */
	char *no_examples;		    /* why there is none; NULL */

	char **differences; /* in words */
	size_t difference_count;
};

/* Builds both objects of options->source. False after clang's complaint. */
bool compare_source(struct comparison *comparison);

/* Pairs maps and programs of the opened objects, and compares all that the files say. */
void compare_file(struct comparison *comparison);

/*
 * Asks the kernel, if that is wanted and possible; .asked, .why_not and .refusal tell. False
 * after a complaint.
 */
bool compare_load(struct comparison *comparison);

/* Makes examples of maps whose types only one side names. The maps are no longer new then. */
void compare_examples(struct comparison *comparison);

/* Fills .differences, once the kernel has said what it has to say. */
void compare_judge(struct comparison *comparison);

bool compare_refused(const struct comparison *comparison);
bool compare_same(const struct comparison *comparison);

/* The last line, without a newline. To be freed. */
char *compare_verdict(const struct comparison *comparison);

/* The kernel's word on a pair, NULL where it has none. */
const struct kernel_pair *compare_kernel_pair(const struct comparison *comparison,
					      const struct match *match);

/* "differs", "in the file only", …; "" for equal. */
const char *compare_row_words(const struct row *row);

void compare_show(const struct comparison *comparison);

/* One JSON document; tests/schema/compare.schema.json describes it. */
void compare_json(const struct comparison *comparison);

#endif
