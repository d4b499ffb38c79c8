/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_rewrite: from definitions taken apart to changes of the text.
 *
 * Every value stays in its place and in its words, and so do comments, blanks and line ends
 * between values; only what is written all in one line is spread over several. What a .maps
 * definition cannot say becomes a comment there and a note of the plan.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_REWRITE_H
#define BPFLOAD_CONVERT_SOURCE_REWRITE_H

#include "convert_source_definition.h"

/*
 * Adds to `edits` what converts each definition that is neither left nor held. The plan's notes
 * are made anew.
 */
void rewrite(struct plan *plan, struct edits *edits);

/* The lines of a definition as it will be, without what stands before and behind; to be freed. */
char *rewrite_text(const struct plan *plan, const struct definition *definition);

/* "__uint(NAME, VALUE);" with the value in its own words; to be freed. */
char *rewrite_number(const struct plan *plan, const struct element *element, const char *name);

/* Removes [from, to), and the lines that are empty without it. */
void rewrite_cut(const struct source *source, struct edits *edits, size_t from, size_t to);

/* convert_source_notes.c: adds to the plan's notes what is to be said of the definition. */
void rewrite_notes(struct plan *plan, const struct definition *definition);

/* Does a member that .maps does not have say something? Then a comment keeps it. */
bool definition_keeps(const struct definition *definition, const struct element *element);

#endif
