// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_spec: names of dialects and types, and the list that holds the maps. See map_spec.h.
 */
#include "map_spec.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const dialect_names[BPF_LOADER_DIALECT_COUNT] = {
	[BPF_LOADER_AUTO] = "auto",	    [BPF_LOADER_KERNEL] = "kernel",
	[BPF_LOADER_IPROUTE2] = "iproute2", [BPF_LOADER_GOBPF] = "gobpf",
	[BPF_LOADER_GOEBPF] = "goebpf",	    [BPF_LOADER_ANDROID] = "android",
	[BPF_LOADER_BTF] = "btf",	    [BPF_LOADER_DATA] = "data",
};

const char *map_dialect_name(enum bpf_loader_dialect dialect)
{
	return dialect < BPF_LOADER_DIALECT_COUNT ? dialect_names[dialect] : "?";
}

enum bpf_loader_dialect map_dialect_by_name(const char *name)
{
	int i;

	for (i = 0; i < BPF_LOADER_DIALECT_COUNT; i++)
		if (!strcmp(name, dialect_names[i]))
			break;
	return (enum bpf_loader_dialect)i;
}

const char *map_type_name(__u32 type)
{
	const char *name = libbpf_bpf_map_type_str((enum bpf_map_type)type);

	return name ? name : "unknown type";
}

bool map_type_holds_maps(__u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static void init_map(struct bpf_loader_map *map)
{
	memset(map, 0, sizeof(*map));
	map->fd = -1;
	map->inner_map = -1;
}

struct bpf_loader_map *map_alloc(void)
{
	struct bpf_loader_map *map = malloc(sizeof(*map));

	if (map)
		init_map(map);
	return map;
}

struct bpf_loader_map *map_list_add(struct map_list *list)
{
	struct bpf_loader_map *map;

	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		void *maps = reallocarray(list->maps, room, sizeof(*list->maps));

		if (!maps)
			return NULL;
		list->maps = maps;
		list->room = room;
	}
	map = &list->maps[list->count++];
	init_map(map);
	return map;
}

int map_list_index(struct map_list *list, size_t section_count)
{
	list->by_section = calloc(section_count, sizeof(*list->by_section));
	if (!list->by_section)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		struct map_range *range = &list->by_section[list->maps[i].section_index];

		if (!range->count++)
			range->first = i;
	}
	return 0;
}

long map_list_at(const struct map_list *list, size_t section, __u64 offset)
{
	const struct map_range *range = &list->by_section[section];
	size_t low = range->first, high = range->first + range->count, guess;

	/* Maps of one size, one behind the other, can be counted off. */
	if (range->count && list->maps[low].size) {
		guess = low + (__u32)offset / (__u32)list->maps[low].size;
		if (guess < high && list->maps[guess].offset == offset)
			return (long)guess;
	}
	/* the last map that starts at or before `offset` */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->maps[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == range->first)
		return -1;
	low--;
	return offset - list->maps[low].offset < list->maps[low].size ? (long)low : -1;
}

static void release_map(struct bpf_loader_map *map)
{
	if (map->fd >= 0 && !map->given)
		close(map->fd);
	free(map->own_name);
	free(map->slots);
	free(map->pin_path);
	if (map->inner) {
		release_map(map->inner);
		free(map->inner);
	}
}

void map_list_release(struct map_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		release_map(&list->maps[i]);
	free(list->maps);
	free(list->by_section);
	memset(list, 0, sizeof(*list));
}
