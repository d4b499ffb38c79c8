// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_static: two static maps, so that relocations name the section and not the map.
 * For bpfload's tests.
 */
#include <linux/bpf.h>
#include <bpf_helpers.h>

static struct bpf_map_def SEC("maps") first = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 1,
};

static struct bpf_map_def SEC("maps") second = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 2,
};

SEC("socket")
int only_second(struct __sk_buff *skb)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&second, &key) != (void *)&first;
}

char _license[] SEC("license") = "GPL";
