// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_map: one map, its bytes beside what they mean.
 *
 * A legacy definition is a row of numbers: every number gets a line with its bytes. Where the
 * kernel's and iproute2's struct have the same size, the line also shows what the other one
 * would say. A BTF map is described by its type, a data map by the variables in it.
 */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "output.h"
#include "words.h"

#define HEX_MOST 8 /* bytes of a long field that are shown */

/* ---- legacy definitions ---- */

static const struct map_field *field_at(const struct map_layout *layout, __u16 offset,
					__u16 size)
{
	for (size_t i = 0; i < layout->field_count; i++)
		if (layout->fields[i].offset == offset && layout->fields[i].size == size)
			return &layout->fields[i];
	return NULL;
}

/* Offset, bytes and number: what every reading of a field starts from. */
static void add_raw(struct table *table, const struct bpf_loader_map *map, size_t offset,
		    size_t size)
{
	const struct map_field field = {.offset = (__u16)offset, .size = (__u16)size};
	const bool is_number = size == 1 || size == 2 || size == 4 || size == 8;
	char hex[64];

	words_hex(map->raw + offset, size, HEX_MOST, hex, sizeof(hex));
	table_add(table, "%zu", offset);
	table_add(table, "%s", hex);
	if (is_number)
		table_add(table, "%llu", (unsigned long long)map_field_value(&field, map->raw));
	else
		table_add(table, "%s", "");
}

/* "map_flags: NO_PREALLOC", without the prefix that all flags have, to leave room. */
static void add_named(struct table *table, const struct reading *reading,
		      const struct map_field *field)
{
	char text[WORDS_ROOM], *from = text, *to = text;

	if (!field) {
		table_add(table, "%s", "");
		return;
	}
	words_field(reading, field, text, sizeof(text));
	while (*from) {
		if (!strncmp(from, "BPF_F_", 6))
			from += 6;
		*to++ = *from++;
	}
	*to = '\0';
	table_add(table, "%s%s%s", field->name, text[0] ? ": " : "", text);
}

static void add_gap(struct table *table, const struct bpf_loader_map *map, size_t from,
		    size_t to)
{
	if (from >= to)
		return;
	add_raw(table, map, from, to - from);
	table_add(table, "(%zu bytes in no field)", to - from);
	if (table->column_count == 5)
		table_add(table, "%s", "");
}

static void show_two_readings(const struct reading *chosen, const struct reading *other)
{
	const struct map_layout *layout = chosen->layout;
	const struct column columns[] = {
		{.title = "byte", .right = true, .style = STYLE_DIM},
		{.title = "hex"},
		{.title = "value", .right = true},
		{.title = map_dialect_name(layout->dialect), .style = STYLE_BOLD},
		{.title = other->layout->dialect == BPF_LOADER_KERNEL ? "kernel would say"
								      : "iproute2 would say",
		 .style = STYLE_DIM,
		 .breaks = true},
	};
	struct table table = {.columns = columns, .column_count = 5};
	size_t end = 0;

	for (size_t i = 0; i < layout->field_count; i++) {
		const struct map_field *field = &layout->fields[i];

		if (!words_field_inside(chosen, field))
			continue;
		add_gap(&table, chosen->map, end, field->offset);
		end = (size_t)field->offset + field->size;
		add_raw(&table, chosen->map, field->offset, field->size);
		add_named(&table, chosen, field);
		add_named(&table, other, field_at(other->layout, field->offset, field->size));
	}
	add_gap(&table, chosen->map, end, chosen->map->size);
	table_print(&table);
}

static void show_one_reading(const struct reading *reading)
{
	static const struct column columns[] = {
		{.title = "byte", .right = true, .style = STYLE_DIM},
		{.title = "hex"},
		{.title = "value", .right = true},
		{.title = "field", .style = STYLE_BOLD},
		{.title = "meaning", .breaks = true},
	};
	const struct map_layout *layout = reading->layout;
	struct table table = {.columns = columns, .column_count = 5};
	char text[WORDS_ROOM];
	size_t end = 0;

	for (size_t i = 0; i < layout->field_count; i++) {
		const struct map_field *field = &layout->fields[i];

		if (!words_field_inside(reading, field))
			continue;
		add_gap(&table, reading->map, end, field->offset);
		end = (size_t)field->offset + field->size;
		add_raw(&table, reading->map, field->offset, field->size);
		words_field(reading, field, text, sizeof(text));
		table_add(&table, "%s", field->name);
		table_add(&table, "%s", text);
	}
	add_gap(&table, reading->map, end, reading->map->size);
	table_print(&table);
}

static void show_definition(const struct object *object, const struct bpf_loader_map *map)
{
	const struct reading chosen = {
		.loader = object->loader, .map = map, .layout = map->layout, .chosen = true};
	struct reading other;
	char name[WORDS_ROOM];

	words_struct(map->layout, name, sizeof(name));
	say_fact(STYLE_PLAIN, "read as", "%s, %zu bytes, %s", name, map->layout->size,
		 map->layout->era);
	say_fact(STYLE_PLAIN, "dialect", "%s (rule: %s)", map_dialect_name(map->dialect),
		 map->dialect_rule);
	say(STYLE_PLAIN, "\n");
	if (words_other_reading(&chosen, &other))
		show_two_readings(&chosen, &other);
	else
		show_one_reading(&chosen);
	say(STYLE_PLAIN, "\n");
}

/* ---- BTF definitions ---- */

static void show_type(const struct object *object, const char *label, __u32 type_id, __u32 size)
{
	char type[WORDS_ROOM];

	object_type_text(object, type_id, type, sizeof(type));
	if (type[0])
		say_fact(STYLE_PLAIN, label, "%u bytes: %s", size, type);
	else
		say_fact(STYLE_PLAIN, label, "%u bytes", size);
}

static void show_numbers(const struct object *object, const struct bpf_loader_map *map)
{
	char flags[WORDS_ROOM];

	words_flags(map->map_flags, flags, sizeof(flags));
	say_fact(STYLE_PLAIN, "type", "%u: %s", map->type, map_type_name(map->type));
	show_type(object, "key", map->btf_key_type, map->key_size);
	show_type(object, "value", map->btf_value_type, map->value_size);
	say_fact(STYLE_PLAIN, "max_entries", "%u", map->max_entries);
	say_fact(STYLE_PLAIN, "map_flags", "0x%x%s%s", map->map_flags, flags[0] ? ": " : "",
		 flags);
	if (map->map_flags & BPF_F_NUMA_NODE)
		say_fact(STYLE_PLAIN, "numa_node", "%u", map->numa_node);
	if (map->map_extra)
		say_fact(STYLE_PLAIN, "map_extra", "%llu", (unsigned long long)map->map_extra);
}

static void add_member(struct table *table, const struct definition_member *member)
{
	char hex[64] = "";

	if (member->bytes)
		words_hex(member->bytes, member->size, HEX_MOST, hex, sizeof(hex));
	table_add(table, "%zu", member->offset);
	table_add(table, "%s", hex);
	table_add(table, "%s", member->declaration);
	table_add(table, "%s", member->meaning);
}

static void show_members(const struct object *object, const struct bpf_loader_map *map)
{
	static const struct column columns[] = {
		{.title = "byte", .right = true, .style = STYLE_DIM},
		{.title = "hex"},
		{.title = "member", .style = STYLE_BOLD},
		{.title = "meaning", .breaks = true},
	};
	struct table table = {.columns = columns, .column_count = 4};
	const size_t count = members_count(object, map);
	struct definition_member member;

	if (!count)
		return;
	for (size_t i = 0; i < count; i++) {
		members_get(object, map, i, &member);
		add_member(&table, &member);
	}
	say(STYLE_PLAIN, "\n");
	table_print(&table);
	say(STYLE_PLAIN, "\n");
}

/* ---- data maps ---- */

static const struct btf_type *datasec_of(const struct object *object, const char *section)
{
	int id = -1;

	if (object->btf->btf)
		id = btf__find_by_name_kind(object->btf->btf, section, BTF_KIND_DATASEC);
	return id > 0 ? btf__type_by_id(object->btf->btf, (__u32)id) : NULL;
}

static void add_variable(struct table *table, const struct object *object,
			 const struct bpf_loader_map *map, const struct btf_var_secinfo *place)
{
	const struct btf_type *variable = btf__type_by_id(object->btf->btf, place->type);
	char hex[64] = "", type[WORDS_ROOM];

	if (!variable || !btf_is_var(variable) || place->offset > map->size ||
	    place->size > map->size - place->offset)
		return;
	if (map->raw)
		words_hex(map->raw + place->offset, place->size, HEX_MOST, hex, sizeof(hex));
	object_type_text(object, variable->type, type, sizeof(type));
	table_add(table, "%u", place->offset);
	table_add(table, "%s", hex);
	table_add(table, "%u", place->size);
	table_add(table, "%s", btf_name(object->btf->btf, variable->name_off));
	table_add(table, "%s", type);
}

static void show_variables(const struct object *object, const struct bpf_loader_map *map,
			   const struct btf_type *datasec)
{
	static const struct column columns[] = {
		{.title = "byte", .right = true, .style = STYLE_DIM},
		{.title = "hex"},
		{.title = "bytes", .right = true},
		{.title = "variable", .style = STYLE_BOLD},
		{.title = "type", .breaks = true},
	};
	struct table table = {.columns = columns, .column_count = 5};

	for (__u32 i = 0; i < btf_vlen(datasec); i++)
		add_variable(&table, object, map, btf_var_secinfos(datasec) + i);
	table_print(&table);
}

#define DUMP_MOST 64
#define DUMP_LINE 16

/* Without types: the first bytes, as they are. */
static void show_bytes(const struct bpf_loader_map *map)
{
	static const struct column columns[] = {
		{.title = "byte", .right = true, .style = STYLE_DIM},
		{.title = "hex"},
	};
	struct table table = {.columns = columns, .column_count = 2};
	char hex[DUMP_LINE * 3 + 4];

	for (size_t at = 0; at < map->size && at < DUMP_MOST; at += DUMP_LINE) {
		size_t left = map->size - at;

		words_hex(map->raw + at, left < DUMP_LINE ? left : DUMP_LINE, DUMP_LINE, hex,
			  sizeof(hex));
		table_add(&table, "%zu", at);
		table_add(&table, "%s", hex);
	}
	table_print(&table);
	if (map->size > DUMP_MOST)
		say(STYLE_DIM, "  and %zu bytes more\n", map->size - DUMP_MOST);
}

static void show_data(const struct object *object, const struct bpf_loader_map *map)
{
	const struct btf_type *datasec = datasec_of(object, map->section);

	show_numbers(object, map);
	if (!map->raw)
		say_fact(STYLE_PLAIN, "initially", "%zu bytes, all zero", map->size);
	if (!datasec && !map->raw)
		return;
	say(STYLE_PLAIN, "\n");
	if (datasec)
		show_variables(object, map, datasec);
	else
		show_bytes(map);
	say(STYLE_PLAIN, "\n");
}

/* ---- what it has to do with others ---- */

static void show_pinning(const struct bpf_loader_map *map)
{
	if (map->pin_path)
		say_fact(STYLE_PLAIN, "pinned at", "%s (%s)", map->pin_path,
			 words_pinning(map->pinning));
}

static void show_inner(const struct object *object, const struct bpf_loader_map *map)
{
	const struct bpf_loader_map *inner = map->inner;

	if (inner)
		say_fact(STYLE_PLAIN, "holds maps of",
			 "type %s, key_size %u, value_size %u, "
			 "max_entries %u, map_flags 0x%x",
			 map_type_name(inner->type), inner->key_size, inner->value_size,
			 inner->max_entries, inner->map_flags);
	if (map->inner_map < 0)
		return;
	inner = bpf_loader_map(object->loader, (size_t)map->inner_map);
	say_fact(STYLE_PLAIN, "inner map", "like map '%s'", inner->name);
}

static void show_slots(const struct object *object, const struct bpf_loader_map *map)
{
	for (size_t i = 0; i < map->slot_count; i++) {
		const struct bpf_loader_slot *slot = &map->slots[i];
		const struct bpf_loader_map *value = NULL;

		if (slot->map >= 0)
			value = bpf_loader_map(object->loader, (size_t)slot->map);
		say_fact(STYLE_PLAIN, i ? "" : "slots", "%u holds %s '%s'", slot->key,
			 value ? "map" : "program", value ? value->name : slot->program);
	}
}

static void show_users(const struct object *object, const struct bpf_loader_map *map)
{
	char *names = text_of("%s", "");

	for (size_t i = 0; i < bpf_loader_program_count(object->loader); i++) {
		const struct bpf_loader_program *program =
			bpf_loader_program(object->loader, i);
		char *longer;

		if (!object_program_uses(object, program, map))
			continue;
		longer = text_of("%s%s%s", names, names[0] ? ", " : "", program->name);
		free(names);
		names = longer;
	}
	say_fact(STYLE_PLAIN, "used by", "%s", names[0] ? names : "no program");
	free(names);
}

void explain_map(const struct object *object, const struct bpf_loader_map *map)
{
	say_heading("Map %s: %s, key %u, value %u, max_entries %u", map->name,
		    map_type_name(map->type), map->key_size, map->value_size, map->max_entries);
	say_fact(STYLE_PLAIN, "defined in", "section %s, bytes %zu to %zu", map->section,
		 map->offset, map->offset + map->size - (map->size ? 1 : 0));
	if (map->layout)
		show_definition(object, map);
	else if (map->dialect == BPF_LOADER_DATA)
		show_data(object, map);
	else
		show_numbers(object, map);
	show_members(object, map);
	if (map->layout && (map->btf_key_type || map->btf_value_type)) {
		show_type(object, "key", map->btf_key_type, map->key_size);
		show_type(object, "value", map->btf_value_type, map->value_size);
	}
	show_inner(object, map);
	show_slots(object, map);
	show_pinning(map);
	show_users(object, map);
}
