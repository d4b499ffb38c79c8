// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * map_in_map: reads values that belong together while somebody changes them.
 *
 * Each lookup sees a value as it is at that moment. Whoever needs eight of them, of one point in
 * time, needs them to be exchanged at one stroke. With a map in a map that is possible: the
 * program finds the inner map by one lookup, and reads from that one all that it needs. User
 * space fills another inner map at leisure, and then puts it in the place of the first.
 *
 * Compiled twice: map_in_map_kern.o has struct bpf_map_def in SEC("maps"),
 * map_in_map_kern.btf.o has types in SEC(".maps").
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"

#include "map_in_map.h"

/*
 * The verifier must know what it can be sure of in every inner map that will ever stand there:
 * so an outer map is made after a template, and takes only maps that are like it.
 */
#ifdef BTF_MAPS

struct inner_array {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, VALUES);
} inner_array SEC(".maps");

/* The template is the type. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 1);
	__array(values, struct inner_array);
} array_of_maps SEC(".maps");

struct inner_hash {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, VALUES);
} inner_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner_hash);
} hash_of_maps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* IN_ARRAY, IN_HASH */
	__type(value, struct reads);
	__uint(max_entries, OUTERS);
} reads SEC(".maps");

#else

/* Number 0 of this section. */
struct bpf_map_def SEC("maps") inner_array = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = VALUES,
};

/*
 * The template is a map, named by its number in the section: a pointer would need a relocation,
 * which the loaders of that time did only for programs. Move a definition, and another is meant.
 */
struct bpf_map_def SEC("maps") array_of_maps = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32), /* a descriptor, when it is written */
	.max_entries = 1,
	.inner_map_idx = 0,
};

/* Number 2. */
struct bpf_map_def SEC("maps") inner_hash = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = VALUES,
};

struct bpf_map_def SEC("maps") hash_of_maps = {
	.type = BPF_MAP_TYPE_HASH_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 4,
	.inner_map_idx = 2,
};

struct bpf_map_def SEC("maps") reads = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* IN_ARRAY, IN_HASH */
	.value_size = sizeof(struct reads),
	.max_entries = OUTERS,
};

#endif

enum { WHOLE, HALF, MISSING };

/*
 * Are all values of this map the same? The map may be taken out of the outer one meanwhile; it
 * lives as long as a program that found it runs.
 *
 * The loop is unrolled, for kernels whose verifier follows no loops. The differences are
 * gathered without a branch: each branch would double the paths that the verifier has to follow.
 */
static __always_inline int look(void *inner)
{
	__u64 *value, first, differs = 0;
	__u32 key = 0;

	value = bpf_map_lookup_elem(inner, &key);
	if (!value)
		return MISSING;
	first = *value;
#pragma unroll
	for (int i = 1; i < VALUES; i++) {
		key = i;
		value = bpf_map_lookup_elem(inner, &key);
		if (!value)
			return MISSING;
		differs |= *value ^ first;
	}
	return differs ? HALF : WHOLE;
}

static __always_inline void count(__u32 outer, int seen)
{
	struct reads *all = bpf_map_lookup_elem(&reads, &outer);

	if (!all)
		return;
	if (seen == WHOLE)
		__sync_fetch_and_add(&all->whole, 1);
	else if (seen == HALF)
		__sync_fetch_and_add(&all->half, 1);
	else
		__sync_fetch_and_add(&all->missing, 1);
}

SEC("socket")
int read_values(struct __sk_buff *skb)
{
	__u32 index = 0, key = HASH_KEY;
	void *inner;

	/* One lookup: the old map or the new one. And it is this one that is read, to the end. */
	inner = bpf_map_lookup_elem(&array_of_maps, &index);
	count(IN_ARRAY, inner ? look(inner) : MISSING);

	inner = bpf_map_lookup_elem(&hash_of_maps, &key);
	count(IN_HASH, inner ? look(inner) : MISSING);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
