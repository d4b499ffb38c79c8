// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html_pairs: maps and programs of two objects that have the same name, and each thing that a
 * kernel would be told of both. With one object all are alone, and nothing is compared.
 *
 * A row is a name and one text for each object, NULL where the object has no such thing.
 */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "words.h"

/* What maps and programs have in common here: a name at an index, and rows. */
struct kind {
	size_t (*count)(const struct bpf_loader *loader);
	const char *(*name)(const struct bpf_loader *loader, size_t index);
	void (*add_rows)(struct json_object *rows, const struct object *objects,
			 const long *at);
};

#define ALONE (-1L)

/* ---- rows ---- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Frees the texts. `told`: see html.h. Rows that say nothing of either are left out. */
static void add_row(struct json_object *rows, const char *name, char *const *texts,
		    const long *at, bool told)
{
	struct json_object *row, *values = json_list();
	const bool alone = at[0] == ALONE || at[1] == ALONE;

	if (texts[0] || texts[1]) {
		row = json_map();
		json_put_text(row, "name", name);
		for (size_t i = 0; i < HTML_OBJECTS; i++)
			json_push(values, json_text(texts[i]));
		json_put(row, "values", json_object_get(values));
		json_put_bool(row, "same", alone || same_text(texts[0], texts[1]));
		json_put_bool(row, "told", told);
		json_push(rows, row);
	}
	json_object_put(values);
	free(texts[0]);
	free(texts[1]);
}

/* ---- maps ---- */

typedef char *(*map_text)(const struct object *object, const struct bpf_loader_map *map);

static char *text_type(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return text_of("%s", map_type_name(map->type));
}

static char *text_key_size(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return text_of("%u", map->key_size);
}

static char *text_value_size(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return text_of("%u", map->value_size);
}

static char *text_max_entries(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return text_of("%u", map->max_entries);
}

static char *text_map_flags(const struct object *object, const struct bpf_loader_map *map)
{
	char flags[WORDS_ROOM];

	(void)object;
	words_flags(map->map_flags, flags, sizeof(flags));
	return text_of("%s", flags[0] ? flags : "0");
}

static char *text_numa_node(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return map->map_flags & BPF_F_NUMA_NODE ? text_of("%u", map->numa_node) : NULL;
}

static char *text_map_extra(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return map->map_extra ? text_of("%llu", (unsigned long long)map->map_extra) : NULL;
}

static char *text_inner(const struct object *object, const struct bpf_loader_map *map)
{
	const struct bpf_loader_map *inner = map->inner;

	if (map->inner_map >= 0)
		inner = bpf_loader_map(object->loader, (size_t)map->inner_map);
	return inner ? text_of("%s, key %u, value %u, max_entries %u, flags 0x%x",
			       map_type_name(inner->type), inner->key_size, inner->value_size,
			       inner->max_entries, inner->map_flags)
		     : NULL;
}

static char *text_pin(const struct object *object, const struct bpf_loader_map *map)
{
	(void)object;
	return map->pin_path ? text_of("%s", map->pin_path) : NULL;
}

static char *text_slots(const struct object *object, const struct bpf_loader_map *map)
{
	char *text = NULL;

	for (size_t i = 0; i < map->slot_count; i++) {
		const struct bpf_loader_slot *slot = &map->slots[i];
		const char *value =
			slot->map >= 0 ? bpf_loader_map(object->loader, (size_t)slot->map)->name
				       : slot->program;
		char *longer = text_of("%s%s%u: %s", text ? text : "", text ? ", " : "",
				       slot->key, value ? value : "?");

		free(text);
		text = longer;
	}
	return text;
}

static char *text_of_type(const struct object *object, __u32 id)
{
	char text[WORDS_ROOM];

	object_type_text(object, id, text, sizeof(text));
	return text[0] ? text_of("%s", text) : NULL;
}

static char *text_key_type(const struct object *object, const struct bpf_loader_map *map)
{
	return text_of_type(object, map->btf_key_type);
}

static char *text_value_type(const struct object *object, const struct bpf_loader_map *map)
{
	return text_of_type(object, map->btf_value_type);
}

static const struct {
	const char *name;
	map_text text;
	bool told;
} map_rows[] = {
	{"type", text_type, false},
	{"key_size", text_key_size, false},
	{"value_size", text_value_size, false},
	{"max_entries", text_max_entries, false},
	{"map_flags", text_map_flags, false},
	{"numa_node", text_numa_node, false},
	{"map_extra", text_map_extra, false},
	{"inner map", text_inner, false},
	{"pinned at", text_pin, false},
	{"slots", text_slots, false},
	{"key type", text_key_type, true},
	{"value type", text_value_type, true},
};

static void add_map_rows(struct json_object *rows, const struct object *objects, const long *at)
{
	for (size_t row = 0; row < sizeof(map_rows) / sizeof(map_rows[0]); row++) {
		char *texts[HTML_OBJECTS] = {NULL};

		for (size_t i = 0; i < HTML_OBJECTS; i++)
			if (at[i] != ALONE)
				texts[i] = map_rows[row].text(
					&objects[i],
					bpf_loader_map(objects[i].loader, (size_t)at[i]));
		add_row(rows, map_rows[row].name, texts, at, map_rows[row].told);
	}
}

static const char *map_name(const struct bpf_loader *loader, size_t index)
{
	return bpf_loader_map(loader, index)->name;
}

/* ---- programs ---- */

typedef char *(*program_text)(const struct object *object,
			      const struct bpf_loader_program *program);

static char *text_section(const struct object *object, const struct bpf_loader_program *program)
{
	(void)object;
	return text_of("%s", program->section);
}

static char *text_program_type(const struct object *object,
			       const struct bpf_loader_program *program)
{
	(void)object;
	return program->type ? text_of("%s", prog_type_name(program->type)) : NULL;
}

static char *text_attach_type(const struct object *object,
			      const struct bpf_loader_program *program)
{
	(void)object;
	return program->expected_attach_type ? text_of("%u", program->expected_attach_type)
					     : NULL;
}

static char *text_attach(const struct object *object, const struct bpf_loader_program *program)
{
	(void)object;
	return program->attach_kind
		       ? text_of("%s %s", words_attach(program->attach_kind),
				 program->attach_target ? program->attach_target : "")
		       : NULL;
}

static char *text_slot(const struct object *object, const struct bpf_loader_program *program)
{
	const struct bpf_loader_map *map = object_slot_map(object->loader, program);

	return program->has_slot ? text_of("%s[%u]", map ? map->name : "no map", program->slot)
				 : NULL;
}

static char *text_license(const struct object *object, const struct bpf_loader_program *program)
{
	const char *license = bpf_loader_license(object->loader);

	(void)program;
	return license[0] ? text_of("%s", license) : NULL;
}

static char *text_instructions(const struct object *object,
			       const struct bpf_loader_program *program)
{
	(void)object;
	return text_of("%zu", program->insn_count);
}

static const struct {
	const char *name;
	program_text text;
} program_rows[] = {
	{"section", text_section},
	{"type", text_program_type},
	{"expected_attach_type", text_attach_type},
	{"attaches to", text_attach},
	{"slot", text_slot},
	{"license", text_license},
	{"instructions", text_instructions},
};

/* Where a relocation leads, by name: indexes and descriptors are each object's own. */
static bool same_target(const struct object *objects, const struct bpf_loader_reloc *a,
			const struct bpf_loader_reloc *b)
{
	if (a->kind != b->kind || a->insn != b->insn)
		return false;
	if (a->kind == BPF_LOADER_RELOC_CALL || a->kind == BPF_LOADER_RELOC_FUNC)
		return true; /* the distance stands in the instruction */
	return a->offset == b->offset && !strcmp(map_name(objects[0].loader, a->target),
						 map_name(objects[1].loader, b->target));
}

/* Descriptors do not exist yet, so all else in the instructions can be compared as it is. */
static bool same_code(const struct object *objects, const struct bpf_loader_program *a,
		      const struct bpf_loader_program *b)
{
	if (a->insn_count != b->insn_count || a->reloc_count != b->reloc_count ||
	    memcmp(a->insns, b->insns, a->insn_count * sizeof(*a->insns)) != 0)
		return false;
	for (size_t i = 0; i < a->reloc_count; i++)
		if (!same_target(objects, &a->relocs[i], &b->relocs[i]))
			return false;
	return true;
}

static void add_code_row(struct json_object *rows, const struct object *objects, const long *at)
{
	char *texts[HTML_OBJECTS];
	bool same;

	if (at[0] == ALONE || at[1] == ALONE)
		return;
	same = same_code(objects, bpf_loader_program(objects[0].loader, (size_t)at[0]),
			 bpf_loader_program(objects[1].loader, (size_t)at[1]));
	texts[0] = text_of("%s", same ? "the same" : "its own");
	texts[1] = text_of("%s", same ? "the same" : "another");
	add_row(rows, "code as loaded", texts, at, false);
}

static void add_program_rows(struct json_object *rows, const struct object *objects,
			     const long *at)
{
	for (size_t row = 0; row < sizeof(program_rows) / sizeof(program_rows[0]); row++) {
		char *texts[HTML_OBJECTS] = {NULL};

		for (size_t i = 0; i < HTML_OBJECTS; i++)
			if (at[i] != ALONE)
				texts[i] = program_rows[row].text(
					&objects[i],
					bpf_loader_program(objects[i].loader, (size_t)at[i]));
		add_row(rows, program_rows[row].name, texts, at, false);
	}
	add_code_row(rows, objects, at);
}

static const char *program_name(const struct bpf_loader *loader, size_t index)
{
	return bpf_loader_program(loader, index)->name;
}

/* ---- pairs ---- */

/* Names of things that are not told make no difference. */
static bool all_same(const struct json_object *rows)
{
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		const struct json_object *row = json_object_array_get_idx(rows, i);

		if (!json_object_get_boolean(json_object_object_get(row, "same")) &&
		    !json_object_get_boolean(json_object_object_get(row, "told")))
			return false;
	}
	return true;
}

static void push_pair(struct json_object *pairs, const struct kind *kind,
		      const struct object *objects, size_t count, const long *at)
{
	struct json_object *pair = json_map(), *places = json_list(), *rows = json_list();
	const size_t first = at[0] == ALONE;

	for (size_t i = 0; i < count && i < HTML_OBJECTS; i++)
		json_push(places, at[i] == ALONE ? NULL : must(json_object_new_int64(at[i])));
	kind->add_rows(rows, objects, at);
	json_put_text(pair, "name", kind->name(objects[first].loader, (size_t)at[first]));
	json_put(pair, "at", places);
	json_put_bool(pair, "same",
		      count < 2 || (at[0] != ALONE && at[1] != ALONE && all_same(rows)));
	json_put(pair, "rows", rows);
	json_push(pairs, pair);
}

/* The first of that name that has no partner yet. */
static long partner_of(const struct kind *kind, const struct object *object, const char *name,
		       const bool *taken)
{
	for (size_t i = 0; i < kind->count(object->loader); i++)
		if (!taken[i] && !strcmp(kind->name(object->loader, i), name))
			return (long)i;
	return ALONE;
}

static struct json_object *pairs_json(const struct kind *kind, const struct object *objects,
				      size_t count)
{
	const size_t firsts = kind->count(objects[0].loader);
	const size_t seconds = count > 1 ? kind->count(objects[1].loader) : 0;
	bool *taken = must(calloc(seconds + 1, sizeof(*taken)));
	struct json_object *pairs = json_list();

	for (size_t i = 0; i < firsts; i++) {
		long at[HTML_OBJECTS] = {(long)i, ALONE};

		if (seconds)
			at[1] = partner_of(kind, &objects[1], kind->name(objects[0].loader, i),
					   taken);
		if (at[1] != ALONE)
			taken[at[1]] = true;
		push_pair(pairs, kind, objects, count, at);
	}
	for (size_t i = 0; i < seconds; i++)
		if (!taken[i])
			push_pair(pairs, kind, objects, count, (long[]){ALONE, (long)i});
	free(taken);
	return pairs;
}

struct json_object *html_pairs_of_maps(const struct object *objects, size_t count)
{
	static const struct kind maps = {bpf_loader_map_count, map_name, add_map_rows};

	return pairs_json(&maps, objects, count);
}

struct json_object *html_pairs_of_programs(const struct object *objects, size_t count)
{
	static const struct kind programs = {bpf_loader_program_count, program_name,
					     add_program_rows};

	return pairs_json(&programs, objects, count);
}
