// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html_plain: the page as tables, for those who have scripts off or want all at once.
 *
 * Written from explain's documents and the story, like the scripts' pictures. Keys that a
 * document does not have give empty cells.
 */
#include "html.h"

#include <string.h>

static const struct json_object *get(const struct json_object *json, const char *key)
{
	return json_object_object_get(json, key);
}

static size_t length(const struct json_object *list)
{
	return list && json_object_is_type(list, json_type_array)
		       ? json_object_array_length(list)
		       : 0;
}

static const struct json_object *item(const struct json_object *list, size_t index)
{
	return json_object_array_get_idx(list, index);
}

/* Numbers as they are, null as nothing. */
static const char *text(const struct json_object *json, const char *key)
{
	const char *string = json_object_get_string((struct json_object *)get(json, key));

	return string ? string : "";
}

/* "1c000000" as "1c 00 00 00" */
static void put_bytes(FILE *out, const char *hex)
{
	fputs("<code>", out);
	for (size_t i = 0; hex[i]; i++) {
		if (i && i % 2 == 0)
			fputc(' ', out);
		fputc(hex[i], out);
	}
	fputs("</code>", out);
}

static void put_cell(FILE *out, const char *content)
{
	fputs("<td>", out);
	html_text(out, content);
}

static void put_fact(FILE *out, const char *label, const char *content)
{
	if (!content[0])
		return;
	fprintf(out, "<dt>%s<dd>", label);
	html_text(out, content);
	fputc('\n', out);
}

static void put_heading(FILE *out, const char *level, const char *what, const char *name)
{
	fprintf(out, "<%s>%s ", level, what);
	html_text(out, name);
	fprintf(out, "</%s>\n", level);
}

/* ---- the file ---- */

static void put_sections(FILE *out, const struct json_object *document)
{
	const struct json_object *list = get(document, "sections");

	fputs("<table><thead><tr><th>No<th>Section<th>Bytes<th>Purpose<tbody>\n", out);
	for (size_t i = 0; i < length(list); i++) {
		fputs("<tr>", out);
		put_cell(out, text(item(list, i), "index"));
		put_cell(out, text(item(list, i), "name"));
		put_cell(out, text(item(list, i), "size"));
		put_cell(out, text(item(list, i), "purpose"));
		fputc('\n', out);
	}
	fputs("</table>\n", out);
}

static void put_dialects(FILE *out, const struct json_object *document)
{
	const struct json_object *list = get(document, "dialects");

	for (size_t i = 0; i < length(list); i++) {
		fputs("<p>", out);
		html_text(out, text(item(list, i), "section"));
		fputs(": ", out);
		html_text(out, text(item(list, i), "text"));
		fputc('\n', out);
	}
}

/* ---- maps ---- */

static void put_fields(FILE *out, const struct json_object *reading)
{
	const struct json_object *list = get(reading, "fields");

	if (!length(list))
		return;
	fputs("<table><thead><tr><th>Byte<th>Hex<th>Value<th>Field<th>Meaning<tbody>\n", out);
	for (size_t i = 0; i < length(list); i++) {
		fputs("<tr>", out);
		put_cell(out, text(item(list, i), "offset"));
		fputs("<td>", out);
		put_bytes(out, text(item(list, i), "bytes"));
		put_cell(out, text(item(list, i), "value"));
		put_cell(out, text(item(list, i), "name"));
		put_cell(out, text(item(list, i), "meaning"));
		fputc('\n', out);
	}
	fputs("</table>\n", out);
}

static void put_types(FILE *out, const struct json_object *list)
{
	if (!length(list))
		return;
	fputs("<table><thead><tr><th>Byte<th>Bytes<th>Type<tbody>\n", out);
	for (size_t i = 0; i < length(list); i++) {
		fputs("<tr>", out);
		put_cell(out, text(item(list, i), "offset"));
		put_cell(out, text(item(list, i), "size"));
		put_cell(out, text(item(list, i), "text"));
		fputc('\n', out);
	}
	fputs("</table>\n", out);
}

static void put_map(FILE *out, const struct json_object *map, const struct json_object *types)
{
	put_heading(out, "h4", "Map", text(map, "name"));
	fputs("<dl>", out);
	put_fact(out, "Type", text(map, "type_name"));
	put_fact(out, "Key, bytes", text(map, "key_size"));
	put_fact(out, "Key's type", text(map, "key_type"));
	put_fact(out, "Value, bytes", text(map, "value_size"));
	put_fact(out, "Value's type", text(map, "value_type"));
	put_fact(out, "Entries", text(map, "max_entries"));
	put_fact(out, "Flags", text(map, "map_flags"));
	put_fact(out, "Defined in section", text(map, "section"));
	put_fact(out, "From byte", text(map, "offset"));
	put_fact(out, "Read as", text(get(map, "reading"), "struct"));
	put_fact(out, "Decided by", text(map, "dialect_rule"));
	put_fact(out, "Pinned at", text(get(map, "pinning"), "path"));
	fputs("</dl>\n", out);
	put_fields(out, get(map, "reading"));
	put_types(out, types);
}

static void put_maps(FILE *out, const struct json_object *document,
		     const struct json_object *types)
{
	const struct json_object *list = get(document, "maps");
	char index[24];

	for (size_t i = 0; i < length(list); i++) {
		snprintf(index, sizeof(index), "%zu", i);
		put_map(out, item(list, i), get(types, index));
	}
}

/* ---- programs ---- */

static void put_words(FILE *out, const struct json_object *words, const char *assembler)
{
	fputs("<td>", out);
	for (size_t i = 0; i < length(words); i++) {
		put_bytes(out, json_object_get_string((struct json_object *)item(words, i)));
		fputs("<br>", out);
	}
	html_text(out, assembler);
}

static void put_relocations(FILE *out, const struct json_object *program)
{
	const struct json_object *list = get(program, "relocations");

	if (!length(list))
		return;
	fputs("<table><thead><tr><th>Instruction<th>Symbol<th>As compiled<th>As "
	      "loaded<tbody>\n",
	      out);
	for (size_t i = 0; i < length(list); i++) {
		const struct json_object *reloc = item(list, i);

		fputs("<tr>", out);
		put_cell(out, text(reloc, "insn"));
		put_cell(out, text(reloc, "symbol"));
		put_words(out, get(reloc, "before"), text(reloc, "before_text"));
		put_words(out, get(reloc, "after"), text(reloc, "after_text"));
		fputc('\n', out);
	}
	fputs("</table>\n", out);
}

static void put_program(FILE *out, const struct json_object *program)
{
	const char *kind = text(program, "attach_kind");

	put_heading(out, "h4", "Program", text(program, "name"));
	fputs("<dl>", out);
	put_fact(out, "Section", text(program, "section"));
	put_fact(out, "Type", text(program, "type_name"));
	put_fact(out, "Known by", text(program, "type_rule"));
	put_fact(out, "Instructions", text(program, "instructions"));
	put_fact(out, "Attaches as", strcmp(kind, "none") != 0 ? kind : "");
	put_fact(out, "Attaches to", text(program, "attach_target"));
	put_fact(out, "Slot", text(get(program, "slot"), "key"));
	put_fact(out, "Load would refuse it", text(program, "refusal"));
	fputs("</dl>\n", out);
	put_relocations(out, program);
}

static void put_programs(FILE *out, const struct json_object *document)
{
	const struct json_object *list = get(document, "programs");

	for (size_t i = 0; i < length(list); i++)
		put_program(out, item(list, i));
}

/* ---- two objects ---- */

static void put_pair(FILE *out, const char *what, const struct json_object *pair)
{
	const struct json_object *rows = get(pair, "rows");

	put_heading(out, "h4", what, text(pair, "name"));
	fputs("<table><thead><tr><th>What<th>A<th>B<th><tbody>\n", out);
	for (size_t i = 0; i < length(rows); i++) {
		const struct json_object *row = item(rows, i), *values = get(row, "values");
		const bool same = json_object_get_boolean(get(row, "same"));
		const bool told = json_object_get_boolean(get(row, "told"));

		fputs(same   ? "<tr>"
		      : told ? "<tr class=\"told\">"
			     : "<tr class=\"differs\">",
		      out);
		put_cell(out, text(row, "name"));
		for (size_t at = 0; at < length(values); at++) {
			const struct json_object *value = item(values, at);

			put_cell(out,
				 value ? json_object_get_string((struct json_object *)value)
				       : "");
		}
		put_cell(out, same ? "" : told ? "names for dumps" : "differs");
		fputc('\n', out);
	}
	fputs("</table>\n", out);
}

static void put_pairs(FILE *out, const char *what, const struct json_object *list)
{
	for (size_t i = 0; i < length(list); i++)
		put_pair(out, what, item(list, i));
}

static void put_comparison(FILE *out, const struct json_object *story)
{
	fputs("<h2>Both, side by side</h2>\n<p>", out);
	html_text(out, text(get(story, "verdict"), "text"));
	fputc('\n', out);
	put_pairs(out, "Map", get(story, "maps"));
	put_pairs(out, "Program", get(story, "programs"));
}

/* ---- all ---- */

static void put_object(FILE *out, const struct json_object *document,
		       const struct json_object *types, const char *letter)
{
	const struct json_object *object = get(document, "object");

	fputs("<section>", out);
	put_heading(out, "h2", letter, text(object, "path"));
	fputs("<dl>", out);
	put_fact(out, "Bytes", text(object, "size"));
	put_fact(out, "Licence", text(object, "license"));
	fputs("</dl>\n<h3>Sections</h3>\n", out);
	put_sections(out, document);
	fputs("<h3>How the maps are read</h3>\n", out);
	put_dialects(out, document);
	fputs("<h3>Maps</h3>\n", out);
	put_maps(out, document, types);
	fputs("<h3>Programs</h3>\n", out);
	put_programs(out, document);
	fputs("</section>\n", out);
}

void html_plain(FILE *out, const struct html *html)
{
	const struct json_object *types = get(html->story, "types");

	if (html->count > 1)
		put_comparison(out, html->story);
	for (size_t i = 0; i < html->count; i++)
		put_object(out, html->documents[i], item(types, i),
			   html->count == 1 ? ""
			   : i		    ? "B:"
					    : "A:");
}
