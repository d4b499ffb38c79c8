/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * html: the parts of `bpfload html`.
 *
 * A page holds two kinds of JSON: for each object the very document of `bpfload explain --json`,
 * and one that is about the page: what belongs to what, what differs, and what types say. The
 * scripts of the page draw from these; html_plain.c writes the same as tables for those who
 * have scripts off.
 */
#ifndef BPFLOAD_HTML_H
#define BPFLOAD_HTML_H

#include <stdio.h>

#include "findings.h"
#include "json_out.h"
#include "object.h"

#define HTML_OBJECTS 2

struct html {
	size_t count; /* 1 or 2 */
	struct object objects[HTML_OBJECTS];
	struct findings findings[HTML_OBJECTS];
	struct json_object *documents[HTML_OBJECTS]; /* explain's */
	struct json_object *story;
};

/* Text between tags or in an attribute; every character that HTML gives a meaning is escaped. */
void html_text(FILE *out, const char *text);

/*
 * What the page's scripts cannot know from explain's documents:
 *
 *   verdict   null for one object; {same, text}
 *   maps      pairs by name: {name, at: [index in each document or null], same, rows}
 *   programs  likewise
 *   rows      [{name, values: [text or null], same, told}]; told: a kernel is told, but makes
 *             nothing of it (names of types)
 *   types     for each object {map's index: [{name, offset, size, text}]}: the members of a BTF
 *             definition, the variables of a data map, as C
 */
struct json_object *html_story(const struct object *objects, size_t count);

/* The pairs of the story, also the two parts that make it up. */
struct json_object *html_pairs_of_maps(const struct object *objects, size_t count);
struct json_object *html_pairs_of_programs(const struct object *objects, size_t count);
struct json_object *html_types(const struct object *object);

/* The tables for a page without scripts. */
void html_plain(FILE *out, const struct html *html);

/* The whole page. */
void html_page(FILE *out, const struct html *html);

#endif
