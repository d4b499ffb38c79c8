// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_text: see convert_source_text.h.
 */
#include "convert_source_text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

/* ---- tokens; each function returns the offset behind what begins at `at` ---- */

static bool is_word_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
	return is_word_start(c) || isdigit((unsigned char)c);
}

/* A backslash at the end of a line: its length with the newline, 0 where there is none. */
static size_t splice(const struct source *source, size_t at)
{
	const char *text = source->text + at;

	if (text[0] != '\\')
		return 0;
	if (text[1] == '\n')
		return 2;
	return text[1] == '\r' && text[2] == '\n' ? 3 : 0;
}

static size_t skip_word(const struct source *source, size_t at)
{
	while (at < source->size && is_word(source->text[at]))
		at++;
	return at;
}

/* Numbers of the preprocessor: 0x1fUL, 1.5e+3. */
static size_t skip_number(const struct source *source, size_t at)
{
	const char *text = source->text;

	while (at < source->size) {
		if (strchr("eEpP", text[at]) && text[at] && at + 1 < source->size &&
		    (text[at + 1] == '+' || text[at + 1] == '-'))
			at += 2;
		else if (is_word(text[at]) || text[at] == '.')
			at++;
		else
			break;
	}
	return at;
}

static size_t skip_quoted(const struct source *source, size_t at)
{
	const char quote = source->text[at++];

	while (at < source->size && source->text[at] != quote && source->text[at] != '\n') {
		size_t spliced = splice(source, at);

		at += spliced ? spliced : (size_t)(source->text[at] == '\\') + 1;
	}
	return at < source->size ? at + 1 : source->size;
}

static size_t skip_comment(const struct source *source, size_t at)
{
	const char *end = at + 2 <= source->size ? memmem(source->text + at + 2,
							  source->size - at - 2, "*/", 2)
						 : NULL;

	return end ? (size_t)(end - source->text) + 2 : source->size;
}

static size_t skip_line(const struct source *source, size_t at)
{
	while (at < source->size && source->text[at] != '\n') {
		size_t spliced = splice(source, at);

		at += spliced ? spliced : 1;
	}
	if (at > 0 && at <= source->size && source->text[at - 1] == '\r')
		at--;
	return at < source->size ? at : source->size;
}

/* A directive's comment may go on over lines, and belongs to it then. */
static size_t skip_directive(const struct source *source, size_t at)
{
	while (at < source->size && source->text[at] != '\n') {
		size_t spliced = splice(source, at);

		if (spliced)
			at += spliced;
		else if (!strncmp(source->text + at, "/*", 2))
			at = skip_comment(source, at);
		else if (!strncmp(source->text + at, "//", 2))
			return skip_line(source, at);
		else
			at++;
	}
	return source->text[at - 1] == '\r' ? at - 1 : at;
}

static size_t skip_token(const struct source *source, size_t at, bool line_starts,
			 enum token_kind *kind)
{
	const char *text = source->text + at;

	*kind = TOKEN_PUNCTUATION;
	if (text[0] == '#' && line_starts)
		return *kind = TOKEN_DIRECTIVE, skip_directive(source, at);
	if (text[0] == '/' && text[1] == '*')
		return *kind = TOKEN_COMMENT, skip_comment(source, at);
	if (text[0] == '/' && text[1] == '/')
		return *kind = TOKEN_LINE_COMMENT, skip_line(source, at);
	if (is_word_start(text[0]))
		return *kind = TOKEN_WORD, skip_word(source, at);
	if (isdigit((unsigned char)text[0]) ||
	    (text[0] == '.' && isdigit((unsigned char)text[1])))
		return *kind = TOKEN_LITERAL, skip_number(source, at);
	if (text[0] == '"')
		return *kind = TOKEN_STRING, skip_quoted(source, at);
	if (text[0] == '\'')
		return *kind = TOKEN_LITERAL, skip_quoted(source, at);
	return at + 1;
}

static void add_token(struct source *source, struct token token)
{
	/* grows at powers of two */
	if (!(source->count & (source->count - 1)))
		source->tokens = must(reallocarray(
			source->tokens, source->count ? source->count * 2 : 1, sizeof(token)));
	source->tokens[source->count++] = token;
}

static void read_tokens(struct source *source)
{
	bool line_starts = true;
	size_t at = 0;

	while (at < source->size) {
		struct token token = {.offset = at};
		size_t spliced = splice(source, at);

		if (spliced || isspace((unsigned char)source->text[at])) {
			line_starts |= !spliced && source->text[at] == '\n';
			at += spliced ? spliced : 1;
			continue;
		}
		at = skip_token(source, at, line_starts, &token.kind);
		token.length = at - token.offset;
		line_starts &= token.kind == TOKEN_COMMENT;
		add_token(source, token);
	}
}

void source_open(struct source *source, char *text, size_t size)
{
	const char *newline = memchr(text, '\n', size);

	*source = (struct source){.text = text, .size = size, .eol = "\n"};
	if (newline && newline > text && newline[-1] == '\r')
		source->eol = "\r\n";
	read_tokens(source);
}

void source_release(struct source *source)
{
	free(source->tokens);
	free(source->text);
}

/* ---- questions ---- */

size_t source_token_at(const struct source *source, size_t offset)
{
	size_t low = 0, high = source->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (source->tokens[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < source->count && source->tokens[low].offset == offset ? low
									   : source->count;
}

bool source_is(const struct source *source, size_t token, const char *text)
{
	return token < source->count && source->tokens[token].length == strlen(text) &&
	       !memcmp(source->text + source->tokens[token].offset, text, strlen(text));
}

bool source_is_code(const struct source *source, size_t token)
{
	return source->tokens[token].kind != TOKEN_COMMENT &&
	       source->tokens[token].kind != TOKEN_LINE_COMMENT;
}

bool source_has_directive(const struct source *source, size_t first, size_t last)
{
	for (size_t i = first; i <= last && i < source->count; i++)
		if (source->tokens[i].kind == TOKEN_DIRECTIVE)
			return true;
	return false;
}

size_t source_code_from(const struct source *source, size_t token)
{
	while (token < source->count && !source_is_code(source, token))
		token++;
	return token;
}

size_t source_code_before(const struct source *source, size_t token)
{
	while (token-- > 0)
		if (source_is_code(source, token))
			return token;
	return source->count;
}

size_t source_closing(const struct source *source, size_t token)
{
	size_t depth = 0;

	for (; token < source->count; token++) {
		if (source->tokens[token].kind != TOKEN_PUNCTUATION)
			continue;
		if (strchr("([{", source->text[source->tokens[token].offset]))
			depth++;
		else if (strchr(")]}", source->text[source->tokens[token].offset]) && !--depth)
			return token;
	}
	return source->count;
}

size_t source_end(const struct source *source, size_t token)
{
	return source->tokens[token].offset + source->tokens[token].length;
}

size_t source_line(const struct source *source, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < source->size; i++)
		line += source->text[i] == '\n';
	return line;
}

size_t source_line_start(const struct source *source, size_t offset)
{
	while (offset > 0 && source->text[offset - 1] != '\n')
		offset--;
	return offset;
}

size_t source_line_end(const struct source *source, size_t offset)
{
	while (offset < source->size && source->text[offset] != '\n')
		offset++;
	return offset > 0 && source->text[offset - 1] == '\r' ? offset - 1 : offset;
}

char *source_copy(const struct source *source, size_t from, size_t to)
{
	return must(strndup(source->text + from, to - from));
}

char *source_words(const struct source *source, size_t first, size_t last)
{
	return source_copy(source, source->tokens[first].offset, source_end(source, last));
}

/* ---- changes ---- */

void edits_add(struct edits *edits, size_t from, size_t to, char *text)
{
	edits->list = must(reallocarray(edits->list, edits->count + 1, sizeof(*edits->list)));
	edits->list[edits->count] = (struct edit){from, to, text, edits->count};
	edits->count++;
}

void edits_release(struct edits *edits)
{
	for (size_t i = 0; i < edits->count; i++)
		free(edits->list[i].text);
	free(edits->list);
	*edits = (struct edits){0};
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	/* an insertion comes before what is replaced there */
	if ((x->to == x->from) != (y->to == y->from))
		return x->to == x->from ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static size_t size_after(const struct edits *edits, size_t size)
{
	for (size_t i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->list[i];

		if (i && edit->from < edits->list[i - 1].to)
			return SIZE_MAX;
		size += strlen(edit->text) - (edit->to - edit->from);
	}
	return size;
}

char *edits_apply(struct edits *edits, const struct source *source, size_t *size)
{
	size_t at = 0;
	char *text, *out;

	if (edits->count)
		qsort(edits->list, edits->count, sizeof(*edits->list), by_place);
	*size = size_after(edits, source->size);
	if (*size == SIZE_MAX)
		return NULL;
	text = out = must(malloc(*size + 1));
	for (size_t i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->list[i];

		out = mempcpy(out, source->text + at, edit->from - at);
		out = mempcpy(out, edit->text, strlen(edit->text));
		at = edit->to;
	}
	out = mempcpy(out, source->text + at, source->size - at);
	*out = '\0';
	return text;
}
