// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_object_json: a plan as a JSON document; tests/schema/convert-object.schema.json has
 * its keys.
 */
#include "convert_object.h"

#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "json_parts.h"

static struct json_object *json_of_notes(const struct notes *notes)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < notes->count; i++)
		json_push(list, json_text(notes->lines[i]));
	return list;
}

static void put_type(struct json_object *json, const char *key, const struct conversion *plan,
		     __u32 type)
{
	char text[256];

	object_type_text(&plan->object, type, text, sizeof(text));
	json_put_text(json, key, text[0] ? text : NULL);
}

static void put_numbers(struct json_object *json, const struct conversion *plan,
			const struct bpf_loader_map *map)
{
	json_put_numbers_of_map(json, map);
	put_type(json, "key_type", plan, map->btf_key_type);
	put_type(json, "value_type", plan, map->btf_value_type);
	if (map->map_flags & BPF_F_NUMA_NODE)
		json_put_number(json, "numa_node", map->numa_node);
	else
		json_put(json, "numa_node", NULL);
}

static struct json_object *json_of_slots(const struct planned_map *map)
{
	struct json_object *list = json_list();

	for (size_t i = 0; i < map->slot_count; i++) {
		const struct planned_slot *slot = &map->slots[i];
		struct json_object *json = json_map();

		json_put_number(json, "key", slot->key);
		json_put_text(json, "map", slot->map ? slot->map->name : NULL);
		json_put_text(json, "program", slot->program ? slot->program->name : NULL);
		json_push(list, json);
	}
	return list;
}

static struct json_object *json_of_map(const struct conversion *plan,
				       const struct planned_map *map)
{
	struct json_object *json = json_map(), *inner = NULL;
	char *definition = conversion_definition(plan, map);

	json_put_text(json, "name", map->name);
	json_put_text(json, "section", map->map->section);
	json_put_number(json, "offset", map->map->offset);
	json_put_text(json, "dialect", map_dialect_name(map->map->dialect));
	json_put_bool(json, "rebuilt", map->rebuilt);
	put_numbers(json, plan, &map->numbers);
	json_put_bool(json, "pin_by_name", map->pin_by_name);
	if (map->inner) {
		inner = json_map();
		put_numbers(inner, plan, map->inner);
	}
	json_put(json, "inner", inner);
	json_put(json, "slots", json_of_slots(map));
	json_put(json, "notes", json_of_notes(&map->notes));
	json_put_text(json, "definition", definition);
	free(definition);
	return json;
}

static struct json_object *json_of_program(const struct planned_program *program)
{
	struct json_object *json = json_map();

	json_put_text(json, "name", program->name);
	json_put_type_of_program(json, program->program);
	json_put_text(json, "section", program->program->section);
	json_put_text(json, "new_section", program->section);
	json_put_bool(json, "left", program->left);
	json_put(json, "notes", json_of_notes(&program->notes));
	return json;
}

static struct json_object *json_of_proof(const struct proof *proof)
{
	struct json_object *json;

	if (!proof)
		return NULL;
	json = json_map();
	json_put_bool(json, "done", proof->done);
	json_put_bool(json, "same", proof->same);
	json_put_number(json, "maps", proof->maps);
	json_put_number(json, "programs", proof->programs);
	json_put(json, "differences", json_of_notes(&proof->words));
	return json;
}

void conversion_print_json(const struct conversion *plan, const struct proof *proof)
{
	struct json_object *json = json_map(), *maps = json_list(), *programs = json_list();
	char *types = conversion_types(plan);

	for (size_t i = 0; i < plan->map_count; i++)
		json_push(maps, json_of_map(plan, &plan->maps[i]));
	for (size_t i = 0; i < plan->program_count; i++)
		json_push(programs, json_of_program(&plan->programs[i]));
	json_put_text(json, "bpfload", "convert");
	json_put_number(json, "format", JSON_FORMAT);
	json_put_text(json, "kind", "object");
	json_put_text(json, "path", plan->convert->options->object);
	json_put_text(json, "object", plan->convert->options->object_out);
	json_put(json, "maps", maps);
	json_put_text(json, "types", types);
	json_put(json, "programs", programs);
	json_put(json, "check", json_of_proof(proof));
	json_put(json, "notes", json_notes(&plan->findings));
	json_print(json);
	free(types);
}
