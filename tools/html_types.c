// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html_types: what the object's BTF says of maps, as C declarations with the places they have.
 *
 * Of a BTF definition the members of its struct, of a data map its variables. This only shows
 * types; what a definition means was read by the loader. BTF may be damaged: every id is looked
 * up with care, every walk has an end.
 */
#include "html.h"

#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "words.h"

#define DEEPEST 16

/* `declarator` becomes what stands around it; C reads from the name outwards. */
static char *around(char *declarator, const struct btf_type *type)
{
	char *longer;

	if (btf_is_ptr(type))
		longer = text_of("*%s", declarator);
	else if (btf_array(type)->nelems)
		longer = text_of(declarator[0] == '*' ? "(%s)[%u]" : "%s[%u]", declarator,
				 btf_array(type)->nelems);
	else
		longer = text_of(declarator[0] == '*' ? "(%s)[]" : "%s[]", declarator);
	free(declarator);
	return longer;
}

/* "int (*type)[2]" of a type and a name. To be freed. */
static char *declaration(const struct object *object, __u32 id, const char *name)
{
	char *declarator = text_of("%s", name), *text, base[WORDS_ROOM];

	for (int depth = 0; depth < DEEPEST; depth++) {
		const struct btf_type *type = btf__type_by_id(object->btf->btf, id);

		if (!type || !(btf_is_ptr(type) || btf_is_array(type)))
			break;
		declarator = around(declarator, type);
		id = btf_is_ptr(type) ? type->type : btf_array(type)->type;
	}
	object_type_text(object, id, base, sizeof(base));
	text = text_of("%s %s", base[0] ? base : "void", declarator);
	free(declarator);
	return text;
}

static struct json_object *place_json(const struct object *object, const char *name,
				      __u32 offset, __s64 size, __u32 type)
{
	struct json_object *json = json_map();
	char *text = declaration(object, type, name);

	json_put_text(json, "name", name);
	json_put_number(json, "offset", offset);
	json_put_number(json, "size", size < 0 ? 0 : (uint64_t)size);
	json_put_text(json, "text", text);
	free(text);
	return json;
}

/* ---- BTF definitions ---- */

static struct json_object *members_json(const struct object *object,
					const struct bpf_loader_map *map)
{
	const struct btf_variable *variable = btf_file_variable(object->btf, map->name);
	const struct btf *btf = object->btf->btf;
	struct json_object *list = json_list();
	const struct btf_type *type;

	if (!variable)
		return list;
	type = btf_plain_type(btf, variable->type);
	if (!btf_is_struct(type))
		return list;
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		json_push(list, place_json(object, btf_name(btf, member->name_off),
					   btf_member_bit_offset(type, i) / 8,
					   btf__resolve_size(btf, member->type), member->type));
	}
	return list;
}

/* ---- data maps ---- */

static struct json_object *variables_json(const struct object *object,
					  const struct bpf_loader_map *map)
{
	const struct btf *btf = object->btf->btf;
	const int id = btf__find_by_name_kind(btf, map->section, BTF_KIND_DATASEC);
	const struct btf_type *datasec = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
	struct json_object *list = json_list();

	for (__u32 i = 0; datasec && i < btf_vlen(datasec); i++) {
		const struct btf_var_secinfo *place = btf_var_secinfos(datasec) + i;
		const struct btf_type *variable = btf__type_by_id(btf, place->type);

		if (variable && btf_is_var(variable))
			json_push(list, place_json(object, btf_name(btf, variable->name_off),
						   place->offset, place->size, variable->type));
	}
	return list;
}

struct json_object *html_types(const struct object *object)
{
	struct json_object *json = json_map();

	for (size_t i = 0; object->btf->btf && i < bpf_loader_map_count(object->loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(object->loader, i);
		char *index = text_of("%zu", i);

		if (map->dialect == BPF_LOADER_BTF)
			json_put(json, index, members_json(object, map));
		else if (map->dialect == BPF_LOADER_DATA)
			json_put(json, index, variables_json(object, map));
		free(index);
	}
	return json;
}
