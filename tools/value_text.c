// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * value_text: see value_text.h.
 */
#include "value_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "words.h"

#define HEX_MOST 64

static void write_part(void *ctx, const char *format, va_list args)
{
	const struct value_writer *writer = ctx;

	vfprintf(writer->stream, format, args);
}

void value_writer_open(struct value_writer *writer, const struct btf *btf)
{
	*writer = (struct value_writer){.btf = btf};
	if (btf)
		writer->dump = btf_dump__new(btf, write_part, writer, NULL);
}

void value_writer_close(struct value_writer *writer)
{
	btf_dump__free(writer->dump);
	writer->dump = NULL;
}

/* ---- libbpf's text, shorter ---- */

/* Bytes of the cast at `text`, "(__u32)", "(struct pair)"; 0 where there is none. */
static size_t cast_length(const char *text)
{
	const char *end = strchr(text, ')');

	if (text[0] != '(' || !end || !(isalpha((unsigned char)text[1]) || text[1] == '_'))
		return 0;
	return (size_t)(end + 1 - text);
}

/* Bytes of the 'c' or "string" at `text`, 0 where there is none. */
static size_t quoted_length(const char *text)
{
	const char quote = text[0];
	const char *end = text + 1;

	if (quote != '\'' && quote != '"')
		return 0;
	while (*end && *end != quote)
		end += *end == '\\' && end[1] ? 2 : 1;
	return (size_t)(end - text) + (*end ? 1 : 0);
}

/* Without casts and the comma behind the last member; a blank behind the others. To be freed. */
static char *shorter(const char *text)
{
	char *copy = must(malloc(strlen(text) * 2 + 1)), *to = copy;

	while (*text) {
		const size_t cast = cast_length(text), quoted = quoted_length(text);

		if (quoted)
			to = mempcpy(to, text, quoted);
		else if (*text == ',' && text[1] && text[1] != '}' && text[1] != ']')
			to = stpcpy(to, ", ");
		else if (!cast && *text != ',')
			*to++ = *text;
		text += quoted ? quoted : cast ? cast : 1;
	}
	*to = '\0';
	return copy;
}

/* NULL where libbpf cannot. */
static char *typed_text(struct value_writer *writer, __u32 type, const void *bytes, size_t size)
{
	LIBBPF_OPTS(btf_dump_type_data_opts, opts, .compact = true, .emit_zeroes = true);
	char *text = NULL, *result = NULL;
	size_t length;
	int err;

	writer->stream = must(open_memstream(&text, &length));
	err = btf_dump__dump_type_data(writer->dump, type, bytes, size, &opts);
	fclose(writer->stream);
	if (err >= 0 && text && text[0])
		result = shorter(text);
	free(text);
	return result;
}

char *value_text(struct value_writer *writer, __u32 type, const void *bytes, size_t size)
{
	char hex[HEX_MOST * 3 + 8], *text = NULL;

	if (type && writer->dump)
		text = typed_text(writer, type, bytes, size);
	if (text)
		return text;
	words_hex(bytes, size, HEX_MOST, hex, sizeof(hex));
	return text_of("%s", hex);
}
