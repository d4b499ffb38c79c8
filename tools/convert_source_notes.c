// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_notes: what a person should know about a definition that was converted.
 */
#include <stdlib.h>
#include <string.h>

#include "convert_source_rewrite.h"
#include "convert_source_types.h"
#include "loader/map_create.h"
#include "output.h"

bool definition_keeps(const struct definition *definition, const struct element *element)
{
	return element->number ||
	       (element->kind != MAP_FIELD_OWNER && definition->map->pin_hint);
}

static void note_pinning(struct plan *plan, const struct definition *definition)
{
	const char *name = definition->name;

	switch (definition->map->pinning) {
	case BPF_LOADER_PIN_GLOBAL_NS:
		plan_note(plan, definition,
			  "tc pinned it at /sys/fs/bpf/tc/globals/%s; libbpf pins it at "
			  "/sys/fs/bpf/%s, or below the loading program's pin_root_path",
			  name, name);
		break;
	case BPF_LOADER_PIN_OBJECT_NS:
		plan_note(plan, definition,
			  "PIN_OBJECT_NS has no equivalent: it is not pinned any more, and "
			  "programs of one object share it anyway");
		break;
	case BPF_LOADER_PIN_CUSTOM:
		plan_note(plan, definition,
			  "pinning %u, an id of iproute2's bpf_pinning file, has no "
			  "equivalent: it is not pinned any more",
			  definition->map->pinning_id);
		break;
	case BPF_LOADER_PIN_NAMESPACE:
	case BPF_LOADER_PIN_PATH:
		plan_note(plan, definition,
			  "a pin at a place of its own (%s) has no equivalent: the loading "
			  "program has to call bpf_map__set_pin_path()",
			  definition->map->pin_hint ? definition->map->pin_hint : "");
		break;
	default: break;
	}
}

static void note_types(struct plan *plan, const struct definition *definition)
{
	struct types types = types_find(plan, definition);
	const struct bpf_loader_map *map = definition->map;
	char *key = types_known(plan, definition, MAP_FIELD_KEY_SIZE);
	char *value = types_known(plan, definition, MAP_FIELD_VALUE_SIZE);

	if (!map_create_takes_btf(map->type) || types.key || types.value)
		;
	else if (types_key_is_wrong(definition))
		plan_note(
			plan, definition,
			"sizes, not types: as key of a map of type %s the kernel takes only %s",
			map_type_name(map->type),
			types_key_is_index(map->type) ? "a 4-byte int" : "a struct");
	else if ((!key && map->key_size) || (!value && map->value_size))
		plan_note(plan, definition,
			  "sizes, not types: the type of its %s is not known; with __type(key, "
			  "…) and __type(value, …) bpftool would show what is in it",
			  key || !map->key_size	      ? "value"
			  : value || !map->value_size ? "key"
						      : "key and value");
	free(key);
	free(value);
	types_release(&types);
}

static void note_rest(struct plan *plan, const struct definition *definition)
{
	const struct bpf_loader_map *map = definition->map;

	for (size_t i = 0; i < definition->element_count; i++) {
		const struct element *element = &definition->elements[i];

		if ((element->kind == MAP_FIELD_OWNER || element->kind >= MAP_FIELD_PADDING) &&
		    definition_keeps(definition, element))
			plan_note(plan, definition,
				  ".%s is a member for some loader of its own, and dropped",
				  element->member);
	}
	if (map->id)
		plan_note(plan, definition,
			  "its id, %u, has no equivalent; programs and maps of this file do "
			  "not need it any more, others that do will not find it",
			  map->id);
	if (definition->was_static)
		plan_note(plan, definition, "not static any more: libbpf refuses static maps");
	if (map_type_holds_maps(map->type) && map->inner_map < 0)
		plan_note(plan, definition,
			  "as before, the loading program has to give its inner map "
			  "(bpf_map__set_inner_map_fd())");
}

static void note_parts(struct plan *plan, const struct definition *definition)
{
	for (size_t i = 0; i < definition->element_count; i++) {
		const struct element *element = &definition->elements[i];
		char *macro;

		if (!element->is_part || (i && element[-1].first == element->first))
			continue;
		macro = source_words(plan->source, element->first, element->first);
		plan_note(plan, definition,
			  "the macro %s stands for several values; they are written out",
			  macro);
		free(macro);
	}
}

void rewrite_notes(struct plan *plan, const struct definition *definition)
{
	/* one of 2019 has its types and its pin as today */
	if (!definition->of_2019) {
		note_types(plan, definition);
		note_pinning(plan, definition);
	}
	note_rest(plan, definition);
	note_parts(plan, definition);
}
