// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * What only SEC(".maps") can say: pinning by name, map_extra, inner maps and slots with initial
 * values.
 */
#include "matrix.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
#ifndef NO_PIN
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__type(value, __u64);
	__uint(map_extra, 3);
} bloom SEC(".maps");

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} inner_one SEC(".maps"), inner_two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = {[0] = &inner_two, [2] = &inner_one},
};

/* The template alone: no slot is filled. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner_map);
} empty SEC(".maps");

int target_one(struct __sk_buff *skb);
int target_two(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__array(values, int(struct __sk_buff *));
} jumps SEC(".maps") = {
	.values = {[1] = &target_two, [3] = &target_one},
};

SEC("socket") int write_inner(struct __sk_buff *skb)
{
	__u32 slot = 2;
	void *map = bpf_map_lookup_elem(&outer, &slot);

	if (map)
		put(map, 61);
	put(&shared, 62);
	return 1;
}

SEC("socket") int into_1(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 1);
	return 100;
}

SEC("socket") int into_3(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 3);
	return 100;
}

SEC("socket") int target_one(struct __sk_buff *skb)
{
	return 71;
}

SEC("socket") int target_two(struct __sk_buff *skb)
{
	return 72;
}

SEC("socket") int fill_bloom(struct __sk_buff *skb)
{
	__u64 value = 5;

	return bpf_map_push_elem(&bloom, &value, 0);
}
