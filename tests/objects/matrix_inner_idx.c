// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Maps of maps as the kernel's samples write them: inner_map_idx counts the maps of the section
 * by offset. -DOUTER_FIRST: the inner maps come last. -DARRAY_IDX=N -DHASH_IDX=N: which ones.
 */
#include "matrix.h"

#ifdef OUTER_FIRST
#ifndef ARRAY_IDX
#define ARRAY_IDX 2
#endif
#ifndef HASH_IDX
#define HASH_IDX 3
#endif
#else
#ifndef ARRAY_IDX
#define ARRAY_IDX 0
#endif
#ifndef HASH_IDX
#define HASH_IDX 2
#endif
struct bpf_map_def SEC("maps") inner = {VALUES(3)};
#endif

struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 2,
	.inner_map_idx = ARRAY_IDX,
};

#ifndef OUTER_FIRST
struct bpf_map_def SEC("maps") inner_hash = {BPF_MAP_TYPE_HASH, 4, 8, 5};
#endif

struct bpf_map_def SEC("maps") outer_hash = {
	.type = BPF_MAP_TYPE_HASH_OF_MAPS,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 2,
	.inner_map_idx = HASH_IDX,
};

#ifdef OUTER_FIRST
struct bpf_map_def SEC("maps") inner = {VALUES(3)};
struct bpf_map_def SEC("maps") inner_hash = {BPF_MAP_TYPE_HASH, 4, 8, 5};
#endif

SEC("socket") int write_through(struct __sk_buff *skb)
{
	__u32 slot = 1;
	void *map = bpf_map_lookup_elem(&outer, &slot);

	if (map)
		put(map, 31);
	map = bpf_map_lookup_elem(&outer_hash, &slot);
	if (map)
		put(map, 32);
	return 1;
}

/* Not used by any program: the maps stay in the object all the same. */
SEC("socket") int touch_inner(struct __sk_buff *skb)
{
	put(&inner, 1);
	put(&inner_hash, 2);
	return 1;
}
