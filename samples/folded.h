/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * folded: stacks as lines of text, which every flame graph tool reads.
 *
 *     main;read_config;read 1250
 *
 * From the outermost frame to the innermost, parted by ';', then a space and what it amounts to.
 */
#ifndef SAMPLES_FOLDED_H
#define SAMPLES_FOLDED_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct folded_line {
	char *text; /* "main;read_config;read" */
	__u64 value;
};

struct folded {
	struct folded_line *lines;
	size_t count, room;
};

/* Adds a line; `text` is taken over, and freed by folded_free(). False without memory. */
bool folded_add(struct folded *folded, char *text, __u64 value);

/*
 * Sorts the lines, such that all that begin with the same frames are neighbours, and makes one of
 * those with the same text.
 */
void folded_merge(struct folded *folded);

void folded_print(const struct folded *folded, FILE *out);

void folded_free(struct folded *folded);

/* Writes a frame's name as part of a line: a ';' in it becomes ':'. */
void folded_frame(FILE *line, const char *name);

#endif
