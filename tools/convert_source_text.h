/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_text: a C source as bytes, as tokens, and the changes to be made to it.
 *
 * Tokens are those of C before preprocessing, with comments and directives among them. What they
 * mean is clang's affair: here one only finds the end of what clang says begins somewhere.
 * Offsets are bytes from the start of the file, as clang counts them.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_TEXT_H
#define BPFLOAD_CONVERT_SOURCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_WORD,    /* identifier or keyword */
	TOKEN_LITERAL, /* number or character */
	TOKEN_STRING,
	TOKEN_PUNCTUATION, /* one character */
	TOKEN_COMMENT,
	TOKEN_LINE_COMMENT,
	TOKEN_DIRECTIVE, /* to the end of its last line, without the newline */
};

struct token {
	enum token_kind kind;
	size_t offset, length;
};

struct source {
	char *text; /* ends with NUL; may hold others */
	size_t size;
	const char *eol; /* how its lines end */
	struct token *tokens;
	size_t count;
};

/* Takes over `text`, which has to be malloc'ed. */
void source_open(struct source *source, char *text, size_t size);
void source_release(struct source *source);

/* The token that begins at `offset`; .count where none does. */
size_t source_token_at(const struct source *source, size_t offset);

bool source_is(const struct source *source, size_t token, const char *text);

/* Comments do not count as code. */
bool source_is_code(const struct source *source, size_t token);

/* Is there a directive among the tokens? */
bool source_has_directive(const struct source *source, size_t first, size_t last);

/* The next token from `token` on (itself included) that is code; .count at the end. */
size_t source_code_from(const struct source *source, size_t token);

/* The last token before `token` that is code; .count if there is none. */
size_t source_code_before(const struct source *source, size_t token);

/* The bracket that closes the one at `token`; .count if none does. */
size_t source_closing(const struct source *source, size_t token);

/* First byte behind the token. */
size_t source_end(const struct source *source, size_t token);

/* Line, from 1. */
size_t source_line(const struct source *source, size_t offset);

/* Where the line of `offset` begins; where it ends, before its newline. */
size_t source_line_start(const struct source *source, size_t offset);
size_t source_line_end(const struct source *source, size_t offset);

/* A copy of the text from `from` to `to`, to be freed. */
char *source_copy(const struct source *source, size_t from, size_t to);

/* The same from one token to another. */
char *source_words(const struct source *source, size_t first, size_t last);

/* ---- changes ---- */

struct edit {
	size_t from, to;
	char *text;
	size_t order;
};

struct edits {
	struct edit *list;
	size_t count;
};

/* Puts `text`, which is handed over, in the place of the bytes from `from` to `to`. */
void edits_add(struct edits *edits, size_t from, size_t to, char *text);
void edits_release(struct edits *edits);

/*
 * The changed text, to be freed; NULL where two changes overlap. Insertions at one place come in
 * the order in which they were added. Also sorts the list.
 */
char *edits_apply(struct edits *edits, const struct source *source, size_t *size);

#endif
