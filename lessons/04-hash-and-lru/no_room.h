/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * no_room.h: maps in which there is never room for a new entry, as in a hash that is full, or an LRU
 * map that finds nothing to take away. The checks put it before a learner's source, and compile that
 * once more.
 */
#ifndef LESSON_NO_ROOM_H
#define LESSON_NO_ROOM_H

#include <linux/bpf.h>
#include <linux/errno.h>

#include "bpf_helpers.h"

static __always_inline long update_without_room(void *map, const void *key, const void *value,
						__u64 flags)
{
	return bpf_map_lookup_elem(map, key) ? bpf_map_update_elem(map, key, value, flags)
					     : -E2BIG;
}

#undef bpf_map_update_elem
#define bpf_map_update_elem(map, key, value, flags) update_without_room(map, key, value, flags)

#endif
