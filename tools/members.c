// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * members: see members.h.
 */
#include "members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static const struct btf_type *definition_of(const struct object *object,
					    const struct bpf_loader_map *map)
{
	const struct btf_variable *variable;
	const struct btf_type *type;

	if (!object->btf->btf || map->dialect != BPF_LOADER_BTF)
		return NULL;
	variable = btf_file_variable(object->btf, map->name);
	type = variable ? btf_plain_type(object->btf->btf, variable->type) : NULL;
	return type && btf_is_struct(type) ? type : NULL;
}

size_t members_count(const struct object *object, const struct bpf_loader_map *map)
{
	const struct btf_type *type = definition_of(object, map);

	return type ? btf_vlen(type) : 0;
}

/* ---- declarations ---- */

static void write_part(void *ctx, const char *format, va_list args)
{
	vfprintf(*(FILE **)ctx, format, args);
}

/* libbpf's text; a type without a name would be written out over several lines, and is not. */
static void declare(const struct object *object, struct definition_member *member)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = member->name);
	char *text = NULL;
	size_t length;
	FILE *stream = must(open_memstream(&text, &length));
	struct btf_dump *dump = btf_dump__new(object->btf->btf, write_part, &stream, NULL);
	int err = dump ? btf_dump__emit_type_decl(dump, member->type, &opts) : -1;

	fclose(stream);
	btf_dump__free(dump);
	if (!err && text && !strchr(text, '\n'))
		append(member->declaration, sizeof(member->declaration), "%s", text);
	else
		append(member->declaration, sizeof(member->declaration), "(…) %s",
		       member->name);
	free(text);
}

/* ---- what the loader has read ---- */

static void say_type(const struct object *object, __u32 type, __u32 size,
		     struct definition_member *member)
{
	char text[WORDS_ROOM];

	object_type_text(object, type, text, sizeof(text));
	append(member->meaning, sizeof(member->meaning), "%s%s%u bytes", text,
	       text[0] ? ", " : "", size);
}

static void say_number(__u64 number, const char *words, struct definition_member *member)
{
	append(member->meaning, sizeof(member->meaning), "%llu%s%s", (unsigned long long)number,
	       words && words[0] ? ": " : "", words ? words : "");
}

static void say_values(const struct bpf_loader_map *map, struct definition_member *member)
{
	if (map->inner)
		append(member->meaning, sizeof(member->meaning), "maps: %s, key %u, value %u",
		       map_type_name(map->inner->type), map->inner->key_size,
		       map->inner->value_size);
	else
		append(member->meaning, sizeof(member->meaning), "programs");
}

static void say_meaning(const struct object *object, const struct bpf_loader_map *map,
			struct definition_member *member)
{
	char flags[WORDS_ROOM];
	const struct {
		const char *name;
		__u64 number;
		const char *words;
	} numbers[] = {
		{"type", map->type, map_type_name(map->type)},
		{"key_size", map->key_size, NULL},
		{"value_size", map->value_size, NULL},
		{"max_entries", map->max_entries, NULL},
		{"map_flags", map->map_flags, flags},
		{"numa_node", map->numa_node, NULL},
		{"map_extra", map->map_extra, NULL},
		{"pinning", map->pinning_id, words_pinning(map->pinning)},
	};

	words_flags(map->map_flags, flags, sizeof(flags));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(member->name, numbers[i].name))
			say_number(numbers[i].number, numbers[i].words, member);
	if (!strcmp(member->name, "key"))
		say_type(object, map->btf_key_type, map->key_size, member);
	if (!strcmp(member->name, "value"))
		say_type(object, map->btf_value_type, map->value_size, member);
	if (!strcmp(member->name, "values"))
		say_values(map, member);
}

void members_get(const struct object *object, const struct bpf_loader_map *map, size_t index,
		 struct definition_member *member)
{
	const struct btf *btf = object->btf->btf;
	const struct btf_type *type = definition_of(object, map);
	const struct btf_member *found = btf_members(type) + index;
	const __s64 size = btf__resolve_size(btf, found->type);

	*member = (struct definition_member){
		.name = btf_name(btf, found->name_off),
		.type = found->type,
		.offset = btf_member_bit_offset(type, (__u32)index) / 8,
		.size = size > 0 ? (size_t)size : 0,
	};
	/* `values` has no size by its type; its slots reach to the end. */
	if (!size && index + 1 == btf_vlen(type) && map->size > member->offset)
		member->size = map->size - member->offset;
	if (map->raw && member->offset <= map->size &&
	    member->size <= map->size - member->offset)
		member->bytes = map->raw + member->offset;
	declare(object, member);
	say_meaning(object, map, member);
}
