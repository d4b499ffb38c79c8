/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_map__def(), over the single getters of libbpf 1.x.
 *
 * Contract: <bpf/libbpf.h>. libbpf once returned a pointer into the map itself. Now there is
 * nothing to point at, so each thread has a ring of slots: old programs hold at most a few
 * definitions at a time. Nothing is allocated and nothing needs freeing.
 */
#include <errno.h>

#include <bpf/libbpf.h>

#define SLOTS 64

const struct bpf_map_def *bpf_map__def(const struct bpf_map *map)
{
	static _Thread_local struct bpf_map_def slots[SLOTS];
	static _Thread_local unsigned int next;
	struct bpf_map_def *def;

	if (!map) {
		errno = EINVAL;
		return NULL;
	}
	def = &slots[next++ % SLOTS];
	*def = (struct bpf_map_def){
		.type = bpf_map__type(map),
		.key_size = bpf_map__key_size(map),
		.value_size = bpf_map__value_size(map),
		.max_entries = bpf_map__max_entries(map),
		.map_flags = bpf_map__map_flags(map),
	};
	return def;
}
