// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * btf_maps: which maps a BPF object wants, from the types of the variables in its section ".maps".
 * See btf_maps.h. The bytes of that section are all 0; section ".BTF" describes the types, and
 * libbpf can read it.
 */
#include "btf_maps.h"

#include <bpf/btf.h>
#include <string.h>

#include "fail.h"

/*
 * Assignment 3: __uint(NAME, N) is a pointer to an array of N elements: the number is the
 * nelems of btf_array(). __type(NAME, T) is a pointer to T: the size is what
 * btf__resolve_size() says of T.
 */
static int set_member(const struct btf *btf, const struct btf_member *member, struct map *map)
{
	(void)btf;
	(void)member;
	(void)map;
	return 0;
}

/* The variable of that name has a struct for its type, and each member of that says one thing. */
static int read_types(const struct btf *btf, struct map *map)
{
	int variable = btf__find_by_name_kind(btf, map->name, BTF_KIND_VAR);
	const struct btf_type *type;

	if (variable < 0)
		return fail("map '%s': section .BTF has no such variable", map->name);
	type = btf__type_by_id(btf, btf__resolve_type(btf, variable));
	if (!btf_is_struct(type))
		return fail("map '%s': it is no struct", map->name);
	for (int i = 0; i < btf_vlen(type); i++)
		if (set_member(btf, btf_members(type) + i, map))
			return -1;
	return 0;
}

static int read_all(const struct btf *btf, struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		if (read_types(btf, &maps->map[i]))
			return -1;
	return 0;
}

int object_btf_maps(const struct object *object, struct maps *maps)
{
	struct section section, types;
	struct btf *btf;
	int found = section_named(object, ".maps", &section);
	int err;

	maps->count = 0;
	if (found <= 0)
		return found;
	if (find_maps(object, &section, maps))
		return -1;
	if (section_named(object, ".BTF", &types) != FOUND || !types.bytes)
		return fail("%s: there is no section .BTF; was it compiled with -g?",
			    object->path);
	btf = btf__new(types.bytes, types.size);
	if (!btf)
		return fail("%s: section .BTF cannot be read: %m", object->path);
	err = read_all(btf, maps);
	btf__free(btf);
	return err;
}
