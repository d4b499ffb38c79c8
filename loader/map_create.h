/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * map_create: turns map descriptions into file descriptors.
 *
 * In this order of preference: the fd that the caller gave, the map that is pinned where the
 * definition asks for (if it is the same kind of map), a new map. Inner maps first, whatever
 * their order in the object.
 */
#ifndef BPF_LOAD_MAP_CREATE_H
#define BPF_LOAD_MAP_CREATE_H

#include "btf_file.h"
#include "map_spec.h"
#include "pinning.h"
#include "report.h"

struct map_create_context {
	struct map_list *maps;
	struct btf_file *btf;
	const struct pin_options *pin_options;
	struct pin_journal *journal;
	/* The caller's wish to change a description, or to give an fd, before it is created. */
	int (*fixup)(struct bpf_loader_map *map, size_t index, void *ctx);
	void *ctx;
	struct report *report;
};

/*
 * Gives every map of the list an fd, fills global data, puts inner maps into their slots.
 * Returns 0 or -errno with an error that names the map. On failure what was done so far stays
 * in the list and in the journal, for the caller to release and undo.
 */
int map_create_all(const struct map_create_context *context);

/*
 * Fills in what definitions of old may leave out or get wrong because only one value is possible
 * (sizes of file descriptors, whole pages of a ring buffer, ...), with a word in `report`. Done by
 * map_create_all(); doing it twice is harmless.
 */
void map_create_complete(struct bpf_loader_map *map, struct report *report);

/*
 * Why the kernel would refuse such a map with EINVAL or E2BIG, as a sentence part that begins with
 * "; ", or "" where it looks right.
 */
const char *map_create_explain(const struct bpf_loader_map *map);

/*
 * False for the types whose keys and values the kernel itself understands: they refuse BTF for them,
 * and are created without.
 */
bool map_create_takes_btf(__u32 type);

#endif
