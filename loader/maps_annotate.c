// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * maps_annotate: see maps_annotate.h.
 */
#include "maps_annotate.h"

#include <string.h>

#define PREFIX "____btf_map_"

struct annotation {
	const char *structure; /* name of the struct */
	const char *map;       /* the rest of that name */
	__u32 key, value;      /* type ids */
	__u32 key_size, value_size;
};

static __u32 size_of(const struct btf *btf, __u32 type)
{
	__s64 size = btf__resolve_size(btf, type);

	return size > 0 ? (__u32)size : 0;
}

/* False for structs of other names. */
static bool is_annotation(const struct btf *btf, const struct btf_type *type,
			  struct annotation *annotation)
{
	if (!btf_is_struct(type))
		return false;
	annotation->structure = btf_name(btf, type->name_off);
	annotation->map = annotation->structure + strlen(PREFIX);
	return !strncmp(annotation->structure, PREFIX, strlen(PREFIX));
}

/* False where its members are not `key` and `value`. */
static bool read_members(const struct btf *btf, const struct btf_type *type,
			 struct annotation *annotation)
{
	const struct btf_member *members = btf_members(type);

	if (btf_vlen(type) != 2 || strcmp(btf_name(btf, members[0].name_off), "key") != 0 ||
	    strcmp(btf_name(btf, members[1].name_off), "value") != 0)
		return false;
	annotation->key = members[0].type;
	annotation->value = members[1].type;
	annotation->key_size = size_of(btf, annotation->key);
	annotation->value_size = size_of(btf, annotation->value);
	return true;
}

static struct bpf_loader_map *find_map(const struct map_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->maps[i].name, name))
			return &list->maps[i];
	return NULL;
}

static void give_types(struct bpf_loader_map *map, const struct annotation *annotation,
		       struct report *report)
{
	bool fits = annotation->key_size == map->key_size &&
		    annotation->value_size == map->value_size;

	if (!fits)
		report_warning(report, map->section,
			       "struct %s annotates map '%s' with a key of %u bytes and a "
			       "value of %u, "
			       "but the map's definition says %u and %u: the annotation is "
			       "passed over; "
			       "give BPF_ANNOTATE_KV_PAIR(%s, KEY, VALUE) types of the "
			       "definition's sizes",
			       annotation->structure, map->name, annotation->key_size,
			       annotation->value_size, map->key_size, map->value_size,
			       map->name);
	if (!fits || map->dialect == BPF_LOADER_BTF)
		return;
	map->btf_key_type = annotation->key;
	map->btf_value_type = annotation->value;
}

static void read_annotation(const struct btf *btf, const struct btf_type *type,
			    struct annotation *annotation, const struct map_list *list,
			    struct report *report)
{
	struct bpf_loader_map *map = find_map(list, annotation->map);

	if (!map)
		report_warning(
			report, NULL,
			"struct %s annotates map '%s', and the object has no map of that name: "
			"the annotation is passed over; BPF_ANNOTATE_KV_PAIR() takes the name "
			"of a map in SEC(\"maps\") first",
			annotation->structure, annotation->map);
	else if (!read_members(btf, type, annotation))
		report_warning(
			report, map->section,
			"struct %s of map '%s' has other members than 'key' and 'value': the "
			"annotation is passed over; write BPF_ANNOTATE_KV_PAIR(%s, KEY, VALUE)",
			annotation->structure, map->name, map->name);
	else
		give_types(map, annotation, report);
}

void maps_annotate(const struct btf_file *btf, const struct map_list *list,
		   struct report *report)
{
	__u32 count = btf->btf ? btf__type_cnt(btf->btf) : 0;

	for (__u32 id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(btf->btf, id);
		struct annotation annotation;

		if (is_annotation(btf->btf, type, &annotation))
			read_annotation(btf->btf, type, &annotation, list, report);
	}
}
