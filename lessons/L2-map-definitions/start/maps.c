// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * maps: which maps a BPF object wants, from the bytes of its section "maps". See maps.h.
 *
 * Nobody wrote into the object how large a definition is, and there were five sizes of it over the
 * years. Only the symbols tell: one stands at the beginning of each definition.
 */
#include "maps.h"

#include <string.h>

#include "fail.h"

/*
 * Assignment 1: a struct map for each symbol that names a map of `section`, in the order of
 * their offsets: name, section, offset; fd is -1.
 */
int find_maps(const struct object *object, const struct section *section, struct maps *maps)
{
	(void)object;
	(void)section;
	maps->count = 0;
	return 0;
}

/*
 * Assignment 2: the size of each definition. It goes up to where the next one begins; the last
 * one up to the end of the section. 16 bytes are the least that makes sense.
 */
int measure_maps(const struct section *section, struct maps *maps)
{
	(void)section;
	(void)maps;
	return 0;
}

/*
 * Assignment 3: what the definition says: type, key_size, value_size, max_entries, flags, words of
 * four bytes each, in this order. There may be fewer bytes than that, or more.
 */
int read_map(const struct section *section, struct map *map)
{
	(void)section;
	(void)map;
	return 0;
}

int object_maps(const struct object *object, struct maps *maps)
{
	struct section section;
	int found = section_named(object, "maps", &section);

	maps->count = 0;
	if (found <= 0)
		return found;
	if (!section.bytes)
		return fail("%s: section maps has no bytes in the file", object->path);
	if (find_maps(object, &section, maps) || measure_maps(&section, maps))
		return -1;
	for (size_t i = 0; i < maps->count; i++)
		if (read_map(&section, &maps->map[i]))
			return -1;
	return 0;
}
