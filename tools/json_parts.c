// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * json_parts: see json_parts.h.
 */
#include "json_parts.h"

#include "object.h"
#include "output.h"
#include "words.h"

/* Bits without a name are told as hex numbers, so that the list is never shorter than the flags. */
static struct json_object *flag_names(__u32 flags)
{
	struct json_object *list = json_list();

	for (unsigned int bit = 0; bit < 32; bit++) {
		char number[16] = "";

		if (!(flags & (1u << bit)))
			continue;
		append(number, sizeof(number), "0x%x", 1u << bit);
		json_push(list, json_text(words_flag(bit) ? words_flag(bit) : number));
	}
	return list;
}

void json_put_numbers_of_map(struct json_object *json, const struct bpf_loader_map *map)
{
	json_put_number(json, "type", map->type);
	json_put_text(json, "type_name", map_type_name(map->type));
	json_put_number(json, "key_size", map->key_size);
	json_put_number(json, "value_size", map->value_size);
	json_put_number(json, "max_entries", map->max_entries);
	json_put_number(json, "map_flags", map->map_flags);
	json_put(json, "flag_names", flag_names(map->map_flags));
}

void json_put_type_of_program(struct json_object *json,
			      const struct bpf_loader_program *program)
{
	if (program->type)
		json_put_number(json, "type", program->type);
	else
		json_put(json, "type", NULL);
	json_put_text(json, "type_name", program->type ? prog_type_name(program->type) : NULL);
	json_put_text(json, "type_rule", program->type_rule);
}

struct json_object *json_slot_of_program(const struct bpf_loader *loader,
					 const struct bpf_loader_program *program)
{
	const struct bpf_loader_map *map = object_slot_map(loader, program);
	struct json_object *json;

	if (!program->has_slot)
		return NULL;
	json = json_map();
	json_put_text(json, "map", map ? map->name : NULL);
	if (program->slot_by_id)
		json_put_number(json, "map_id", program->slot_id);
	else
		json_put(json, "map_id", NULL);
	json_put_number(json, "key", program->slot);
	return json;
}

struct json_object *json_notes(const struct findings *findings)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		struct json_object *json;

		if (finding->kind != BPF_LOADER_EVENT_NOTE &&
		    finding->kind != BPF_LOADER_EVENT_WARNING)
			continue;
		json = json_map();
		json_put_text(json, "kind",
			      finding->kind == BPF_LOADER_EVENT_NOTE ? "note" : "warning");
		json_put_text(json, "section", finding->section[0] ? finding->section : NULL);
		json_put_text(json, "text", finding->text);
		json_push(list, json);
	}
	return list;
}
