// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load_show: what `bpfload load` got into the kernel, as tables and as JSON.
 *
 * Numbers are the kernel's own where it tells them: a reused or given map may differ from its
 * definition.
 */
#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "json_parts.h"
#include "object.h"
#include "output.h"

/* The map as the kernel has it; the rest as the object defines it. */
static struct bpf_loader_map as_created(const struct bpf_loader_map *map, __u32 *id)
{
	struct bpf_loader_map real = *map;
	struct bpf_map_info info;

	*id = 0;
	if (!load_map_info(map, &info))
		return real;
	*id = info.id;
	real.type = info.type;
	real.key_size = info.key_size;
	real.value_size = info.value_size;
	real.max_entries = info.max_entries;
	real.map_flags = info.map_flags;
	return real;
}

/* ---- text ---- */

static void add_map(struct table *table, const struct load *load,
		    const struct bpf_loader_map *map)
{
	const char *path = load_path(load, map);
	__u32 id;
	struct bpf_loader_map real = as_created(map, &id);

	table_add(table, "%s", map->name);
	table_add(table, "%s", map_type_name(real.type));
	table_add(table, "%u", real.key_size);
	table_add(table, "%u", real.value_size);
	table_add(table, "%u", real.max_entries);
	table_add(table, "0x%x", real.map_flags);
	table_add(table, "%u", id);
	table_add(table, "%s, by %s", map_dialect_name(map->dialect), map->dialect_rule);
	table_add(table, "%s%s%s", path ? load_origin(map) : "new", path ? " " : "",
		  path ? path : "");
}

static void show_maps(const struct load *load)
{
	static const struct column columns[] = {
		{.title = "map", .style = STYLE_BOLD},	  {.title = "type"},
		{.title = "key", .right = true},	  {.title = "value", .right = true},
		{.title = "entries", .right = true},	  {.title = "flags", .right = true},
		{.title = "id", .right = true},		  {.title = "dialect"},
		{.title = "origin", .style = STYLE_GOOD},
	};
	struct table table = {.columns = columns, .column_count = 9};
	const size_t count = bpf_loader_map_count(load->loader);

	if (!count)
		return;
	for (size_t i = 0; i < count; i++)
		add_map(&table, load, bpf_loader_map(load->loader, i));
	say(STYLE_PLAIN, "\n");
	table_print(&table);
}

/* Nothing for 0: a column of nothings is not shown. */
static void add_count(struct table *table, size_t count)
{
	if (count)
		table_add(table, "%zu", count);
	else
		table_add(table, "%s", "");
}

static void add_tag(struct table *table, const struct bpf_prog_info *info)
{
	char tag[BPF_TAG_SIZE * 2 + 1] = "";

	for (size_t i = 0; i < BPF_TAG_SIZE; i++)
		append(tag, sizeof(tag), "%02x", info->tag[i]);
	table_add(table, "%u", info->id);
	table_add(table, "%s", tag);
}

static void add_slot(struct table *table, const struct load *load,
		     const struct bpf_loader_program *program)
{
	const struct bpf_loader_map *map = object_slot_map(load->loader, program);

	if (map)
		table_add(table, "%s[%u]", map->name, program->slot);
	else
		table_add(table, "%s", "");
}

static void add_program(struct table *table, const struct load *load, size_t index)
{
	const struct bpf_loader_program *program = bpf_loader_program(load->loader, index);
	struct bpf_prog_info info;

	load_program_info(program, &info);
	table_add(table, "%s", program->name);
	table_add(table, "%s", program->section);
	table_add(table, "%s", prog_type_name(program->type));
	table_add(table, "%zu", program->insn_count);
	add_count(table, program->part_count - 1);
	add_tag(table, &info);
	add_slot(table, load, program);
	table_add(table, "%s%s", load_guessed(load, index) ? "guessed: " : "",
		  program->type_rule);
}

static void show_programs(const struct load *load)
{
	static const struct column columns[] = {
		{.title = "program", .style = STYLE_BOLD},
		{.title = "section"},
		{.title = "type"},
		{.title = "insns", .right = true},
		{.title = "subs", .right = true},
		{.title = "id", .right = true},
		{.title = "tag"},
		{.title = "slot"},
		{.title = "type by"},
	};
	struct table table = {.columns = columns, .column_count = 9};
	const size_t count = bpf_loader_program_count(load->loader);

	if (!count)
		return;
	for (size_t i = 0; i < count; i++)
		add_program(&table, load, i);
	say(STYLE_PLAIN, "\n");
	table_print(&table);
}

static void show_attachments(const struct load *load)
{
	static const struct column columns[] = {
		{.title = "attached", .style = STYLE_BOLD},
		{.title = "kind"},
		{.title = "to"},
		{.title = "direction"},
	};
	struct table table = {.columns = columns, .column_count = 4};

	if (!load->attachments.count)
		return;
	for (size_t i = 0; i < load->attachments.count; i++) {
		const struct attachment *attachment = &load->attachments.list[i];
		const char *direction = attachment_direction(attachment);

		table_add(&table, "%s", attachment->program->name);
		table_add(&table, "%s", attachment_kind(attachment));
		table_add(&table, "%s", attachment_target(attachment));
		table_add(&table, "%s", direction ? direction : "");
	}
	say(STYLE_PLAIN, "\n");
	table_print(&table);
}

void load_show(const struct load *load)
{
	const size_t maps = bpf_loader_map_count(load->loader);
	const size_t programs = bpf_loader_program_count(load->loader);

	say(STYLE_BOLD, "%s: %zu map%s, %zu program%s loaded\n", load->object, maps,
	    maps == 1 ? "" : "s", programs, programs == 1 ? "" : "s");
	show_maps(load);
	show_programs(load);
	show_attachments(load);
	if (load_waits(load))
		say_heading("Running until ^C");
}

/* ---- JSON ---- */

static struct json_object *map_json(const struct load *load, const struct bpf_loader_map *map)
{
	struct json_object *json = json_map();
	__u32 id;
	struct bpf_loader_map real = as_created(map, &id);

	json_put_text(json, "name", map->name);
	json_put_text(json, "section", map->section);
	json_put_text(json, "dialect", map_dialect_name(map->dialect));
	json_put_text(json, "dialect_rule", map->dialect_rule);
	json_put_numbers_of_map(json, &real);
	json_put_number(json, "id", id);
	json_put_text(json, "origin", load_origin(map));
	json_put_text(json, "path", load_path(load, map));
	return json;
}

static struct json_object *program_json(const struct load *load, size_t index)
{
	const struct bpf_loader_program *program = bpf_loader_program(load->loader, index);
	struct json_object *json = json_map();
	struct bpf_prog_info info;
	bool told = load_program_info(program, &info);

	json_put_text(json, "name", program->name);
	json_put_text(json, "section", program->section);
	json_put_type_of_program(json, program);
	json_put_bool(json, "type_guessed", load_guessed(load, index));
	json_put_number(json, "instructions", program->insn_count);
	json_put_number(json, "sub_programs", program->part_count - 1);
	json_put_number(json, "id", info.id);
	json_put_bytes(json, "tag", told ? info.tag : NULL, BPF_TAG_SIZE);
	json_put(json, "slot", json_slot_of_program(load->loader, program));
	return json;
}

static struct json_object *pins_json(const struct load *load)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < bpf_loader_map_count(load->loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(load->loader, i);

		if (!map->given && map->pin_path)
			json_push(list, json_text(map->pin_path));
	}
	for (size_t i = 0; i < load->pins.count && load_pins_stay(load); i++)
		json_push(list, json_text(load->pins.list[i].path));
	return list;
}

static struct json_object *attachments_json(const struct load *load)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < load->attachments.count; i++) {
		const struct attachment *attachment = &load->attachments.list[i];
		char *removal = load->options->keep ? attachment_removal(attachment) : NULL;
		struct json_object *json = json_map();

		json_put_text(json, "program", attachment->program->name);
		json_put_text(json, "kind", attachment_kind(attachment));
		json_put_text(json, "target", attachment_target(attachment));
		json_put_text(json, "direction", attachment_direction(attachment));
		json_put_text(json, "pin", load->options->keep ? attachment->pin : NULL);
		json_put_text(json, "removal", removal);
		json_push(list, json);
		free(removal);
	}
	return list;
}

void load_json(const struct load *load)
{
	struct json_object *json = json_map(), *object = json_map();
	struct json_object *maps = json_list(), *programs = json_list();

	json_put_text(json, "bpfload", "load");
	json_put_number(json, "format", JSON_FORMAT);
	json_put_text(object, "path", load->object);
	json_put_text(object, "license", bpf_loader_license(load->loader));
	json_put(json, "object", object);
	for (size_t i = 0; i < bpf_loader_map_count(load->loader); i++)
		json_push(maps, map_json(load, bpf_loader_map(load->loader, i)));
	json_put(json, "maps", maps);
	for (size_t i = 0; i < bpf_loader_program_count(load->loader); i++)
		json_push(programs, program_json(load, i));
	json_put(json, "programs", programs);
	json_put(json, "attachments", attachments_json(load));
	json_put(json, "pins", pins_json(load));
	json_put(json, "notes", json_notes(&load->findings));
	json_print(json);
}
