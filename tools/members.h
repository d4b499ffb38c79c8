/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * members: a SEC(".maps") definition, its members over its bytes.
 *
 * The bytes of such a definition are zero, or pointers that are filled in later: it is the types
 * of the members that say something. What they say is what the loader has read from them.
 */
#ifndef BPFLOAD_MEMBERS_H
#define BPFLOAD_MEMBERS_H

#include "object.h"
#include "words.h"

struct definition_member {
	const char *name;
	__u32 type; /* type id */
	size_t offset, size;
	const unsigned char *bytes;   /* NULL where the definition has none there */
	char declaration[WORDS_ROOM]; /* "int (*max_entries)[256]" */
	char meaning[WORDS_ROOM];     /* "256"; "" where the loader makes nothing of it */
};

/* How many members the definition of `map` has; 0 where BTF does not describe it. */
size_t members_count(const struct object *object, const struct bpf_loader_map *map);

void members_get(const struct object *object, const struct bpf_loader_map *map, size_t index,
		 struct definition_member *member);

#endif
