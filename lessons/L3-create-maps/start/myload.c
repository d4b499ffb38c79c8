// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: creates the maps that an object wants, and shows what the kernel says of them. It is
 * complete.
 *
 *     sudo ./myload OBJECT
 *
 * prints a line for each map. When it ends, the maps go, since nothing else refers to them.
 */
#include <bpf/bpf.h>
#include <stdlib.h>

#include "create.h"
#include "fail.h"

static int show(const struct map *map)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(map->fd, &info, &size))
		return fail("map '%s': descriptor %d is no map", map->name, map->fd);
	printf("map '%s' is in the kernel: type %u key %u value %u max %u flags %u name '%s'\n",
	       map->name, info.type, info.key_size, info.value_size, info.max_entries,
	       info.map_flags, info.name);
	return 0;
}

static int run(const struct object *object)
{
	struct maps maps;
	int err;

	if (object_maps(object, &maps) || create_maps(&maps))
		return -1;
	err = 0;
	for (size_t i = 0; i < maps.count; i++)
		err |= show(&maps.map[i]);
	close_maps(&maps);
	return err;
}

int main(int argc, char **argv)
{
	struct object object;
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: myload OBJECT\n");
		return 2;
	}
	if (object_open(&object, argv[1]))
		return EXIT_FAILURE;
	err = run(&object);
	object_close(&object);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
