// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * flame_graph_page: see flame_graph_page.h.
 *
 * Places are percentages, so that the graph is as wide as its window without any script. Each box
 * is an <svg> of its own: that cuts off a name that is too long. The look is in flame_graph.css,
 * what moves in flame_graph.js; the build puts both into this file.
 */
#include "flame_graph_page.h"

#include <stdlib.h>
#include <string.h>

#define LAYER	    18	   /* pixels */
#define HEADER	    92	   /* above the graph, in the SVG */
#define MARGIN	    10	   /* below it */
#define USUAL_WIDTH 1200   /* names are cut for it; the script cuts them for the real one */
#define LETTER	    7.25   /* how wide one is */
#define NARROWEST   0.0002 /* of the whole; narrower boxes are not drawn */
#define LISTED	    30

/* Defines a string of a file's bytes. The build's directory is the top of the tree. */
#define EMBED(name, file)                        \
	__asm__(".pushsection .rodata\n"         \
		".globl " #name "\n" #name ":\n" \
		".incbin \"" file "\"\n"         \
		".byte 0\n"                      \
		".popsection\n")

EMBED(flame_graph_css, "samples/flame_graph.css");
EMBED(flame_graph_js, "samples/flame_graph.js");

extern const char flame_graph_css[], flame_graph_js[];

/* ---- text ---- */

static void put_text(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (text[i]) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		default: fputc(text[i], out);
		}
	}
}

static void put_string(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

/* 1234567 as 1,234,567 */
static void put_number(FILE *out, __u64 number)
{
	char digits[24];
	const int length = snprintf(digits, sizeof(digits), "%llu", number);

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			fputc(',', out);
		fputc(digits[i], out);
	}
}

/* A character of UTF-8 is not cut in two. */
static size_t cut_at(const char *name, size_t length)
{
	while (length && ((unsigned char)name[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* ---- one box ---- */

static const char *const classes[] = {
	[KIND_ALL] = "all",	  [KIND_TASK] = "task",	    [KIND_USER] = "user",
	[KIND_KERNEL] = "kernel", [KIND_BORDER] = "border", [KIND_WAKER_KERNEL] = "wkernel",
	[KIND_WAKER] = "waker",
};

static const char *const remarks[] = {
	[KIND_ALL] = "",	  [KIND_TASK] = "task, ",
	[KIND_USER] = "",	  [KIND_KERNEL] = "kernel, ",
	[KIND_BORDER] = "",	  [KIND_WAKER_KERNEL] = "waker, kernel, ",
	[KIND_WAKER] = "waker, ",
};

/* The same name has the same shade everywhere. */
static unsigned int shade(const struct flame_graph_box *box)
{
	unsigned int hash = 0;

	for (size_t i = 0; i < box->length; i++)
		hash = 31 * hash + (unsigned char)box->name[i];
	return hash % 3;
}

static void put_name(FILE *out, const struct flame_graph_box *box,
		     const struct flame_graph_text *text)
{
	if (box->kind == KIND_BORDER)
		put_string(out, text->border);
	else
		put_text(out, box->name, box->length);
}

/* What fits the box in a window of the usual width: the whole name, its beginning, or nothing. */
static void put_label(FILE *out, const struct flame_graph_box *box,
		      const struct flame_graph_text *text, double share)
{
	const double room = (share * USUAL_WIDTH - 6) / LETTER;
	const size_t length = box->kind == KIND_BORDER ? strlen(text->border) : box->length;

	if (room < 3)
		return;
	fputs("<text x=\"3\" y=\"13\">", out);
	if ((double)length <= room) {
		put_name(out, box, text);
	} else {
		const char *name = box->kind == KIND_BORDER ? text->border : box->name;

		put_text(out, name, cut_at(name, (size_t)room - 2));
		fputs("..", out);
	}
	fputs("</text>", out);
}

static void put_title(FILE *out, const struct flame_graph_box *box,
		      const struct flame_graph_text *text, double share)
{
	fputs("<title>", out);
	put_name(out, box, text);
	fprintf(out, "\n%s", remarks[box->kind]);
	put_number(out, box->value);
	fprintf(out, " \302\265s, %.2f %%</title>", 100 * share);
}

static void put_box(FILE *out, const struct flame_graph_boxes *boxes,
		    const struct flame_graph_box *box, const struct flame_graph_text *text)
{
	const double total = (double)boxes->boxes[0].value;
	const double share = (double)box->value / total;

	fprintf(out,
		"<svg class=\"f %s s%u\" x=\"%.4f%%\" y=\"%u\" width=\"%.4f%%\" height=\"%d\" ",
		classes[box->kind], shade(box), 100 * (double)box->start / total,
		(boxes->depth - 1 - box->depth) * LAYER, 100 * share, LAYER);
	fprintf(out, "data-s=\"%llu\" data-v=\"%llu\" data-d=\"%u\"%s>", box->start, box->value,
		box->depth, box->depth ? "" : " tabindex=\"0\"");
	put_title(out, box, text, share);
	fputs("<rect width=\"100%\" height=\"17\" rx=\"2\"/>", out);
	put_label(out, box, text, share);
	fputs("</svg>\n", out);
}

/* ---- the graph ---- */

static void put_boxes(FILE *out, const struct flame_graph_boxes *boxes,
		      const struct flame_graph_text *text)
{
	const double narrowest = NARROWEST * (double)boxes->boxes[0].value;

	for (size_t i = 0; i < boxes->count; i++)
		if (boxes->boxes[i].value && (double)boxes->boxes[i].value >= narrowest)
			put_box(out, boxes, &boxes->boxes[i], text);
}

static void put_graph(FILE *out, const struct flame_graph_boxes *boxes,
		      const struct flame_graph_text *text, const char *place)
{
	fprintf(out,
		"<svg class=\"graph\" role=\"group\" aria-label=\"flame graph\" %s "
		"height=\"%u\">\n",
		place, boxes->depth * LAYER);
	put_boxes(out, boxes, text);
	if (!boxes->boxes[0].value)
		fputs("<text class=\"plain\" x=\"3\" y=\"13\">nothing was "
		      "measured</text>\n",
		      out);
	fputs("</svg>\n", out);
}

struct legend {
	enum flame_graph_kind kind;
	const char *text;
};

static const struct legend legends[] = {
	{KIND_USER, "blocked: program"},
	{KIND_KERNEL, "blocked: kernel"},
	{KIND_WAKER_KERNEL, "waker: kernel"},
	{KIND_WAKER, "waker: program"},
};

#define LEGENDS (sizeof(legends) / sizeof(legends[0]))

static void put_svg_legend(FILE *out, int y)
{
	int x = 0;

	fputs("<svg x=\"1%\" width=\"98%\" height=\"100%\" class=\"legend\">\n", out);
	for (size_t i = 0; i < LEGENDS; x += 35 + 7 * (int)strlen(legends[i].text), i++)
		fprintf(out,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" "
			"rx=\"2\"/><text x=\"%d\" y=\"%d\">%s</text>\n",
			classes[legends[i].kind], x, y - 10, x + 17, y, legends[i].text);
	fputs("</svg>\n", out);
}

void flame_graph_print_svg(FILE *out, const struct flame_graph_boxes *boxes,
			   const struct flame_graph_text *text)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"page\" width=\"100%%\" "
		"height=\"%u\">\n<title>",
		HEADER + boxes->depth * LAYER + MARGIN);
	put_string(out, text->title);
	fprintf(out,
		"</title>\n<style>%s</style>\n<rect class=\"paper\" width=\"100%%\" "
		"height=\"100%%\"/>\n<text class=\"head\" x=\"1%%\" y=\"26\">",
		flame_graph_css);
	put_string(out, text->title);
	fputs("</text>\n<text class=\"plain\" x=\"1%\" y=\"46\">", out);
	put_string(out, text->subtitle);
	fputs("</text>\n", out);
	put_svg_legend(out, 66);
	fputs("<text class=\"plain\" id=\"status\" role=\"status\" x=\"1%\" y=\"85\"></text>\n",
	      out);
	put_graph(out, boxes, text, "x=\"1%\" y=\"92\" width=\"98%\"");
	fprintf(out, "<script><![CDATA[\n%s]]></script>\n</svg>\n", flame_graph_js);
}

/* ---- the page ---- */

static int compare_values(const void *a, const void *b)
{
	const struct folded_line *x = *(struct folded_line *const *)a;
	const struct folded_line *y = *(struct folded_line *const *)b;

	return x->value < y->value ? 1 : x->value > y->value ? -1 : strcmp(x->text, y->text);
}

static void put_line(FILE *out, const struct folded_line *line, double total,
		     const struct flame_graph_text *text)
{
	fputs("<tr><td>", out);
	put_number(out, line->value);
	fprintf(out, "<td>%.2f %%<td>", total > 0 ? 100 * (double)line->value / total : 0);
	for (const char *c = line->text; *c;) {
		const size_t length = strcspn(c, ";");

		if (length == 2 && !memcmp(c, "--", 2))
			fprintf(out, "<b>%s</b>", text->border);
		else
			put_text(out, c, length);
		c += length;
		if (*c == ';') {
			fputs(" \342\200\272 ", out); /* a single angle quotation mark */
			c++;
		}
	}
	fputs("\n", out);
}

/* The longest as text, for those who cannot see the graph or want to copy. */
static void put_list(FILE *out, const struct folded *folded, double total,
		     const struct flame_graph_text *text)
{
	const struct folded_line **lines = calloc(folded->count + 1, sizeof(*lines));

	if (!lines)
		return;
	for (size_t i = 0; i < folded->count; i++)
		lines[i] = &folded->lines[i];
	qsort(lines, folded->count, sizeof(*lines), compare_values);
	fprintf(out, "<details><summary>The longest %d as text</summary>\n", LISTED);
	fputs("<table><thead><tr><th>\302\265s<th>share<th>stack, from the outside in; "
	      "_[k]: the kernel\n<tbody>\n",
	      out);
	for (size_t i = 0; i < folded->count && i < LISTED; i++)
		put_line(out, lines[i], total, text);
	fputs("</table></details>\n", out);
	free(lines);
}

static void put_html_head(FILE *out, const struct flame_graph_text *text)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
	      out);
	put_string(out, text->title);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body class=\"page\">\n<h1>",
		flame_graph_css);
	put_string(out, text->title);
	fputs("</h1>\n<p>", out);
	put_string(out, text->subtitle);
	fputs("\n<p class=\"legend\">", out);
	for (size_t i = 0; i < LEGENDS; i++)
		fprintf(out, "<span class=\"%s\">%s</span> ", classes[legends[i].kind],
			legends[i].text);
	fputs("\n", out);
}

static void put_tools(FILE *out)
{
	fputs("<div class=\"tools scripted\"><label>Search <input type=\"search\" "
	      "id=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>\n"
	      "<button type=\"button\" id=\"reset\">Whole graph</button>\n"
	      "<output id=\"status\" role=\"status\"></output></div>\n",
	      out);
}

void flame_graph_print_html(FILE *out, const struct flame_graph_boxes *boxes,
			    const struct folded *folded, const struct flame_graph_text *text)
{
	put_html_head(out, text);
	put_tools(out);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%u\">\n",
		boxes->depth * LAYER + 2);
	put_graph(out, boxes, text, "width=\"100%\"");
	fputs("</svg>\n<p class=\"keys scripted\">Click or Enter: zoom. Arrow keys: walk. "
	      "/: search. Escape: back.\n",
	      out);
	put_list(out, folded, (double)boxes->boxes[0].value, text);
	fprintf(out, "<script>\n%s</script>\n</body>\n</html>\n", flame_graph_js);
}
