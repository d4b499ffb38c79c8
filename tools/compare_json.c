// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * compare_json: what `bpfload compare` shows, for programs. Keys stay; new ones may come.
 */
#include "compare.h"

#include <stdlib.h>

#include "json_out.h"
#include "json_parts.h"

static const char *row_word(enum row_verdict verdict)
{
	switch (verdict) {
	case ROW_SAME: return "same";
	case ROW_FILE: return "file";
	case ROW_LOADER: return "loader";
	case ROW_ONE_SIDE: return "one side";
	default: return "differs";
	}
}

/* Nothing is null, not "". */
static void put_said(struct json_object *json, const char *key, const char *text)
{
	json_put_text(json, key, text && text[0] ? text : NULL);
}

static struct json_object *origin_json(const struct origin *from)
{
	struct json_object *json;

	if (!from->section)
		return NULL;
	json = json_map();
	json_put_text(json, "section", from->section);
	if (from->btf_id)
		json_put(json, "offset", NULL);
	else
		json_put_number(json, "offset", from->offset);
	if (from->btf_id)
		json_put_number(json, "btf_id", from->btf_id);
	else
		json_put(json, "btf_id", NULL);
	return json;
}

static struct json_object *rows_json(const struct row *rows, size_t count)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < count; i++) {
		struct json_object *json = json_map();

		json_put_text(json, "field", rows[i].field);
		put_said(json, "a", rows[i].text[0]);
		put_said(json, "b", rows[i].text[1]);
		json_put(json, "from_a", origin_json(&rows[i].from[0]));
		json_put(json, "from_b", origin_json(&rows[i].from[1]));
		json_put_text(json, "verdict", row_word(rows[i].verdict));
		json_push(list, json);
	}
	return list;
}

static struct json_object *kernel_rows_json(const struct kernel_pair *pair)
{
	struct json_object *list;

	if (!pair || !pair->rows)
		return NULL;
	list = json_list();
	for (size_t i = 0; i < pair->row_count; i++) {
		struct json_object *json = json_map();

		json_put_text(json, "field", pair->rows[i].field);
		put_said(json, "a", pair->rows[i].a);
		put_said(json, "b", pair->rows[i].b);
		json_put_bool(json, "differs", pair->rows[i].differs);
		json_push(list, json);
	}
	return list;
}

static struct json_object *matches_json(const struct comparison *comparison,
					const struct matches *matches)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < matches->count; i++) {
		const struct match *match = &matches->list[i];
		struct json_object *json = json_map();

		json_put_text(json, "name", match->name);
		json_put_bool(json, "in_a", match->map[0] || match->program[0]);
		json_put_bool(json, "in_b", match->map[1] || match->program[1]);
		json_put(json, "rows", rows_json(match->rows, match->row_count));
		json_put(json, "kernel",
			 kernel_rows_json(compare_kernel_pair(comparison, match)));
		json_push(list, json);
	}
	return list;
}

static struct json_object *side_json(const struct side *side)
{
	struct json_object *json = json_map();

	json_put_text(json, "path", side->path);
	json_put_number(json, "size", side->object.file->size);
	json_put_text(json, "refusal", side->refusal);
	json_put(json, "notes", json_notes(&side->findings));
	return json;
}

static struct json_object *costs_json(const struct comparison *comparison)
{
	struct json_object *list = json_list();

	for (int i = 0; i < COSTS; i++) {
		struct json_object *json = json_map();

		json_put_text(json, "what", comparison->costs[i].what);
		json_put_number(json, "a", comparison->costs[i].bytes[0]);
		json_put_number(json, "b", comparison->costs[i].bytes[1]);
		json_push(list, json);
	}
	return list;
}

static struct json_object *kernel_json(const struct comparison *comparison)
{
	static const char *const asked[] = {
		[ASKED_NOTHING] = "nothing", [ASKED_MAPS] = "maps", [ASKED_ALL] = "all"};
	struct json_object *json = json_map(), *examples = json_list();

	for (size_t i = 0; i < comparison->example_count; i++) {
		struct json_object *example = json_map();

		json_put_text(example, "map", comparison->examples[i].map);
		json_put_text(example, "a", comparison->examples[i].text[0]);
		json_put_text(example, "b", comparison->examples[i].text[1]);
		json_push(examples, example);
	}
	json_put_text(json, "asked", asked[comparison->asked]);
	json_put_text(json, "why_not", comparison->why_not);
	json_put(json, "examples", examples);
	json_put_text(json, "no_examples", comparison->no_examples);
	return json;
}

static struct json_object *verdict_json(const struct comparison *comparison)
{
	struct json_object *json = json_map(), *differences = json_list();
	char *text = compare_verdict(comparison);

	json_put_text(json, "result",
		      compare_refused(comparison) ? "refused"
		      : compare_same(comparison)  ? "same"
						  : "different");
	json_put_text(json, "text", text);
	for (size_t i = 0; i < comparison->difference_count; i++)
		json_push(differences, json_text(comparison->differences[i]));
	json_put(json, "differences", differences);
	free(text);
	return json;
}

void compare_json(const struct comparison *comparison)
{
	struct json_object *json = json_map();

	json_put_text(json, "bpfload", "compare");
	json_put_number(json, "format", JSON_FORMAT);
	json_put(json, "verdict", verdict_json(comparison));
	json_put(json, "a", side_json(&comparison->sides[0]));
	json_put(json, "b", side_json(&comparison->sides[1]));
	json_put(json, "object",
		 rows_json(comparison->object.rows, comparison->object.row_count));
	json_put(json, "maps", matches_json(comparison, &comparison->maps));
	json_put(json, "programs", matches_json(comparison, &comparison->programs));
	json_put(json, "costs", costs_json(comparison));
	json_put(json, "kernel", kernel_json(comparison));
	json_print(json);
}
