/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * output: text for a person at a terminal 80 columns wide.
 *
 *  - Names come from object files that anybody may have made: whatever is not printable is
 *    shown as \xNN, so that no symbol's name can drive the terminal.
 *  - Colour is for a terminal only, and not if NO_COLOR is set or TERM is "dumb".
 *  - Without memory the program ends with a message and EXIT_FAILURE; nobody has to check.
 */
#ifndef BPFLOAD_OUTPUT_H
#define BPFLOAD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_WIDTH 80

/* Columns of the terminal, if there is one with more; OUTPUT_WIDTH. */
size_t output_width(void);

/* Columns that a text takes: one for each character. */
size_t text_width(const char *text);

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_BAD,
};

/* `memory` itself, or the end of the program where it is NULL. */
void *must(void *memory);

/* printf into new memory, to be freed. Never NULL. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Appends to the string in `text`, which holds `room` bytes; what does not fit is cut off. */
void append(char *text, size_t room, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Bytes of the printable UTF-8 character at `text`, 0 where there is none. */
size_t printable(const char *text);

/* A copy in which only printable characters are left; also '\n' and '\t' if `lines`. To be freed. */
char *safe_text(const char *text, bool lines);

/* "bpfload: …" on stderr. The text may have several lines. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* printf to stdout, made safe. */
void say(enum style style, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A heading after an empty line. */
void say_heading(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "  label         text", the text broken at blanks so that it stays in its column. */
void say_fact(enum style style, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Flushes stdout. EXIT_SUCCESS, or EXIT_FAILURE with a complaint where it could not be written. */
int finish_output(void);

/* ---- tables ---- */

struct column {
	const char *title;
	enum style style;
	bool right;  /* numbers */
	bool breaks; /* last column only: goes on in the next line at the screen's edge */
};

/* All zero but `columns` and `column_count` is an empty table. */
struct table {
	const struct column *columns;
	size_t column_count;
	char **cells; /* row by row */
	size_t cell_count;
	enum style *styles; /* of whole rows; see table_style() */
	size_t style_count;
};

/* The next cell of the row; rows begin by themselves. */
void table_add(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The row that the next cell belongs to is printed in this style, whatever its columns say. */
void table_style(struct table *table, enum style style);

/* Prints with as little width as the cells need, columns without any text left out; frees. */
void table_print(struct table *table);

#endif
