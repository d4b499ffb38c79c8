// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * explain_kernel: three definitions of the kernel's 28-byte struct, one of each kind of word
 * behind max_entries: flags, the index of an inner map, a NUMA node. For bpfload's tests.
 */
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 1024,
	.map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") near = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 16,
	.max_entries = 2,
	.map_flags = BPF_F_NUMA_NODE,
	.numa_node = 0,
};

/* Index 0 is the first definition of the section. */
struct bpf_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 3,
	.inner_map_idx = 0,
};

SEC("socket1")
int count_packets(struct __sk_buff *skb)
{
	__u32 key = skb->protocol, zero = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
	return bpf_map_lookup_elem(&near, &zero) ? 0 : -1;
}

char _license[] SEC("license") = "GPL";
__u32 _version SEC("version") = 0x40e05;
