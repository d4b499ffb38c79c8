/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * maps: which maps a BPF object wants, from the bytes of its section "maps".
 */
#ifndef MAPS_H
#define MAPS_H

#include <linux/types.h>
#include <stddef.h>

#include "object.h"

enum { MAX_MAPS = 64 };

struct map {
	const char *name;
	size_t section; /* where its definition is: the number of the section, … */
	size_t offset;	/* … where it begins there, … */
	size_t size;	/* … and how many bytes it has */
	__u32 type, key_size, value_size, max_entries, flags; /* what it says */
	int fd;						      /* once it is made; -1 before */
};

struct maps {
	struct map map[MAX_MAPS]; /* in the order of their offsets */
	size_t count;
};

/* All maps of section "maps". 0, or -1 after a message. An object may have none. */
int object_maps(const struct object *object, struct maps *maps);

/* The steps of it. `section` is the one that the definitions are in. 0, or -1 after a message. */
int find_maps(const struct object *object, const struct section *section, struct maps *maps);
int measure_maps(const struct section *section, struct maps *maps);
int read_map(const struct section *section, struct map *map);

#endif
