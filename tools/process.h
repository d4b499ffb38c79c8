/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * process: another program's work, through pipes.
 *
 * No shell has a part in it, and no file is made.
 */
#ifndef BPFLOAD_PROCESS_H
#define BPFLOAD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* Who hears what a program writes, piece by piece; once it returns false, the rest is lost. */
struct listener {
	bool (*hear)(const char *piece, size_t size, void *ctx);
	void *ctx;
	bool good; /* starts as true */
};

/*
 * Runs the program, with `in` (or nothing, for -1) as its standard input. Returns its exit status;
 * -1 where it was not run, or a signal ended it, after a complaint.
 */
int process_run(char *const *arguments, int in, struct listener *out, struct listener *err);

/* A file in memory that holds `text`, at its start; -1 with a complaint. */
int process_input(const char *text, size_t size);

/* Text that a listener has collected; ends with NUL. */
struct memory {
	char *bytes;
	size_t size;
};

/* For a listener with a struct memory as ctx. */
bool memory_hear(const char *piece, size_t size, void *memory);

/* Hears nothing. */
bool nobody_hear(const char *piece, size_t size, void *ctx);

/* ---- arguments ---- */

struct arguments {
	char **list; /* ends with NULL */
	size_t count;
};

void arguments_add(struct arguments *arguments, const char *word);
void arguments_add_pair(struct arguments *arguments, const char *first, const char *second);
void arguments_release(struct arguments *arguments);

#endif
