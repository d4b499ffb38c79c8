// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: maps of maps, with named and unnamed templates, with initial values.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} one SEC(".maps"), two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 5);
	__type(key, __u32);
	__array(values, struct inner);
} filled SEC(".maps") = {
	.values = {&one, [3] = &two, [4] = &one},
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u32);
	__array(values, struct inner);
} filled_hash SEC(".maps") = {
	.values = {[2] = &two},
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY);
			__uint(max_entries, 9);
			__uint(map_flags, BPF_F_INNER_MAP);
			__type(key, __u32);
			__type(value, __u32);
		});
} unnamed SEC(".maps");

SEC("tc") int use(struct __sk_buff *skb)
{
	__u32 key = 3;
	void *inner = bpf_map_lookup_elem(&filled, &key);
	__u64 *value = inner ? bpf_map_lookup_elem(inner, &key) : 0;

	inner = bpf_map_lookup_elem(&unnamed, &key);
	return value ? *value : inner != 0;
}

char _license[] SEC("license") = "GPL";
