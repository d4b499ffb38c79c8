// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: shows which maps an object wants. It is complete.
 *
 *     ./myload OBJECT
 *
 * prints a line for each map. What cannot be read ends it, with a message and status 1.
 */
#include <stdlib.h>

#include "fail.h"
#include "maps.h"

static void show(const struct map *map)
{
	printf("map '%s' section %zu offset %zu size %zu: ", map->name, map->section,
	       map->offset, map->size);
	printf("type %u key %u value %u max %u flags %u fd %d\n", map->type, map->key_size,
	       map->value_size, map->max_entries, map->flags, map->fd);
}

int main(int argc, char **argv)
{
	struct object object;
	struct maps maps;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: myload OBJECT\n");
		return 2;
	}
	if (object_open(&object, argv[1]))
		return EXIT_FAILURE;
	err = object_maps(&object, &maps);
	for (size_t i = 0; !err && i < maps.count; i++)
		show(&maps.map[i]);
	object_close(&object);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
