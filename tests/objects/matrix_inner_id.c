// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Maps of maps as iproute2 has them: inner_id of the outer map names the id of its inner maps,
 * of which each names by inner_idx the slot that it goes into. -DOUTER_FIRST: the inner maps come
 * last. -DINNER_ID=N: of the array of maps. -DINNER_IDX=N: of the inner map. -DVALUE_SIZE=N: what
 * the array of maps says of its values.
 */
#include "matrix.h"

#ifndef INNER_ID
#define INNER_ID 7
#endif
#ifndef INNER_IDX
#define INNER_IDX 1
#endif
#ifndef VALUE_SIZE
#define VALUE_SIZE 4
#endif

#define INNER(NAME, SLOT) \
	struct bpf_elf_map SEC("maps") NAME = {VALUES(3), .id = 7, .inner_idx = SLOT}

#ifndef OUTER_FIRST
INNER(inner, INNER_IDX);
#endif

/* Of another id, so it goes nowhere. */
struct bpf_elf_map SEC("maps") aside = {VALUES(3), .id = 5, .inner_idx = 2};

struct bpf_elf_map SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = 4,
	.size_value = VALUE_SIZE,
	.max_elem = 3,
	.id = 8,
	.inner_id = INNER_ID,
	.inner_idx = -1,
};

struct bpf_elf_map SEC("maps") outer_hash = {
	.type = BPF_MAP_TYPE_HASH_OF_MAPS,
	.size_key = 4,
	.size_value = 4,
	.max_elem = 3,
	.id = 9,
	.inner_id = 7,
};

#ifdef OUTER_FIRST
INNER(inner, INNER_IDX);
#endif
INNER(second, 0);

SEC("classifier") int write_through(struct __sk_buff *skb)
{
	__u32 slot = 1;
	void *map = bpf_map_lookup_elem(&outer, &slot);

	if (map)
		put(map, 41);
	return TC_ACT_OK;
}

SEC("classifier") int write_through_hash(struct __sk_buff *skb)
{
	__u32 slot = 0;
	void *map = bpf_map_lookup_elem(&outer_hash, &slot);

	if (map)
		put(map, 42);
	return TC_ACT_OK;
}

SEC("classifier") int touch(struct __sk_buff *skb)
{
	put(&inner, 1);
	put(&second, 2);
	put(&aside, 3);
	return TC_ACT_OK;
}
