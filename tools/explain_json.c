// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_json: what `bpfload explain` shows, for programs.
 *
 * Keys are lower case and stay; new ones may come. Bytes that are known at load time only (a
 * map's descriptor) are 00 here.
 */
#include "explain.h"

#include <bpf/libbpf.h>
#include <string.h>

#include "code_lines.h"
#include "json_out.h"
#include "json_parts.h"
#include "members.h"
#include "words.h"

static struct json_object *object_json(const struct object *object)
{
	struct json_object *json = json_map();
	__u32 version;

	json_put_text(json, "path", object->path);
	json_put_number(json, "size", object->file->size);
	json_put_text(json, "license", bpf_loader_license(object->loader));
	if (object_version(object, &version))
		json_put_number(json, "version", version);
	else
		json_put(json, "version", NULL);
	return json;
}

static struct json_object *sections_json(const struct object *object)
{
	struct json_object *list = json_list();

	for (size_t i = 1; i < object->file->section_count; i++) {
		const struct elf_section *section = &object->file->sections[i];
		const char *purpose = handle_section_purpose(section);
		struct json_object *json;

		if (!purpose)
			continue;
		json = json_map();
		json_put_number(json, "index", section->index);
		json_put_text(json, "name", section->name);
		json_put_number(json, "size", section->size);
		json_put_text(json, "purpose", purpose);
		json_push(list, json);
	}
	return list;
}

static struct json_object *dialects_json(const struct findings *findings)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < findings->count; i++) {
		struct json_object *json;

		if (findings->list[i].kind != BPF_LOADER_EVENT_DIALECT)
			continue;
		json = json_map();
		json_put_text(json, "section", findings->list[i].section);
		json_put_text(json, "text", findings->list[i].text);
		json_push(list, json);
	}
	return list;
}

/* ---- maps ---- */

static struct json_object *field_json(const struct reading *reading,
				      const struct map_field *field)
{
	struct json_object *json = json_map();
	char meaning[WORDS_ROOM];

	words_field(reading, field, meaning, sizeof(meaning));
	json_put_number(json, "offset", field->offset);
	json_put_number(json, "size", field->size);
	json_put_text(json, "name", field->name);
	json_put_bytes(json, "bytes", reading->map->raw + field->offset, field->size);
	if (field->size <= 8)
		json_put_number(json, "value", map_field_value(field, reading->map->raw));
	else
		json_put(json, "value", NULL);
	json_put_text(json, "meaning", meaning);
	return json;
}

static struct json_object *reading_json(const struct reading *reading)
{
	const struct map_layout *layout = reading->layout;
	struct json_object *json = json_map(), *fields = json_list();
	char name[WORDS_ROOM];

	words_struct(layout, name, sizeof(name));
	json_put_text(json, "dialect", map_dialect_name(layout->dialect));
	json_put_text(json, "struct", name);
	json_put_text(json, "era", layout->era);
	json_put_number(json, "size", layout->size);
	for (size_t i = 0; i < layout->field_count; i++)
		if (words_field_inside(reading, &layout->fields[i]))
			json_push(fields, field_json(reading, &layout->fields[i]));
	json_put(json, "fields", fields);
	return json;
}

static void put_readings(struct json_object *json, const struct object *object,
			 const struct bpf_loader_map *map)
{
	const struct reading chosen = {
		.loader = object->loader, .map = map, .layout = map->layout, .chosen = true};
	struct reading other;

	json_put(json, "reading", map->layout ? reading_json(&chosen) : NULL);
	json_put(json, "other_reading",
		 words_other_reading(&chosen, &other) ? reading_json(&other) : NULL);
}

static struct json_object *member_json(const struct definition_member *member)
{
	struct json_object *json = json_map();

	json_put_number(json, "offset", member->offset);
	json_put_number(json, "size", member->size);
	json_put_text(json, "name", member->name);
	json_put_bytes(json, "bytes", member->bytes, member->size);
	json_put_number(json, "type_id", member->type);
	json_put_text(json, "declaration", member->declaration);
	json_put_text(json, "meaning", member->meaning);
	return json;
}

/* NULL where the definition is not one by BTF. */
static struct json_object *members_json(const struct object *object,
					const struct bpf_loader_map *map)
{
	const size_t count = members_count(object, map);
	struct json_object *list = count ? json_list() : NULL;
	struct definition_member member;

	for (size_t i = 0; i < count; i++) {
		members_get(object, map, i, &member);
		json_push(list, member_json(&member));
	}
	return list;
}

static void put_type(struct json_object *json, const struct object *object, const char *key,
		     __u32 type_id)
{
	char text[WORDS_ROOM];

	object_type_text(object, type_id, text, sizeof(text));
	json_put_text(json, key, text[0] ? text : NULL);
}

static struct json_object *pinning_json(const struct bpf_loader_map *map)
{
	struct json_object *json;

	if (map->pinning == BPF_LOADER_PIN_NONE)
		return NULL;
	json = json_map();
	json_put_text(json, "kind", words_pinning(map->pinning));
	json_put_number(json, "id", map->pinning_id);
	json_put_text(json, "path", map->pin_path);
	return json;
}

/* The template of a map of maps: another map of the object, or one without a name of its own. */
static struct json_object *inner_json(const struct object *object,
				      const struct bpf_loader_map *map)
{
	const struct bpf_loader_map *inner = map->inner;
	struct json_object *json;

	if (map->inner_map >= 0)
		inner = bpf_loader_map(object->loader, (size_t)map->inner_map);
	if (!inner)
		return NULL;
	json = json_map();
	json_put_text(json, "map", map->inner_map >= 0 ? inner->name : NULL);
	json_put_numbers_of_map(json, inner);
	return json;
}

static struct json_object *slots_json(const struct object *object,
				      const struct bpf_loader_map *map)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < map->slot_count; i++) {
		const struct bpf_loader_slot *slot = &map->slots[i];
		struct json_object *json = json_map();
		const char *name = NULL;

		if (slot->map >= 0)
			name = bpf_loader_map(object->loader, (size_t)slot->map)->name;
		json_put_number(json, "key", slot->key);
		json_put_text(json, "map", name);
		json_put_text(json, "program", slot->program);
		json_push(list, json);
	}
	return list;
}

static struct json_object *users_json(const struct object *object,
				      const struct bpf_loader_map *map)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < bpf_loader_program_count(object->loader); i++) {
		const struct bpf_loader_program *program =
			bpf_loader_program(object->loader, i);

		if (object_program_uses(object, program, map))
			json_push(list, json_text(program->name));
	}
	return list;
}

static struct json_object *map_json(const struct object *object,
				    const struct bpf_loader_map *map)
{
	struct json_object *json = json_map();

	json_put_text(json, "name", map->name);
	json_put_text(json, "section", map->section);
	json_put_number(json, "offset", map->offset);
	json_put_number(json, "size", map->size);
	json_put_text(json, "dialect", map_dialect_name(map->dialect));
	json_put_text(json, "dialect_rule", map->dialect_rule);
	json_put_numbers_of_map(json, map);
	json_put_number(json, "numa_node", map->numa_node);
	json_put_number(json, "map_extra", map->map_extra);
	json_put_number(json, "definition_id", map->id);
	put_type(json, object, "key_type", map->btf_key_type);
	put_type(json, object, "value_type", map->btf_value_type);
	json_put_bytes(json, "raw", map->raw, map->size);
	put_readings(json, object, map);
	json_put(json, "members", members_json(object, map));
	json_put(json, "pinning", pinning_json(map));
	json_put(json, "inner", inner_json(object, map));
	json_put(json, "slots", slots_json(object, map));
	json_put(json, "used_by", users_json(object, map));
	return json;
}

/* ---- programs ---- */

static struct json_object *functions_json(const struct object *object,
					  const struct bpf_loader_program *program)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < program->part_count; i++) {
		struct json_object *json = json_map();

		json_put_text(json, "name", bpf_loader_part_name(object->loader, program, i));
		json_put_text(json, "section", object_part_section(object, program, i));
		json_put_number(json, "start", program->parts[i].start);
		json_push(list, json);
	}
	return list;
}

/* Each instruction a string; a descriptor that is not known yet is zero. */
static struct json_object *insns_json(const struct bpf_insn *insns, size_t count, bool hide_fd)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < count; i++) {
		struct bpf_insn insn = insns[i];

		if (hide_fd && !i)
			insn.imm = 0;
		json_push(list, json_bytes(&insn, sizeof(insn)));
	}
	return list;
}

/* What the relocation leads to: a map with or without a place in its value, or a function. */
static void put_target(struct json_object *json, const struct object *object,
		       const struct bpf_loader_program *program,
		       const struct bpf_loader_reloc *reloc)
{
	const bool map =
		reloc->kind == BPF_LOADER_RELOC_MAP || reloc->kind == BPF_LOADER_RELOC_VALUE;

	json_put_text(json, "map",
		      map ? bpf_loader_map(object->loader, reloc->target)->name : NULL);
	if (reloc->kind == BPF_LOADER_RELOC_VALUE)
		json_put_number(json, "value_offset", reloc->offset);
	else
		json_put(json, "value_offset", NULL);
	json_put_text(json, "function",
		      map ? NULL : object_part_at(object->loader, program, reloc->target));
}

static struct json_object *reloc_json(const struct object *object,
				      const struct bpf_loader_program *program,
				      const struct bpf_loader_reloc *reloc)
{
	const size_t words = words_reloc_is_wide(reloc->kind) ? 2 : 1;
	const bool fd =
		reloc->kind == BPF_LOADER_RELOC_MAP || reloc->kind == BPF_LOADER_RELOC_VALUE;
	struct json_object *json = json_map();
	struct bpf_insn compiled[2] = {0};
	char text[WORDS_ROOM];

	object_insns(object, program, reloc->insn, compiled, words);
	json_put_number(json, "insn", reloc->insn);
	json_put_text(json, "kind", words_reloc(reloc->kind));
	json_put_text(json, "symbol", reloc->symbol);
	put_target(json, object, program, reloc);
	json_put(json, "before", insns_json(compiled, words, false));
	json_put(json, "after", insns_json(&program->insns[reloc->insn], words, fd));
	words_before(reloc, compiled, text, sizeof(text));
	json_put_text(json, "before_text", text);
	words_after(object->loader, program, reloc, text, sizeof(text));
	json_put_text(json, "after_text", text);
	return json;
}

static struct json_object *relocs_json(const struct object *object,
				       const struct bpf_loader_program *program)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < program->reloc_count; i++)
		json_push(list, reloc_json(object, program, &program->relocs[i]));
	return list;
}

/* ---- code ---- */

static struct json_object *source_json(const struct source_line *source)
{
	struct json_object *json = json_map();

	json_put_text(json, "file", source->file);
	json_put_number(json, "line", source->line);
	json_put_number(json, "column", source->column);
	json_put_text(json, "text", source->text);
	return json;
}

static struct json_object *code_line_json(const struct object *object,
					  const struct bpf_loader_program *program,
					  const struct code_line *line)
{
	struct json_object *json = json_map();
	char loaded[WORDS_ROOM];

	json_put_number(json, "insn", line->insn);
	json_put_bytes(json, "bytes", line->compiled, line->words * sizeof(struct bpf_insn));
	json_put_text(json, "text", line->text);
	if (line->reloc)
		words_after(object->loader, program, line->reloc, loaded, sizeof(loaded));
	json_put_text(json, "loaded", line->reloc ? loaded : NULL);
	json_put_text(json, "helper", line->helper);
	if (line->target >= 0)
		json_put_number(json, "target", (uint64_t)line->target);
	else
		json_put(json, "target", NULL);
	json_put(json, "source", line->has_source ? source_json(&line->source) : NULL);
	return json;
}

static struct json_object *code_json(const struct object *object,
				     const struct bpf_loader_program *program)
{
	struct json_object *list = json_list();
	struct code_walk walk;
	struct code_line line;

	code_start(&walk, object, program);
	while (code_next(&walk, &line))
		json_push(list, code_line_json(object, program, &line));
	code_end(&walk);
	return list;
}

static struct json_object *program_json(const struct object *object,
					const struct bpf_loader_program *program,
					unsigned int stages)
{
	struct json_object *json = json_map();
	char why[WORDS_ROOM];

	json_put_text(json, "name", program->name);
	json_put_text(json, "section", program->section);
	json_put_number(json, "offset", program->offset);
	json_put_type_of_program(json, program);
	json_put_number(json, "expected_attach_type", program->expected_attach_type);
	json_put_text(json, "attach_kind", words_attach(program->attach_kind));
	json_put_text(json, "attach_target", program->attach_target);
	json_put(json, "slot", json_slot_of_program(object->loader, program));
	json_put_number(json, "instructions", program->insn_count);
	json_put(json, "functions", functions_json(object, program));
	object_refusal(object, program, why, sizeof(why));
	json_put_text(json, "refusal", why[0] ? why : NULL);
	json_put(json, "relocations",
		 stages & STAGE_RELOCATIONS ? relocs_json(object, program) : NULL);
	json_put(json, "code", stages & STAGE_PROGRAMS ? code_json(object, program) : NULL);
	return json;
}

static struct json_object *maps_json(const struct object *object)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < bpf_loader_map_count(object->loader); i++)
		json_push(list, map_json(object, bpf_loader_map(object->loader, i)));
	return list;
}

static struct json_object *programs_json(const struct object *object, unsigned int stages)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < bpf_loader_program_count(object->loader); i++)
		json_push(list,
			  program_json(object, bpf_loader_program(object->loader, i), stages));
	return list;
}

struct json_object *explain_document(const struct object *object,
				     const struct findings *findings,
				     const struct options *options)
{
	const unsigned int stages = options->stages;
	struct json_object *json = json_map();

	json_put_text(json, "bpfload", "explain");
	json_put_number(json, "format", JSON_FORMAT);
	json_put(json, "object", object_json(object));
	json_put(json, "sections", sections_json(object));
	json_put(json, "dialects", dialects_json(findings));
	json_put(json, "maps", stages & STAGE_MAPS ? maps_json(object) : NULL);
	json_put(json, "programs", stages & ~STAGE_MAPS ? programs_json(object, stages) : NULL);
	json_put(json, "syscalls",
		 options->syscalls ? explain_syscalls_json(object, options) : NULL);
	json_put(json, "notes", json_notes(findings));
	return json;
}

void explain_json(const struct object *object, const struct findings *findings,
		  const struct options *options)
{
	json_print(explain_document(object, findings, options));
}
