/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * options: the command line of a subcommand that looks at one object.
 *
 * All options of all subcommands are rows of one table; a row says which subcommands take it.
 * Wrong usage is told on stderr with the way to the help page.
 */
#ifndef BPFLOAD_OPTIONS_H
#define BPFLOAD_OPTIONS_H

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include "attach.h"
#include "command.h"

/* Which subcommand takes an option. */
enum {
	OPTIONS_LOAD = 1 << 0,
	OPTIONS_EXPLAIN = 1 << 1,
	OPTIONS_CONVERT = 1 << 2,
	OPTIONS_COMPARE = 1 << 4,
	OPTIONS_HTML = 1 << 5, /* takes a second object, too */
};

/* The parts of a load that explain can be narrowed to; 0: all. */
enum {
	STAGE_MAPS = 1 << 0,
	STAGE_RELOCATIONS = 1 << 1,
	STAGE_PROGRAMS = 1 << 2,
};

/* LEFT=RIGHT of an option that may be given several times. */
struct pair {
	char *left;
	const char *right;
};

struct pairs {
	struct pair *list;
	size_t count;
};

struct options {
	const char *object,
		*second;    /* "-": standard input; .second: the other object, or NULL */
	const char *output; /* -o; NULL */
	bool json, verbose, help;
	bool syscalls;	     /* explain: the calls instead of what they are made of */
	unsigned int stages; /* STAGE_… */
	struct bpf_loader_opts loader;
	struct pairs types; /* section name, type name that exists */
	struct pairs maps;  /* map name, path of a pin */
	struct attach_wishes attach;
	const char *pin;     /* directory on bpffs, NULL */
	double dump_seconds; /* 0: no dump */
	bool keep;

	/* convert's own */
	bool diff, in_place, check, keep_sections, keep_order;
	const char *headers;	/* NULL: those of the tree */
	const char *object_out; /* NULL: no object is wanted */
	char **compiler_flags;	/* behind "--"; ends with NULL */

	/* compare's own; .headers and .compiler_flags are convert's and compare's */
	const char *source; /* NULL: two objects are named */
	const char *define; /* the macro that asks for BTF definitions */
	bool brief;
	enum { KERNEL_AUTO, KERNEL_NO, KERNEL_YES } kernel;
	enum bpf_loader_dialect second_dialect; /* .loader.dialect is the first object's */
};

/*
 * Reads argv[1...] into `options`. Returns EXIT_SUCCESS, or EXIT_USAGE after a complaint.
 * With .help set, .object may be NULL. Release in any case; strings are those of argv.
 */
int options_parse(struct options *options, const struct command *command, unsigned int who,
		  int argc, char **argv);

void options_release(struct options *options);

#endif
