// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * output: see output.h.
 */
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_WIDTH 14
#define INDENT	    2

void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("bpfload: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

static char *text_of_list(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	return must(text);
}

char *text_of(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_of_list(format, args);
	va_end(args);
	return text;
}

void append(char *text, size_t room, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;
	char *more;

	va_start(args, format);
	more = text_of_list(format, args);
	va_end(args);
	snprintf(text + used, room - used, "%s", more);
	free(more);
}

/* ---- characters ---- */

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Length by the first byte; 0 for one that begins no character of more than one byte. */
static size_t sequence_length(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Second bytes that would spell control characters, surrogates or a too long form. */
static bool second_is_wrong(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xc2: return second < 0xa0;
	case 0xe0: return second < 0xa0;
	case 0xed: return second >= 0xa0;
	case 0xf0: return second < 0x90;
	case 0xf4: return second >= 0x90;
	default: return false;
	}
}

size_t printable(const char *text)
{
	const unsigned char first = (unsigned char)text[0];
	size_t length;

	if (first < 0x80)
		return first >= 0x20 && first != 0x7f;
	length = sequence_length(first);
	for (size_t i = 1; i < length; i++)
		if (!is_continuation(text[i]))
			return 0;
	return length && !second_is_wrong(first, (unsigned char)text[1]) ? length : 0;
}

char *safe_text(const char *text, bool lines)
{
	char *safe = must(malloc(strlen(text) * 4 + 1)), *out = safe;

	while (*text) {
		size_t length = printable(text);

		if (!length && lines && (*text == '\n' || *text == '\t'))
			length = 1;
		if (length) {
			out = mempcpy(out, text, length);
			text += length;
		} else {
			out += sprintf(out, "\\x%02x", (unsigned char)*text++);
		}
	}
	*out = '\0';
	return safe;
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += !is_continuation(*text);
	return width;
}

/* ---- lines ---- */

size_t output_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) &&
	    size.ws_col > OUTPUT_WIDTH)
		return size.ws_col;
	return OUTPUT_WIDTH;
}

static bool colour_wanted(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && term &&
	       strcmp(term, "dumb") != 0;
}

static void print_styled(enum style style, const char *text)
{
	static const char *const codes[] = {
		[STYLE_BOLD] = "\033[1m",
		[STYLE_DIM] = "\033[2m",
		[STYLE_GOOD] = "\033[32m",
		[STYLE_BAD] = "\033[1;31m",
	};

	if (style == STYLE_PLAIN || !text[0] || !colour_wanted())
		fputs(text, stdout);
	else
		printf("%s%s\033[0m", codes[style], text);
}

static void say_list(enum style style, bool lines, const char *format, va_list args)
{
	char *text = text_of_list(format, args), *safe = safe_text(text, lines);

	print_styled(style, safe);
	free(safe);
	free(text);
}

void say(enum style style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_list(style, true, format, args);
	va_end(args);
}

void say_heading(const char *format, ...)
{
	va_list args;

	putchar('\n');
	va_start(args, format);
	say_list(STYLE_BOLD, false, format, args);
	va_end(args);
	putchar('\n');
}

void complain(const char *format, ...)
{
	va_list args;
	char *text, *safe;

	va_start(args, format);
	text = text_of_list(format, args);
	va_end(args);
	safe = safe_text(text, true);
	fprintf(stderr, "bpfload: %s\n", safe);
	free(safe);
	free(text);
}

/* How much of `text` fits into `room` columns: up to its last blank, or a word too long for it. */
static size_t line_length(const char *text, size_t room)
{
	size_t length = 0, width = 0, blank = 0;

	while (text[length] && (width < room || !blank)) {
		if (text[length] == ' ')
			blank = length;
		if (!is_continuation(text[length]))
			width++;
		length++;
	}
	return text[length] && text[length] != ' ' && blank ? blank : length;
}

static void print_broken(enum style style, const char *text, size_t indent)
{
	while (*text) {
		size_t length = line_length(text, OUTPUT_WIDTH - indent);
		char *line = must(strndup(text, length));

		print_styled(style, line);
		putchar('\n');
		free(line);
		text += length;
		text += strspn(text, " ");
		if (*text)
			printf("%*s", (int)indent, "");
	}
}

/* Labels are words of ours or names of sections; a long one gets a line of its own. */
static void print_label(const char *label)
{
	char *safe = safe_text(label, false);

	printf("%*s%-*s", INDENT, "", LABEL_WIDTH, safe);
	if (text_width(safe) >= LABEL_WIDTH)
		printf("\n%*s", INDENT + LABEL_WIDTH, "");
	free(safe);
}

void say_fact(enum style style, const char *label, const char *format, ...)
{
	va_list args;
	char *text, *safe;

	va_start(args, format);
	text = text_of_list(format, args);
	va_end(args);
	safe = safe_text(text, false);
	print_label(label);
	print_broken(style, safe[0] ? safe : "-", INDENT + LABEL_WIDTH);
	free(safe);
	free(text);
}

int finish_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_SUCCESS;
	complain("cannot write to standard output: %s", strerror(errno));
	return EXIT_FAILURE;
}

/* ---- tables ---- */

void table_add(struct table *table, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_of_list(format, args);
	va_end(args);
	table->cells =
		must(reallocarray(table->cells, table->cell_count + 1, sizeof(*table->cells)));
	table->cells[table->cell_count++] = safe_text(text, false);
	free(text);
}

void table_style(struct table *table, enum style style)
{
	const size_t row = table->cell_count / table->column_count;

	if (row >= table->style_count) {
		table->styles =
			must(reallocarray(table->styles, row + 1, sizeof(*table->styles)));
		memset(table->styles + table->style_count, 0,
		       (row + 1 - table->style_count) * sizeof(*table->styles));
		table->style_count = row + 1;
	}
	table->styles[row] = style;
}

static enum style style_of(const struct table *table, char *const *cells,
			   const struct column *column)
{
	const size_t row = cells ? (size_t)(cells - table->cells) / table->column_count : 0;

	if (!cells)
		return STYLE_DIM;
	if (row < table->style_count && table->styles[row] != STYLE_PLAIN)
		return table->styles[row];
	return column->style;
}

/* Width of a column, 0 where all of its cells are empty. */
static size_t column_width(const struct table *table, size_t column)
{
	size_t width = 0, title = text_width(table->columns[column].title);

	for (size_t i = column; i < table->cell_count; i += table->column_count) {
		size_t cell = text_width(table->cells[i]);

		width = cell > width ? cell : width;
	}
	return width && width < title ? title : width;
}

/* Less room than this is no better than a line that is too long. */
#define BREAK_ROOM 16

/* A cell that begins at `indent`; true if it has ended its line. */
static bool print_cell(const struct column *column, enum style style, const char *text,
		       size_t indent)
{
	if (!column->breaks || indent + BREAK_ROOM > OUTPUT_WIDTH) {
		print_styled(style, text);
		return false;
	}
	print_broken(style, text, indent);
	return true;
}

/*
 * One row, or the titles where `cells` is NULL. Blanks that would end a line are held back until
 * something follows them.
 */
static void print_row(const struct table *table, const size_t *widths, char *const *cells)
{
	size_t blanks = 0, indent = 0;
	bool ended = false;

	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		const char *text = cells ? cells[i] : column->title;
		size_t fill = widths[i] ? widths[i] - text_width(text) : 0;

		if (!widths[i])
			continue;
		blanks += 2 + (column->right ? fill : 0);
		indent += 2;
		if (text[0]) {
			printf("%*s", (int)blanks, "");
			ended = print_cell(column, style_of(table, cells, column), text,
					   indent);
			blanks = 0;
		}
		blanks += column->right ? 0 : fill;
		indent += widths[i];
	}
	if (!ended)
		putchar('\n');
}

static void table_release(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->styles);
	table->cells = NULL;
	table->styles = NULL;
	table->cell_count = table->style_count = 0;
}

void table_print(struct table *table)
{
	size_t *widths = must(calloc(table->column_count, sizeof(*widths)));

	for (size_t i = 0; i < table->column_count; i++)
		widths[i] = column_width(table, i);
	print_row(table, widths, NULL);
	for (size_t i = 0; i + table->column_count <= table->cell_count;
	     i += table->column_count)
		print_row(table, widths, table->cells + i);
	free(widths);
	table_release(table);
}
