// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html_story: what a page tells beyond explain's documents, and its verdict in one line.
 */
#include "html.h"

#include <stdlib.h>

#include "output.h"

#define TOLD 2 /* differences that the verdict names; the page has them all */

enum {
	MORE_IN_A = 1 << 0,
	MORE_IN_B = 1 << 1,
};

struct verdict {
	size_t differences;
	unsigned int types; /* names of types differ, which changes nothing: MORE_IN_… */
	char *text;	    /* of the first differences */
};

static const char *string_of(const struct json_object *json, const char *key)
{
	return json_object_get_string(json_object_object_get(json, key));
}

static bool is_true(const struct json_object *json, const char *key)
{
	return json_object_get_boolean(json_object_object_get(json, key));
}

/* Takes `text`. */
static void count_difference(struct verdict *verdict, char *text)
{
	char *longer;

	if (verdict->differences++ < TOLD) {
		longer = text_of("%s%s%s", verdict->text ? verdict->text : "",
				 verdict->text ? "; " : "", text);
		free(verdict->text);
		verdict->text = longer;
	}
	free(text);
}

static void judge_row(struct verdict *verdict, const char *what, const char *name,
		      const struct json_object *row)
{
	const struct json_object *values = json_object_object_get(row, "values");
	const char *texts[HTML_OBJECTS];

	if (is_true(row, "same"))
		return;
	for (size_t i = 0; i < HTML_OBJECTS; i++)
		texts[i] = json_object_get_string(json_object_array_get_idx(values, i));
	if (is_true(row, "told")) {
		verdict->types |= (texts[0] ? MORE_IN_A : 0) | (texts[1] ? MORE_IN_B : 0);
		return;
	}
	count_difference(verdict, text_of("%s %s: %s %s in A, %s in B", what, name,
					  string_of(row, "name"), texts[0] ? texts[0] : "none",
					  texts[1] ? texts[1] : "none"));
}

static void judge_pair(struct verdict *verdict, const char *what,
		       const struct json_object *pair)
{
	const struct json_object *rows = json_object_object_get(pair, "rows");
	const struct json_object *at = json_object_object_get(pair, "at");
	const char *name = string_of(pair, "name");

	for (size_t i = 0; i < HTML_OBJECTS; i++) {
		if (json_object_array_get_idx(at, i))
			continue;
		count_difference(verdict,
				 text_of("%s %s is only in %s", what, name, i ? "A" : "B"));
		return;
	}
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		judge_row(verdict, what, name, json_object_array_get_idx(rows, i));
}

static void judge_pairs(struct verdict *verdict, const char *what,
			const struct json_object *pairs)
{
	for (size_t i = 0; i < json_object_array_length(pairs); i++)
		judge_pair(verdict, what, json_object_array_get_idx(pairs, i));
}

static const char *words_on_types(unsigned int types)
{
	switch (types) {
	case 0: return "";
	case MORE_IN_A: return " A also names the types of keys and values.";
	case MORE_IN_B: return " B also names the types of keys and values.";
	default: return " They name other types of keys and values.";
	}
}

static char *words_of(const struct verdict *verdict, size_t maps, size_t programs)
{
	if (!verdict->differences)
		return text_of(
			"The kernel gets the same from both: %zu map%s, %zu program%s.%s", maps,
			maps == 1 ? "" : "s", programs, programs == 1 ? "" : "s",
			words_on_types(verdict->types));
	if (verdict->differences <= TOLD)
		return text_of("%zu difference%s: %s.", verdict->differences,
			       verdict->differences == 1 ? "" : "s", verdict->text);
	return text_of("%zu differences: %s, and more.", verdict->differences, verdict->text);
}

static struct json_object *verdict_json(const struct json_object *maps,
					const struct json_object *programs)
{
	struct json_object *json = json_map();
	struct verdict verdict = {0};
	char *text;

	judge_pairs(&verdict, "map", maps);
	judge_pairs(&verdict, "program", programs);
	text = words_of(&verdict, json_object_array_length(maps),
			json_object_array_length(programs));
	json_put_bool(json, "same", !verdict.differences);
	json_put_text(json, "text", text);
	free(verdict.text);
	free(text);
	return json;
}

struct json_object *html_story(const struct object *objects, size_t count)
{
	struct json_object *json = json_map(), *types = json_list();
	struct json_object *maps = html_pairs_of_maps(objects, count);
	struct json_object *programs = html_pairs_of_programs(objects, count);

	for (size_t i = 0; i < count; i++)
		json_push(types, html_types(&objects[i]));
	json_put(json, "verdict", count > 1 ? verdict_json(maps, programs) : NULL);
	json_put(json, "maps", maps);
	json_put(json, "programs", programs);
	json_put(json, "types", types);
	return json;
}
