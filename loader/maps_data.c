// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * maps_data: see maps_data.h.
 */
#include "maps_data.h"

#include <ctype.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LENGTH (BPF_OBJ_NAME_LEN - 1)

/* ".data" itself or ".data.NAME". */
static bool named_after(const char *name, const char *base)
{
	size_t length = strlen(base);

	return !strncmp(name, base, length) && (!name[length] || name[length] == '.');
}

bool maps_data_read_only(const char *section_name)
{
	return named_after(section_name, ".rodata");
}

bool maps_data_section(const struct elf_section *section)
{
	if (section->type == SHT_NOBITS)
		return named_after(section->name, ".bss");
	return section->type == SHT_PROGBITS &&
	       (named_after(section->name, ".data") || named_after(section->name, ".rodata"));
}

/*
 * "sockex1_.rodata": the section's name is kept, at least 7 characters are left for it, and the
 * object's name gets the rest. A section with a second dot has a name of its own already.
 */
static char *data_map_name(const char *object_name, const char *section)
{
	size_t suffix = strlen(section), prefix = strcspn(object_name, ".");
	char *name;

	if (suffix < 7)
		suffix = 7;
	if (suffix > NAME_MAX_LENGTH)
		suffix = NAME_MAX_LENGTH;
	if (prefix > NAME_MAX_LENGTH - suffix)
		prefix = NAME_MAX_LENGTH - suffix;
	if (strchr(section + 1, '.'))
		prefix = 0;
	if (asprintf(&name, "%.*s%.*s", (int)prefix, object_name, (int)suffix, section) < 0)
		return NULL;
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '.')
			*c = '_';
	return name;
}

static bool describe(struct bpf_loader_map *map, const struct elf_section *section,
		     const char *object_name)
{
	map->own_name = data_map_name(object_name, section->name);
	map->name = map->own_name;
	map->section = section->name;
	map->section_index = section->index;
	map->size = section->size;
	map->raw = section->data;
	map->dialect = BPF_LOADER_DATA;
	map->dialect_rule = "section";
	map->type = BPF_MAP_TYPE_ARRAY;
	map->key_size = sizeof(__u32);
	map->value_size = (__u32)section->size;
	map->max_entries = 1;
	map->map_flags = BPF_F_MMAPABLE;
	if (maps_data_read_only(section->name))
		map->map_flags |= BPF_F_RDONLY_PROG;
	return map->name != NULL;
}

long maps_data_find(struct map_list *list, const struct elf_section *section,
		    const char *object_name)
{
	struct bpf_loader_map *map;

	/* Data maps stand behind all others. */
	for (size_t i = list->count; i > 0 && list->maps[i - 1].dialect == BPF_LOADER_DATA; i--)
		if (list->maps[i - 1].section_index == section->index)
			return (long)i - 1;
	map = map_list_add(list);
	if (!map || !describe(map, section, object_name))
		return -1;
	return (long)list->count - 1;
}
