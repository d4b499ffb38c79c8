// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Kernel side of era_4_14_user.c, in the style of Linux 4.14: all fields of the definition, a map
 * of maps by inner_map_idx, tail calls by the number in the section's name.
 */
#include <linux/skbuff.h>
#include <uapi/linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") port_counters = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 4,
};

struct bpf_map_def SEC("maps") counters_by_name = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(u32),
	.value_size = sizeof(u32),
	.max_entries = 2,
	.inner_map_idx = 0, /* port_counters */
};

struct bpf_map_def SEC("maps") jump_table = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(u32),
	.value_size = sizeof(u32),
	.max_entries = 8,
};

struct bpf_map_def SEC("maps") near_node = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(u32),
	.value_size = sizeof(u64),
	.max_entries = 10,
	.map_flags = BPF_F_NUMA_NODE,
	.numa_node = 0,
};

SEC("socket")
int main_prog(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jump_table, skb->len & 7);
	return -1;
}

static inline int count(u32 which)
{
	u32 name = 1;
	void *counters = bpf_map_lookup_elem(&counters_by_name, &name);
	u64 *value;

	if (!counters)
		return 0;
	value = bpf_map_lookup_elem(counters, &which);
	if (value)
		__sync_fetch_and_add(value, 1);
	return which + 100;
}

SEC("socket/3")
int third(struct __sk_buff *skb)
{
	return count(3);
}

SEC("socket/1")
int first(struct __sk_buff *skb)
{
	return count(1);
}

char _license[] SEC("license") = "GPL";
