// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_types: see convert_source_types.h.
 */
#include "convert_source_types.h"

#include <stdlib.h>
#include <string.h>

#include "loader/map_create.h"
#include "output.h"

void types_release(struct types *types)
{
	free(types->key);
	free(types->value);
}

static bool has_comma(const struct source *source, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++) {
		if (source_is(source, i, ","))
			return true;
		if (source_is(source, i, "("))
			i = source_closing(source, i);
	}
	return false;
}

/* T of sizeof(T), whatever parentheses are around it; NULL where it cannot be taken over. */
static char *type_of_sizeof(const struct source *source, const struct element *element)
{
	size_t token = element->value_first, close;

	if (element->value->kind != AST_SIZEOF || !strcmp(element->value->type, "void"))
		return NULL;
	if (element->is_part) /* "struct (unnamed …)" cannot be written */
		return strchr(element->value->spelled, '(')
			       ? NULL
			       : must(strdup(element->value->spelled));
	if (element->value->begin.macro)
		return NULL;
	while (source_is(source, token, "("))
		token = source_code_from(source, token + 1);
	if (!source_is(source, token, "sizeof"))
		return NULL;
	token = source_code_from(source, token + 1);
	if (!source_is(source, token, "("))
		return NULL;
	close = source_closing(source, token);
	if (close > element->value_last || has_comma(source, token + 1, close - 1))
		return NULL;
	return source_words(source, source_code_from(source, token + 1),
			    source_code_before(source, close));
}

char *types_known(const struct plan *plan, const struct definition *definition,
		  enum map_field_kind kind)
{
	const struct element *element = definition_element(definition, kind);

	if (!element || !element->number)
		return NULL;
	if (definition->annotation)
		return must(strdup(kind == MAP_FIELD_KEY_SIZE ? definition->key_type
							      : definition->value_type));
	return type_of_sizeof(plan->source, element);
}

bool types_key_is_index(__u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE;
}

/* The kernel wants an int as the type of an index, and a struct as that of a prefix. */
bool types_key_is_wrong(const struct definition *definition)
{
	const struct element *element = definition_element(definition, MAP_FIELD_KEY_SIZE);
	const char *type = element && element->value->type ? element->value->type : "";

	if (definition->annotation || !type[0])
		return false;
	if (types_key_is_index(definition->map->type))
		return strcmp(type, "int") != 0 && strcmp(type, "unsigned int") != 0;
	return definition->map->type == BPF_MAP_TYPE_LPM_TRIE &&
	       strncmp(type, "struct ", 7) != 0;
}

struct types types_find(const struct plan *plan, const struct definition *definition)
{
	struct types types = {types_known(plan, definition, MAP_FIELD_KEY_SIZE),
			      types_known(plan, definition, MAP_FIELD_VALUE_SIZE)};
	bool whole = (types.key || !definition->map->key_size) &&
		     (types.value || !definition->map->value_size) &&
		     !types_key_is_wrong(definition);

	if (whole || !map_create_takes_btf(definition->map->type))
		return types;
	types_release(&types);
	return (struct types){0};
}
