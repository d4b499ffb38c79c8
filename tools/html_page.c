// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html_page: puts a page together from its parts in tools/html/.
 *
 * page.html has marks, <!--NAME-->, and each is replaced by what the table below says. All parts
 * stand in this program: the build takes them in, and the finished page needs no other file.
 */
#include "html.h"

#include <string.h>

#include "output.h"

/* Defines a string of a file's bytes. The build's directory is the top of the tree. */
#define EMBED(name, file)                        \
	__asm__(".pushsection .rodata\n"         \
		".globl " #name "\n" #name ":\n" \
		".incbin \"" file "\"\n"         \
		".byte 0\n"                      \
		".popsection\n")

EMBED(html_template, "tools/html/page.html");
EMBED(html_style, "tools/html/page.css");
EMBED(html_elements, "tools/html/elements.js");
EMBED(html_model, "tools/html/model.js");
EMBED(html_parts, "tools/html/parts.js");
EMBED(html_wires, "tools/html/wires.js");
EMBED(html_steps_file, "tools/html/steps_file.js");
EMBED(html_steps_maps, "tools/html/steps_maps.js");
EMBED(html_steps_programs, "tools/html/steps_programs.js");
EMBED(html_steps, "tools/html/steps.js");
EMBED(html_script, "tools/html/page.js");

extern const char html_template[], html_style[], html_elements[], html_model[], html_parts[],
	html_wires[], html_steps_file[], html_steps_maps[], html_steps_programs[], html_steps[],
	html_script[];

/* One after the other, they are one script. */
static const char *const scripts[] = {
	html_elements,	 html_model,	      html_parts, html_wires,  html_steps_file,
	html_steps_maps, html_steps_programs, html_steps, html_script,
};

/* Control characters have no place in HTML: they are spelled out. */
static void put_character(FILE *out, unsigned char c)
{
	if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
		fprintf(out, "\\x%02x", c);
	else
		fputc(c, out);
}

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		default: put_character(out, (unsigned char)*text);
		}
	}
}

/* Of what ends a script or begins a comment, nothing is left: JSON has another way to write it. */
static void put_json(FILE *out, const char *id, const struct json_object *document)
{
	const char *text = json_object_to_json_string_ext(
		(struct json_object *)document,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	fprintf(out, "<script type=\"application/json\" id=\"%s\">", id);
	for (text = must((void *)text); *text; text++) {
		if (strchr("<>&", *text))
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputs("</script>\n", out);
}

/* ---- what stands in place of the marks ---- */

static const char *path_of(const struct html *html, size_t index)
{
	const struct json_object *object =
		json_object_object_get(html->documents[index], "object");

	return json_object_get_string(json_object_object_get(object, "path"));
}

static void put_file_name(FILE *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	html_text(out, slash ? slash + 1 : path);
}

static void put_title(FILE *out, const struct html *html)
{
	for (size_t i = 0; i < html->count; i++) {
		if (i)
			fputs(" and ", out);
		put_file_name(out, path_of(html, i));
	}
}

static void put_style(FILE *out, const struct html *html)
{
	(void)html;
	fputs(html_style, out);
}

static void put_documents(FILE *out, const struct html *html)
{
	for (size_t i = 0; i < html->count; i++)
		put_json(out, i ? "report-b" : "report-a", html->documents[i]);
	put_json(out, "story", html->story);
}

static void put_script(FILE *out, const struct html *html)
{
	(void)html;
	fputs("(function () {\n\"use strict\";\n", out);
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		fputs(scripts[i], out);
	fputs("})();\n", out);
}

static const struct mark {
	const char *name;
	void (*put)(FILE *out, const struct html *html);
} marks[] = {
	{"<!--title-->", put_title},   {"<!--style-->", put_style},
	{"<!--plain-->", html_plain},  {"<!--documents-->", put_documents},
	{"<!--script-->", put_script},
};

static const struct mark *mark_at(const char *text)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (!strncmp(text, marks[i].name, strlen(marks[i].name)))
			return &marks[i];
	return NULL;
}

void html_page(FILE *out, const struct html *html)
{
	for (const char *c = html_template; *c;) {
		const struct mark *mark = *c == '<' ? mark_at(c) : NULL;

		if (mark) {
			mark->put(out, html);
			c += strlen(mark->name);
		} else {
			fputc(*c++, out);
		}
	}
}
