// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_plan: which definitions there are, which of them belong together, and what there is
 * to say about them. See convert_source_definition.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert_source_definition.h"
#include "loader/maps_btf.h"
#include "output.h"

void plan_leave(struct definition *definition, const char *format, ...)
{
	va_list args;

	if (definition->left)
		return;
	va_start(args, format);
	if (vasprintf(&definition->left, format, args) < 0)
		definition->left = NULL;
	va_end(args);
	must(definition->left);
}

/* ---- the list ---- */

static struct definition *add_definition(struct plan *plan, const char *name)
{
	struct definition *definition;

	plan->list = must(reallocarray(plan->list, plan->count + 1, sizeof(*plan->list)));
	definition = &plan->list[plan->count++];
	*definition = (struct definition){
		.name = name, .trailer = must(strdup("")), .comments = must(strdup(""))};
	return definition;
}

static bool is_legacy(const struct bpf_loader_map *map)
{
	return map->dialect != BPF_LOADER_BTF && map->dialect != BPF_LOADER_DATA;
}

static bool is_convertible(const struct bpf_loader *loader, const struct bpf_loader_map *map)
{
	return is_legacy(map) || maps_btf_of_2019(&loader->btf, map);
}

/* The map to be converted that a symbol of that name begins, -1 if there is none. */
static long map_of_symbol(const struct bpf_loader *loader, const char *name, __u64 *end)
{
	for (size_t i = 0; i < loader->file.symbol_count; i++) {
		const struct elf_symbol *symbol = &loader->file.symbols[i];
		long index;

		if (!elf_symbol_in_section(symbol) || strcmp(symbol->name, name) != 0)
			continue;
		index = map_list_at(&loader->maps, symbol->section, symbol->value);
		if (index < 0 || !is_convertible(loader, &loader->maps.maps[index]))
			continue;
		*end = symbol->value + symbol->size;
		return index;
	}
	return -1;
}

static bool looks_like_map(const struct ast_record *record)
{
	bool type = false, key = false;

	for (size_t i = 0; record && i < record->member_count; i++) {
		type |= map_field_by_name(record->members[i]) == MAP_FIELD_TYPE;
		key |= map_field_by_name(record->members[i]) == MAP_FIELD_KEY_SIZE;
	}
	return type && key;
}

static bool is_known(const struct bpf_loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->file.symbol_count; i++)
		if (!strcmp(loader->file.symbols[i].name, name))
			return true;
	return false;
}

static void add_variable(struct plan *plan, const struct ast_variable *variable)
{
	struct bpf_loader_map *maps = plan->loader->maps.maps;
	struct definition *definition;
	__u64 end = 0;
	long index = map_of_symbol(plan->loader, variable->name, &end);

	/* Without a symbol it may be a map that clang has dropped, as unused ones are. */
	if (index < 0 && (is_known(plan->loader, variable->name) || variable->is_local ||
			  !looks_like_map(ast_record_of(plan->ast, variable))))
		return;
	definition = add_definition(plan, variable->name);
	definition->variable = variable;
	definition->line = variable->line;
	if (index < 0)
		return;
	definition->map = &maps[index];
	definition->of_2019 = !is_legacy(definition->map);
	definition->map_index = (size_t)index;
	while (definition->map_index + definition->map_count < plan->loader->maps.count &&
	       maps[definition->map_index + definition->map_count].section_index ==
		       maps[index].section_index &&
	       maps[definition->map_index + definition->map_count].offset < end)
		definition->map_count++;
}

/* "function.name": a variable of a function. */
static const struct ast_variable *local_variable(const struct plan *plan, const char *name)
{
	const char *dot = strchr(name, '.');

	for (size_t i = 0; dot && i < plan->ast->variable_count; i++)
		if (plan->ast->variables[i].is_local &&
		    !strncmp(plan->ast->variables[i].name, dot + 1, strcspn(dot + 1, ".")))
			return &plan->ast->variables[i];
	return NULL;
}

static void add_rest(struct plan *plan)
{
	for (size_t i = 0; i < plan->loader->maps.count; i++) {
		const struct bpf_loader_map *map = &plan->loader->maps.maps[i];
		struct definition *definition;

		if (!is_convertible(plan->loader, map) || plan_of_map(plan, (long)i))
			continue;
		definition = add_definition(plan, map->name);
		definition->map = map;
		definition->of_2019 = !is_legacy(map);
		definition->map_index = i;
		definition->map_count = 1;
		definition->variable = local_variable(plan, map->name);
		definition->line = definition->variable ? definition->variable->line : 0;
	}
}

struct definition *plan_of_map(const struct plan *plan, long index)
{
	for (size_t i = 0; index >= 0 && i < plan->count; i++)
		if (plan->list[i].map_count && (size_t)index >= plan->list[i].map_index &&
		    (size_t)index < plan->list[i].map_index + plan->list[i].map_count)
			return &plan->list[i];
	return NULL;
}

/* ---- what belongs together ---- */

static bool same_declaration(const struct definition *a, const struct definition *b)
{
	return a->variable && b->variable &&
	       a->variable->begin.offset == b->variable->begin.offset &&
	       !strcmp(a->variable->file, b->variable->file);
}

/* Does a map of `outer` name one of `inner` as template, or have it in a slot? */
static bool refers_to(const struct plan *plan, const struct definition *outer,
		      const struct definition *inner)
{
	for (size_t i = 0; i < outer->map_count; i++) {
		const struct bpf_loader_map *map = outer->map + i;

		if (plan_of_map(plan, map->inner_map) == inner)
			return true;
		for (size_t slot = 0; slot < map->slot_count; slot++)
			if (plan_of_map(plan, map->slots[slot].map) == inner)
				return true;
	}
	return false;
}

/* Does it name a map by a number that counts the maps of its section? */
static bool counts_maps(const struct definition *definition)
{
	for (size_t i = 0; i < definition->map_count; i++)
		if (definition->map[i].inner_map >= 0 &&
		    map_layout_field(definition->map[i].layout, MAP_FIELD_INNER_MAP_IDX))
			return true;
	return false;
}

static void leave_with(const struct plan *plan, struct definition *definition,
		       const struct definition *left)
{
	if (definition == left || definition->left)
		return;
	if (same_declaration(definition, left))
		plan_leave(definition, "it is declared together with '%s'", left->name);
	else if (refers_to(plan, definition, left))
		plan_leave(definition, "it needs '%s', which is left", left->name);
	else if (refers_to(plan, left, definition))
		plan_leave(definition, "'%s', which is left, needs it", left->name);
	else if (counts_maps(left) && definition->map &&
		 definition->map->section_index == left->map->section_index)
		plan_leave(definition,
			   "'%s', which is left, counts the maps of the section by number",
			   left->name);
}

/* Definitions that are declared together, or of which one refers to the other. */
static void find_components(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		plan->list[i].component = i;
	for (size_t i = 0; i < plan->count; i++)
		for (size_t j = 0; j < plan->count; j++) {
			size_t from = plan->list[j].component, to = plan->list[i].component;

			if (from == to || !(same_declaration(&plan->list[i], &plan->list[j]) ||
					    refers_to(plan, &plan->list[i], &plan->list[j])))
				continue;
			for (size_t k = 0; k < plan->count; k++)
				if (plan->list[k].component == from)
					plan->list[k].component = to;
		}
}

/* The address of a map in a slot has to be known where the outer map is defined. */
static void check_slots(const struct plan *plan, struct definition *definition)
{
	for (size_t i = 0; definition->map && i < definition->map->slot_count; i++) {
		const struct definition *inner =
			plan_of_map(plan, definition->map->slots[i].map);

		if (inner && !inner->left && inner->first > definition->first)
			plan_leave(definition,
				   "a slot of it holds '%s', which is defined behind it; move "
				   "that up",
				   inner->name);
	}
}

bool plan_converts(const struct definition *definition)
{
	return !definition->left && !definition->held;
}

static size_t count_left(const struct plan *plan)
{
	size_t left = 0;

	for (size_t i = 0; i < plan->count; i++)
		left += plan->list[i].left != NULL;
	return left;
}

void plan_spread(struct plan *plan)
{
	size_t before;

	do {
		before = count_left(plan);
		for (size_t i = 0; i < plan->count; i++)
			for (size_t j = 0; plan->list[i].left && j < plan->count; j++)
				leave_with(plan, &plan->list[j], &plan->list[i]);
	} while (count_left(plan) != before);
}

void plan_make(struct plan *plan)
{
	for (size_t i = 0; i < plan->ast->variable_count; i++)
		add_variable(plan, &plan->ast->variables[i]);
	add_rest(plan);
	for (size_t i = 0; i < plan->count; i++)
		definition_take_apart(plan, &plan->list[i]);
	for (size_t i = plan->count; i-- > 0;)
		if (!plan->list[i].left)
			definition_check_end(plan, i);
	for (size_t i = 0; i < plan->count; i++)
		check_slots(plan, &plan->list[i]);
	find_components(plan);
	plan_spread(plan);
}

/* ---- notes ---- */

void plan_note(struct plan *plan, const struct definition *definition, const char *format, ...)
{
	struct note note = {.name = definition ? definition->name : "",
			    .line = definition ? definition->line : 0};
	va_list args;

	va_start(args, format);
	if (vasprintf(&note.text, format, args) < 0)
		note.text = NULL;
	va_end(args);
	must(note.text);
	plan->notes =
		must(reallocarray(plan->notes, plan->note_count + 1, sizeof(*plan->notes)));
	plan->notes[plan->note_count++] = note;
}

void plan_forget_notes(struct plan *plan)
{
	for (size_t i = 0; i < plan->note_count; i++)
		free(plan->notes[i].text);
	free(plan->notes);
	plan->notes = NULL;
	plan->note_count = 0;
}

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct definition *definition = &plan->list[i];

		free(definition->left);
		free(definition->elements);
		free(definition->section);
		free(definition->trailer);
		free(definition->comments);
		free(definition->key_type);
		free(definition->value_type);
		free(definition->tag);
	}
	free(plan->list);
	plan_forget_notes(plan);
}
